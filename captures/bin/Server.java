import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;

/**
 * A small HTTPS server on the Java runtime's own TLS (JSSE), one connection at a time.
 *
 * <p>java Server.java PORT FILE.p12 key=value…: protocol=TLSv1; need=FILE.crt (client certificates
 * from that authority); later=yes (asks for it by renegotiation, once a request has come); key=FILE.p12 (sign with the key of this one, which does not fit the
 * certificate: JSSE does not mind); client=close|reset|hang (what to do on seeing the client's
 * certificate, instead of judging it).
 */
class Server {
    static String option(String[] args, String name) {
        for (String arg : args) if (arg.startsWith(name + "=")) return arg.substring(name.length() + 1);
        return null;
    }

    static KeyStore load(String file) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = new FileInputStream(file)) {
            store.load(in, "secret".toCharArray());
        }
        return store;
    }

    public static void main(String[] args) throws Exception {
        Security.setProperty("jdk.tls.disabledAlgorithms", "");
        Security.setProperty("jdk.certpath.disabledAlgorithms", "");
        KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
        keys.init(load(args[1]), "secret".toCharArray());
        KeyManager manager = keys.getKeyManagers()[0];
        if (option(args, "key") != null) manager = new OtherKey((X509KeyManager) manager, load(option(args, "key")));
        X509TrustManager trust = option(args, "need") == null ? null : judge(option(args, "need"));
        String client = option(args, "client");
        ServerSocket server = new ServerSocket(Integer.parseInt(args[0]));
        while (true) {
            Socket raw = server.accept();
            SSLContext context = SSLContext.getInstance("TLS");
            TrustManager here = client == null ? trust : new Rude(raw, client);
            context.init(new KeyManager[] {manager}, new TrustManager[] {here}, null);
            try (SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(raw, (InputStream) null, true)) {
                if (option(args, "protocol") != null) tls.setEnabledProtocols(new String[] {option(args, "protocol")});
                tls.setEnabledCipherSuites(tls.getSupportedCipherSuites());
                boolean later = option(args, "later") != null;
                tls.setNeedClientAuth(here != null && !later);
                if (tls.getInputStream().read(new byte[4096]) > 0) {
                    if (later) {
                        tls.setNeedClientAuth(true);
                        tls.startHandshake();
                        // It is the next read that does the handshake.
                        tls.setSoTimeout(1000);
                        try {
                            if (tls.getInputStream().read() < 0) continue;
                        } catch (SocketTimeoutException done) {
                            tls.setSoTimeout(0);
                        }
                    }
                    tls.getOutputStream().write("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nIt works.\n".getBytes(StandardCharsets.US_ASCII));
                }
            } catch (IOException error) {
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

    /** Hangs up, or hangs, in the middle of the handshake. */
    static class Rude implements X509TrustManager {
        final Socket raw;
        final String how;

        Rude(Socket raw, String how) {
            this.raw = raw;
            this.how = how;
        }

        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            try {
                if (how.equals("hang")) Thread.sleep(60_000);
                if (how.equals("reset")) raw.setSoLinger(true, 0);
                raw.close();
            } catch (IOException | InterruptedException error) {
                System.err.println(error);
            }
            throw new CertificateException("no");
        }

        public void checkServerTrusted(X509Certificate[] chain, String type) {}
        public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
    }
}
