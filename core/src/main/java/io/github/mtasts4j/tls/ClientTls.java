// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tls;

import io.github.mtasts4j.policy.DomainName;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** How a handshake with a Policy Host or an MX begins: TLS 1.2 or newer, no broken cipher, SNI, no session to resume. */
public final class ClientTls {

    static final Set<String> VERSIONS = Set.of("TLSv1.2", "TLSv1.3");

    private ClientTls() {}

    /**
     * A new context, to be used for one connection, because resuming a session skips the look at the certificate.
     *
     * @param judge what is asked about the server's certificate during the handshake
     * @return a context without a client certificate
     * @throws IllegalStateException if the Java runtime has no TLS
     */
    public static SSLContext newContext(X509ExtendedTrustManager judge) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {judge}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the Java runtime has no TLS", e);
        }
    }

    /**
     * What a context does by default, narrowed to what §7 allows and to suites that encrypt and authenticate: no NULL,
     * anonymous, export, RC4, DES, 3DES or MD5, even if the runtime's list has them. Key exchange by plain RSA stays
     * where the runtime offers it, because MX hosts exist that know nothing else. JSSE is not asked to identify the
     * host; that is the business of {@link CertificateVerifier}.
     *
     * @param context the context of the connection
     * @param host the server, which becomes the SNI (§7.1); none is sent for a name with an underscore
     * @return fresh parameters, the caller's to change
     */
    public static SSLParameters parameters(SSLContext context, DomainName host) {
        SSLParameters parameters = context.getDefaultSSLParameters();
        parameters.setProtocols(VERSIONS.toArray(String[]::new)); // §7.2
        parameters.setCipherSuites(CipherFloor.of(parameters.getCipherSuites()));
        // Left to itself JSSE silently sends no SNI for some names; set explicitly it is sent or refused.
        if (host.isLetterDigitHyphen()) {
            parameters.setServerNames(List.of(new SNIHostName(host.toString())));
        }
        return parameters;
    }
}
