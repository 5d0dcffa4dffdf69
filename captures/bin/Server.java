import java.io.FileInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.Security;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * A small HTTPS server on the Java runtime's own TLS (JSSE), one connection at a time.
 *
 * <p>java Server.java PORT FILE.p12 key=value…: protocol=TLSv1 need=FILE.p12 (client certificates
 * from the authorities in it).
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
        TrustManagerFactory trust = null;
        if (option(args, "need") != null) {
            trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(load(option(args, "need")));
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust == null ? null : trust.getTrustManagers(), null);
        SSLServerSocket server = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(Integer.parseInt(args[0]));
        if (option(args, "protocol") != null) server.setEnabledProtocols(new String[] {option(args, "protocol")});
        server.setEnabledCipherSuites(server.getSupportedCipherSuites());
        server.setNeedClientAuth(trust != null);
        while (true) {
            try (SSLSocket tls = (SSLSocket) server.accept()) {
                InputStream in = tls.getInputStream();
                byte[] buffer = new byte[4096];
                if (in.read(buffer) > 0) {
                    tls.getOutputStream().write("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nIt works.\n".getBytes(StandardCharsets.US_ASCII));
                }
            } catch (java.io.IOException error) {
                System.err.println(error);
            }
        }
    }
}
