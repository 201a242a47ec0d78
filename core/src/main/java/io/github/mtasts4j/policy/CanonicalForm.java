// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.policy;

/**
 * Tells in one pass whether a text is a {@link DomainName} in canonical form, as most are: lower-case labels of letters, digits
 * and inner hyphens, the last of them no number. What is not may still be a name.
 */
final class CanonicalForm {

    static final int MAX_OCTETS = 253;
    static final int MAX_LABEL = 63;

    private CanonicalForm() {}

    static boolean isIn(String text) {
        int end = text.length();
        int label = 0;
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (c == '.') {
                if (!isLabel(i - label, text.charAt(label), text.charAt(Math.max(i - 1, 0)))) {
                    return false;
                }
                label = i + 1;
            } else if (!isLetter(c) && !isDigit(c) && c != '-') {
                return false;
            }
        }
        return label < end
                && end <= MAX_OCTETS
                && isLabel(end - label, text.charAt(label), text.charAt(end - 1))
                && !isNumber(text, label, end);
    }

    private static boolean isNumber(String text, int from, int to) {
        int i = from;
        while (i < to && isDigit(text.charAt(i))) {
            i++;
        }
        return i == to;
    }

    /** The same, as there is no view of octets as text that costs nothing. */
    static boolean isIn(byte[] octets, int from, int to) {
        int label = from;
        for (int i = from; i < to; i++) {
            byte c = octets[i];
            if (c == '.') {
                if (!isLabel(i - label, octets[label], octets[Math.max(i - 1, from)])) {
                    return false;
                }
                label = i + 1;
            } else if (!isLetter(c) && !isDigit(c) && c != '-') {
                return false;
            }
        }
        return label < to
                && to - from <= MAX_OCTETS
                && isLabel(to - label, octets[label], octets[to - 1])
                && !isNumber(octets, label, to);
    }

    private static boolean isNumber(byte[] octets, int from, int to) {
        int i = from;
        while (i < to && isDigit(octets[i])) {
            i++;
        }
        return i == to;
    }

    private static boolean isLetter(int c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLabel(int length, int first, int last) {
        return length > 0 && length <= MAX_LABEL && first != '-' && last != '-';
    }
}
