// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import io.github.mtasts4j.policy.RemoteText;

/**
 * A header field of a message, of a part of one, or of a request.
 *
 * @param name its name
 * @param value its value on one line
 */
public record HeaderField(String name, String value) {

    private static final int WIDTH = 78;

    /**
     * Checks both.
     *
     * @param name printable ASCII without a space and a colon
     * @param value printable ASCII and spaces
     * @throws IllegalArgumentException if there is anything else in them, a line break above all
     */
    public HeaderField {
        boolean named = !name.isEmpty() && name.chars().allMatch(c -> c > 0x20 && c < 0x7f && c != ':');
        if (!named || !value.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
            throw new IllegalArgumentException("not a header field: \"" + RemoteText.safe(name + ": " + value) + "\"");
        }
    }

    /**
     * The field as a message has it, folded at its spaces to lines of at most 78 characters where that can be (RFC 5322 §2.2.3). A word is
     * never broken, so a long name makes a long line, of less than the 998 that no line may exceed.
     *
     * @return name, colon and value with CR LF between the lines and none at the end
     */
    public String folded() {
        StringBuilder out = new StringBuilder(name).append(':');
        int column = out.length();
        for (String word : value.split(" ", -1)) {
            if (column + 1 + word.length() > WIDTH && !word.isEmpty() && column > name.length() + 1) {
                out.append("\r\n");
                column = 0;
            }
            out.append(' ').append(word);
            column += 1 + word.length();
        }
        return out.toString();
    }

    /**
     * The field on one line.
     *
     * @return name, colon, space, value
     */
    @Override
    public String toString() {
        return name + ": " + value;
    }
}
