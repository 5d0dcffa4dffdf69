import java.io.FileInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;

/**
 * A TLS client on the Java runtime's own TLS (JSSE).
 *
 * <p>java Client.java HOST PORT key=value…: protocol=TLSv1.2 cipher=… roots=FILE.crt (judged within
 * the handshake), after=FILE.crt (judged after it, hanging up without a word), name=HOST (with
 * endpoint identification), cert=FILE.p12, key=FILE.p12 (sign with this one's key), hangup=fin|rst
 * (close the connection from within the check of the server's certificate), leave=fin|rst|close, times=1, every=3000 (ms), send=PATH, delay=yes (Nagle).
 */
class Client {
    static String option(String[] args, String name, String otherwise) {
        for (String arg : args) if (arg.startsWith(name + "=")) return arg.substring(name.length() + 1);
        return otherwise;
    }

    public static void main(String[] args) throws Exception {
        Security.setProperty("jdk.tls.disabledAlgorithms", "");
        Security.setProperty("jdk.certpath.disabledAlgorithms", "");
        int times = Integer.parseInt(option(args, "times", "1"));
        for (int i = 0; i < times; i++) {
            if (i > 0) Thread.sleep(Long.parseLong(option(args, "every", "3000")));
            try {
                once(args);
            } catch (java.io.IOException error) {
                System.err.println(error);
            }
        }
    }

    static X509TrustManager judge(String roots) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream in = new FileInputStream(roots)) {
            store.setCertificateEntry("root", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return (X509TrustManager) factory.getTrustManagers()[0];
    }

    static void once(String[] args) throws Exception {
        Socket raw = new Socket(InetAddress.getByName(args[0]), Integer.parseInt(args[1]));
        String hangup = option(args, "hangup", null);
        X509TrustManager blind = new X509TrustManager() {
            public void checkClientTrusted(X509Certificate[] chain, String type) {}
            public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
                if (hangup == null) return;
                try {
                    if (hangup.equals("rst")) raw.setSoLinger(true, 0);
                    raw.close();
                } catch (java.io.IOException error) {
                    System.err.println(error);
                }
                throw new CertificateException("no");
            }
            public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
        };
        String roots = option(args, "roots", null);
        SSLContext context = SSLContext.getInstance("TLS");
        KeyManagerFactory keys = null;
        String cert = option(args, "cert", null);
        if (cert != null) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            try (InputStream in = new FileInputStream(cert)) {
                store.load(in, "secret".toCharArray());
            }
            keys = KeyManagerFactory.getInstance("SunX509");
            keys.init(store, "secret".toCharArray());
        }
        javax.net.ssl.KeyManager[] managers = keys == null ? null : keys.getKeyManagers();
        String key = option(args, "key", null);
        if (key != null) {
            KeyStore other = KeyStore.getInstance("PKCS12");
            try (InputStream in = new FileInputStream(key)) {
                other.load(in, "secret".toCharArray());
            }
            managers[0] = new OtherKey((X509KeyManager) managers[0], other);
        }
        context.init(managers,
                new TrustManager[] {roots == null ? blind : judge(roots)}, null);
        // Else a reset may throw away a Finished that waits for an acknowledgement.
        raw.setTcpNoDelay(option(args, "delay", "no").equals("no"));
        String name = option(args, "name", null);
        SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(
                raw, name == null ? args[0] : name, Integer.parseInt(args[1]), false);
        SSLParameters wanted = tls.getSSLParameters();
        if (option(args, "protocol", null) != null) wanted.setProtocols(option(args, "protocol", null).split(","));
        if (option(args, "cipher", null) != null) wanted.setCipherSuites(new String[] {option(args, "cipher", null)});
        if (name != null && roots != null) wanted.setEndpointIdentificationAlgorithm("HTTPS");
        tls.setSSLParameters(wanted);
        try {
            tls.startHandshake();
        } catch (java.io.IOException error) {
            raw.close();
            throw error;
        }
        String after = option(args, "after", null);
        boolean good = true;
        if (after != null) {
            try {
                X509Certificate[] chain = (X509Certificate[]) tls.getSession().getPeerCertificates();
                judge(after).checkServerTrusted(chain, "RSA");
            } catch (CertificateException error) {
                System.err.println(error);
                good = false;
            }
        }
        if (good && option(args, "send", null) != null) {
            tls.getOutputStream().write(("GET " + option(args, "send", "/") + " HTTP/1.0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            tls.getInputStream().readAllBytes();
            tls.close();
        } else if (option(args, "leave", "fin").equals("rst")) {
            raw.setSoLinger(true, 0);
        } else if (option(args, "leave", "fin").equals("fin")) {
            raw.shutdownOutput();
            raw.setSoTimeout(3000);
            while (raw.getInputStream().read() >= 0) {}
        }
        raw.close();
    }

    /** Certificates from one store, the private key from another. */
    static class OtherKey extends X509ExtendedKeyManager {
        final X509KeyManager certificates;
        final PrivateKey key;

        OtherKey(X509KeyManager certificates, KeyStore other) throws Exception {
            this.certificates = certificates;
            key = (PrivateKey) other.getKey(other.aliases().nextElement(), "secret".toCharArray());
        }

        public PrivateKey getPrivateKey(String alias) { return key; }
        public X509Certificate[] getCertificateChain(String alias) { return certificates.getCertificateChain(alias); }
        public String[] getClientAliases(String type, Principal[] issuers) { return certificates.getClientAliases(type, issuers); }
        public String[] getServerAliases(String type, Principal[] issuers) { return certificates.getServerAliases(type, issuers); }
        public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) { return certificates.chooseClientAlias(types, issuers, socket); }
        public String chooseServerAlias(String type, Principal[] issuers, Socket socket) { return certificates.chooseServerAlias(type, issuers, socket); }
    }
}
