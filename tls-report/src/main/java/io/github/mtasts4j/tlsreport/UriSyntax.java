// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

/** {@code tlsrpt-uri}: the URI of RFC 3986 §3, without the three octets that have a meaning in the record (RFC 8460 §3). */
final class UriSyntax {

    private static final String PUNCTUATION = "-._~:/?#[]@$&'()*+=%";

    private UriSyntax() {}

    static boolean isUri(String text) {
        int colon = schemeEnd(text);
        return colon > 0 && hasUriCharacters(text) && bracketsAreOfAHost(text, colon) && hashes(text) <= 1;
    }

    /** The position of the colon behind the scheme, or -1. */
    static int schemeEnd(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ':') {
                return i == 0 ? -1 : i;
            }
            if (!Ascii.isLetter(c) && (i == 0 || !(Ascii.isDigit(c) || c == '+' || c == '-' || c == '.'))) {
                return -1;
            }
        }
        return -1;
    }

    private static boolean hasUriCharacters(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Ascii.isAlphanumeric(c) && PUNCTUATION.indexOf(c) < 0) {
                return false;
            }
            if (c == '%' && !isPercentEncoded(text, i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPercentEncoded(String text, int at) {
        return at + 2 < text.length() && Ascii.isHexDigit(text.charAt(at + 1)) && Ascii.isHexDigit(text.charAt(at + 2));
    }

    /** Brackets are for IP literals; they stand nowhere else in a URI. */
    private static boolean bracketsAreOfAHost(String text, int colon) {
        if (text.indexOf('[') < 0 && text.indexOf(']') < 0) {
            return true;
        }
        int end = authorityEnd(text, colon);
        int open = text.indexOf('[');
        int close = text.indexOf(']');
        return end > 0
                && open >= 0
                && open < close
                && close < end
                && open == text.lastIndexOf('[')
                && close == text.lastIndexOf(']');
    }

    /** Where the authority ends, or -1 if there is none. */
    static int authorityEnd(String text, int colon) {
        if (!text.startsWith("//", colon + 1)) {
            return -1;
        }
        int end = colon + 3;
        while (end < text.length() && "/?#".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    private static long hashes(String text) {
        return text.chars().filter(c -> c == '#').count();
    }
}
