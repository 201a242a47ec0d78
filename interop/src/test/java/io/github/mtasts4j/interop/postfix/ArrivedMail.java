// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.postfix;

/**
 * A message as it lies in a mailbox.
 *
 * @param header what Postfix and the sender wrote above the first empty line
 * @param body the rest
 */
record ArrivedMail(String header, String body) {

    static ArrivedMail parse(String file) {
        int empty = file.indexOf("\n\n");
        return new ArrivedMail(file.substring(0, empty + 1), file.substring(empty + 2));
    }

    boolean isFor(String recipient) {
        return header.contains("\nDelivered-To: " + recipient + "\n");
    }

    /** Postfix's own trace of it (RFC 5321 §4.4), on one line. */
    String received() {
        String trace = header.substring(header.indexOf("\nReceived: ") + 1);
        return trace.replaceAll("\n[ \t]+", " ").lines().findFirst().orElseThrow();
    }
}
