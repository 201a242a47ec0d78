// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tls;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * What a peer says about itself in a TLS handshake.
 *
 * @param certificates its chain, its own certificate first; empty if it presented none
 * @param staples the OCSP responses that came with them (RFC 6066 §8), in the same order, as DER; there may be fewer, and
 *     an empty one says nothing
 */
public record PresentedChain(List<X509Certificate> certificates, List<byte[]> staples) {

    /**
     * Copies the lists.
     *
     * @param certificates its chain, its own certificate first
     * @param staples the OCSP responses
     */
    public PresentedChain {
        certificates = List.copyOf(certificates);
        staples = List.copyOf(staples);
    }

    /**
     * Reads a session, or one whose handshake is under way ({@code getHandshakeSession}) and has come to the
     * certificates.
     *
     * @param session the session
     * @return what the peer has presented
     */
    public static PresentedChain of(SSLSession session) {
        return new PresentedChain(certificatesIn(session), staplesIn(session));
    }

    private static List<X509Certificate> certificatesIn(SSLSession session) {
        List<X509Certificate> chain = new ArrayList<>();
        try {
            for (Certificate certificate : session.getPeerCertificates()) {
                if (certificate instanceof X509Certificate x509) {
                    chain.add(x509);
                }
            }
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
        return chain;
    }

    /** Not every provider of TLS knows them. */
    private static List<byte[]> staplesIn(SSLSession session) {
        try {
            return session instanceof ExtendedSSLSession extended ? extended.getStatusResponses() : List.of();
        } catch (UnsupportedOperationException e) {
            return List.of();
        }
    }

    /** The OCSP response for the peer's own certificate; empty if there is none. */
    byte[] staple() {
        return staples.isEmpty() ? new byte[0] : staples.get(0);
    }
}
