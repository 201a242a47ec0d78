// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.tls;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;

/**
 * What a server proves itself with.
 *
 * @param key the private key of the first certificate
 * @param chain what the server presents, its own certificate first
 */
public record Identity(PrivateKey key, List<X509Certificate> chain) {

    /** The password of every key store made here. */
    public static final String PASSWORD = "changeit";

    /**
     * Copies the chain.
     *
     * @param key the private key
     * @param chain what the server presents
     */
    public Identity {
        chain = List.copyOf(chain);
    }

    /**
     * The server's own certificate.
     *
     * @return the first of the chain
     */
    public X509Certificate certificate() {
        return chain.get(0);
    }

    /**
     * The same key and certificate presented with another chain, such as one that lacks the intermediate.
     *
     * @param certificates what the server presents
     * @return the other identity
     */
    public Identity presenting(X509Certificate... certificates) {
        return new Identity(key, List.of(certificates));
    }

    /**
     * A context for a server that presents this identity, however bad it is.
     *
     * @return a fresh context
     */
    public SSLContext serverContext() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new PresentedAnyway(this)}, null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * A PKCS #12 key store with this identity as its only entry, under {@link #PASSWORD}.
     *
     * @return a fresh key store
     */
    public KeyStore keyStore() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("server", key, PASSWORD.toCharArray(), chain.toArray(Certificate[]::new));
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Writes {@link #keyStore} to a file, for servers that read one.
     *
     * @param file where to
     * @return the file
     */
    public Path writeTo(Path file) {
        try (OutputStream out = Files.newOutputStream(file)) {
            keyStore().store(out, PASSWORD.toCharArray());
            return file;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
