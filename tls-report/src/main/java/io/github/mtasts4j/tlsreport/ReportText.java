// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import java.util.Locale;

/**
 * Makes outside text fit for a report: no controls, no direction marks, no lone surrogates, bounded. Clean text stays as it is,
 * so that what was written is read back as the same value; a backslash is clean.
 */
final class ReportText {

    /** What SMTP allows for a domain, and more than any honest word of a report needs. */
    static final int WORD = 255;

    /** A line of a policy, or a URI. */
    static final int LINE = 1024;

    private static final String ELLIPSIS = "...";

    private ReportText() {}

    /** Unicode is kept, apart from what a person cannot see or a JSON parser may refuse. */
    static String clean(String text, int limit) {
        return make(text, limit, 0x10ffff);
    }

    /** Everything but printable ASCII is written as an escape. */
    static String ascii(String text, int limit) {
        return make(text, limit, 0x7e);
    }

    private static String make(String text, int limit, int highest) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), limit));
        int fits = 0;
        int i = 0;
        while (i < text.length() && out.length() <= limit) {
            int c = text.codePointAt(i);
            append(out, c, highest);
            fits = out.length() <= limit - ELLIPSIS.length() ? out.length() : fits;
            i += Character.charCount(c);
        }
        if (out.length() <= limit) {
            return out.toString();
        }
        out.setLength(fits);
        return out.append(ELLIPSIS).toString();
    }

    private static void append(StringBuilder out, int c, int highest) {
        if (c <= highest && isVisible(c)) {
            out.appendCodePoint(c);
        } else if (c <= 0xff) {
            out.append(String.format(Locale.ROOT, "\\x%02x", c));
        } else if (c <= 0xffff) {
            out.append(String.format(Locale.ROOT, "\\u%04x", c));
        } else {
            out.append(String.format(Locale.ROOT, "\\u{%x}", c));
        }
    }

    private static boolean isVisible(int c) {
        if (c < 0x7f) {
            return c >= 0x20;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
