// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.policy;

/**
 * Tells in one pass whether a text is a {@link DomainName} in canonical form, as most are: lower-case labels of letters, digits
 * and inner hyphens, the last of them no number. What is not may still be a name.
 */
final class CanonicalForm {

    static final int MAX_OCTETS = 253;
    static final int MAX_LABEL = 63;

    // A label as far as it has been read: its length, and whether there is more in it than digits, and a hyphen last.
    private static final int LENGTH = 0xff;
    private static final int NOT_A_NUMBER = 0x100;
    private static final int HYPHEN_LAST = 0x200;
    private static final int REFUSED = -1;

    private CanonicalForm() {}

    static boolean isIn(String text) {
        int length = text.length();
        if (length > MAX_OCTETS) {
            return false;
        }
        int label = 0;
        for (int i = 0; i < length && label >= 0; i++) {
            label = next(label, text.charAt(i));
        }
        return isLast(label);
    }

    static boolean isIn(byte[] octets, int from, int to) {
        if (to - from > MAX_OCTETS) {
            return false;
        }
        int label = 0;
        for (int i = from; i < to && label >= 0; i++) {
            label = next(label, octets[i]);
        }
        return isLast(label);
    }

    private static int next(int label, int c) {
        if (c >= 'a' && c <= 'z') {
            return ((label & ~HYPHEN_LAST) + 1) | NOT_A_NUMBER;
        }
        if (c == '.') {
            return isLabel(label) ? 0 : REFUSED;
        }
        if (c >= '0' && c <= '9') {
            return (label & ~HYPHEN_LAST) + 1;
        }
        return c == '-' && (label & LENGTH) > 0 ? (label + 1) | NOT_A_NUMBER | HYPHEN_LAST : REFUSED;
    }

    private static boolean isLabel(int label) {
        int length = label & LENGTH;
        return length > 0 && length <= MAX_LABEL && (label & HYPHEN_LAST) == 0;
    }

    private static boolean isLast(int label) {
        return label >= 0 && isLabel(label) && (label & NOT_A_NUMBER) != 0;
    }
}
