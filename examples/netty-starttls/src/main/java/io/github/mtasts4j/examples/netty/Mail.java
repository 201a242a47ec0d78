// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.netty;

/**
 * A message for one recipient.
 *
 * @param sender the reverse-path
 * @param recipient the forward-path
 * @param text the message, one character for each octet
 */
record Mail(String sender, String recipient, String text) {

    Mail {
        check(sender);
        check(recipient);
    }

    /** An address with a line end in it would be a command of its own. */
    private static void check(String path) {
        if (!path.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '<' && c != '>')) {
            throw new IllegalArgumentException("not an address that can stand in a command");
        }
    }

    /** The text with every line end a CRLF, dots stuffed, and the dot that ends it (RFC 5321 §4.5.2). */
    String data() {
        StringBuilder data = new StringBuilder(text.length() + 16);
        text.lines()
                .forEach(line -> data.append(line.startsWith(".") ? "." : "")
                        .append(line)
                        .append("\r\n"));
        return data.append('.').toString();
    }
}
