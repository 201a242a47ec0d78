// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.smtp;

/** What became of a message that was offered to a server. */
public sealed interface SendResult {

    /**
     * The server has taken responsibility for the message, for all its recipients.
     *
     * @param reply the text of its last reply, made printable
     */
    record Accepted(String reply) implements SendResult {}

    /**
     * The server refused a command, and so nothing was sent to anybody.
     *
     * @param command the command: MAIL, RCPT, DATA or {@link MxFault#END_OF_DATA}
     * @param code the reply code, 4yz for now, 5yz for good
     * @param text the reply's text, made printable
     */
    record Refused(String command, int code, String text) implements SendResult {}

    /**
     * The dialogue broke off, or there was none. Whether the message was taken is unknown if that happened at
     * {@link MxFault#END_OF_DATA}; try again later.
     *
     * @param reason one word: {@code timeout}, {@code connection-lost}, {@code smtp-protocol} or {@code not-usable}
     * @param detail one printable line for a person
     */
    record Broken(String reason, String detail) implements SendResult {}
}
