// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.smtp;

import io.github.mtasts4j.testkit.tls.Identity;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Presents an identity by SNI, and the default one where no name or no known name comes. It presents what it is given,
 * while the JDK's own key managers are too honest to show a certificate that is expired or signed with MD5.
 */
final class SniIdentities extends X509ExtendedKeyManager {

    private static final String DEFAULT = "";

    private final Map<String, Identity> identities = new ConcurrentHashMap<>();

    SniIdentities(Identity byDefault) {
        identities.put(DEFAULT, byDefault);
    }

    void presentByDefault(Identity identity) {
        identities.put(DEFAULT, identity);
    }

    void present(String sni, Identity identity) {
        identities.put(sni, identity);
    }

    /** One context for all connections, so that clients can try and resume a session. */
    SSLContext newContext() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {this}, null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, Socket socket) {
        String alias = aliasFor((SSLSocket) socket);
        return identityOf(alias).key().getAlgorithm().equals(keyType) ? alias : null;
    }

    private String aliasFor(SSLSocket socket) {
        if (socket.getHandshakeSession() instanceof ExtendedSSLSession session) {
            for (SNIServerName name : session.getRequestedServerNames()) {
                String sni = SmtpMx.text(name);
                if (identities.containsKey(sni)) {
                    return sni;
                }
            }
        }
        return DEFAULT;
    }

    private Identity identityOf(String alias) {
        Identity identity = identities.get(alias);
        if (identity == null) {
            throw new IllegalArgumentException("no identity " + alias);
        }
        return identity;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return identityOf(alias).chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return identityOf(alias).key();
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return identities.keySet().toArray(String[]::new);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(String[] keyType, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }
}
