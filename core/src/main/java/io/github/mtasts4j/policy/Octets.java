// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.policy;

import java.nio.charset.StandardCharsets;

/** The terminal symbols that the two grammars of RFC 8461 share. */
final class Octets {

    private static final int MAX_NAME = 32;

    private Octets() {}

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static boolean isWhiteSpace(int c) {
        return c == ' ' || c == '\t';
    }

    static boolean isAlphanumeric(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    /** {@code sts-ext-name} and {@code sts-policy-ext-name}, which every field name is an instance of. */
    static boolean isFieldName(byte[] octets, int from, int to) {
        if (from >= to || to - from > MAX_NAME || !isAlphanumeric(octets[from])) {
            return false;
        }
        for (int i = from + 1; i < to; i++) {
            int c = octets[i];
            if (!isAlphanumeric(c) && c != '_' && c != '-' && c != '.') {
                return false;
            }
        }
        return true;
    }

    static boolean isAscii(byte[] octets) {
        for (byte octet : octets) {
            if (octet < 0) {
                return false;
            }
        }
        return true;
    }
}
