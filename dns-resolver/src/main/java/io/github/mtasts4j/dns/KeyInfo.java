// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.dns;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;

/**
 * The SubjectPublicKeyInfo of a certificate, octet for octet as it stands there (RFC 6698 §2.1.2). The JDK's own encoding
 * of a public key is made anew, and may differ where the issuer was sloppy about an algorithm's parameters.
 */
final class KeyInfo {

    private static final int VERSION = 0xa0;
    private static final int FIELDS_BEFORE = 5; // serial number, signature, issuer, validity, subject (RFC 5280 §4.1)

    private KeyInfo() {}

    static byte[] of(X509Certificate certificate) throws CertificateEncodingException {
        try {
            ByteBuffer signed = content(ByteBuffer.wrap(certificate.getEncoded()));
            ByteBuffer fields = content(signed);
            if ((fields.get(fields.position()) & 0xff) == VERSION) {
                skip(fields);
            }
            for (int i = 0; i < FIELDS_BEFORE; i++) {
                skip(fields);
            }
            int start = fields.position();
            skip(fields);
            byte[] keyInfo = new byte[fields.position() - start];
            fields.position(start).get(keyInfo);
            return keyInfo;
        } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new CertificateEncodingException("not DER", e);
        }
    }

    private static void skip(ByteBuffer in) {
        int length = header(in);
        in.position(in.position() + length);
    }

    private static ByteBuffer content(ByteBuffer in) {
        int length = header(in);
        return in.slice(in.position(), length);
    }

    /** Reads a tag and a length, and returns the latter. */
    private static int header(ByteBuffer in) {
        in.get();
        int first = in.get() & 0xff;
        if (first < 0x80) {
            return first;
        }
        if (first == 0x80 || first > 0x83) {
            throw new IllegalArgumentException("a length of indefinite form, or of more than three octets");
        }
        int length = 0;
        for (int i = 0x80; i < first; i++) {
            length = length << 8 | (in.get() & 0xff);
        }
        return length;
    }
}
