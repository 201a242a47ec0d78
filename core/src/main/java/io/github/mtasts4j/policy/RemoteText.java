// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.policy;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Makes a stranger's text safe to print: one line, printable ASCII, bounded. The only place that does. */
public final class RemoteText {

    private static final int LIMIT = 64;

    private RemoteText() {}

    /**
     * The text with everything but printable ASCII written as {@code \x1b} or {@code \u202e}, cut after 64
     * characters.
     *
     * @param text anything
     * @return one printable line in ASCII, at most 64 characters and an ellipsis
     */
    public static String safe(@Nullable String text) {
        return safe(text, LIMIT);
    }

    /**
     * The same with another bound.
     *
     * @param text anything
     * @param limit the most characters before the ellipsis
     * @return one printable line in ASCII
     */
    public static String safe(@Nullable String text, int limit) {
        if (text == null) {
            return "";
        }
        StringBuilder out = new StringBuilder(Math.min(text.length(), limit) + 3);
        for (int i = 0; i < text.length(); i++) {
            int before = out.length();
            append(out, text.charAt(i));
            if (out.length() > limit) {
                out.setLength(before);
                return out.append("...").toString();
            }
        }
        return out.toString();
    }

    /**
     * The same for octets, each of which stands for one character.
     *
     * @param octets anything
     * @return one printable line in ASCII
     */
    public static String safe(byte[] octets) {
        int enough = Math.min(octets.length, LIMIT + 1);
        return safe(new String(octets, 0, enough, StandardCharsets.ISO_8859_1));
    }

    private static void append(StringBuilder out, char c) {
        if (c == '\\') {
            out.append("\\\\");
        } else if (c >= 0x20 && c <= 0x7e) {
            out.append(c);
        } else if (c <= 0xff) {
            out.append(String.format("\\x%02x", (int) c));
        } else {
            out.append(String.format("\\u%04x", (int) c));
        }
    }
}
