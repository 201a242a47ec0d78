// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop;

import io.github.mtasts4j.testkit.tls.Identity;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;

/** Keys and certificates as servers want them (RFC 7468). */
public final class Pem {

    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

    private Pem() {}

    /**
     * A private key and the certificates to present with it, the host's own first.
     *
     * @param identity the key and the chain
     * @return the text of one file
     */
    public static String of(Identity identity) {
        StringBuilder text =
                new StringBuilder(block("PRIVATE KEY", identity.key().getEncoded()));
        identity.chain().forEach(certificate -> text.append(of(certificate)));
        return text.toString();
    }

    /**
     * A certificate.
     *
     * @param certificate the certificate
     * @return the text
     */
    public static String of(X509Certificate certificate) {
        try {
            return block("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String block(String label, byte[] octets) {
        return "-----BEGIN " + label + "-----\n" + LINES.encodeToString(octets) + "\n-----END " + label + "-----\n";
    }
}
