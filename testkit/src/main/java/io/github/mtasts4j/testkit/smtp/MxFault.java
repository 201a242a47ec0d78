// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.smtp;

import java.util.List;

/**
 * One thing an {@link SmtpMx} does wrong. Commands are named by their verb; {@link #CONNECT} stands for the greeting,
 * {@link #END_OF_DATA} for the reply to a message.
 */
public sealed interface MxFault {

    /** Names the moment of the greeting, where there is no command yet. */
    String CONNECT = "CONNECT";

    /** Names the moment after the message. */
    String END_OF_DATA = ".";

    /**
     * Answers a command with this text, whatever it ought to say; {@code 220} to STARTTLS still leads to TLS.
     *
     * @param command the verb in capitals, {@link #CONNECT} or {@link #END_OF_DATA}
     * @param reply the reply, lines separated by CRLF, without the last CRLF
     */
    record Answers(String command, String reply) implements MxFault {}

    /**
     * Closes the connection instead of answering.
     *
     * @param command the verb in capitals, {@link #CONNECT} or {@link #END_OF_DATA}
     */
    record HangsUpAt(String command) implements MxFault {}

    /**
     * Answers so many commands and closes the connection at the next one.
     *
     * @param commands how many, before and after TLS together
     */
    record HangsUpAfter(int commands) implements MxFault {}

    /**
     * Says something else in its answer to EHLO once TLS is up.
     *
     * @param capabilities the keywords, such as {@code SIZE 1000}
     */
    record OffersOverTls(List<String> capabilities) implements MxFault {
        /**
         * Copies the capabilities.
         *
         * @param capabilities the keywords
         */
        public OffersOverTls {
            capabilities = List.copyOf(capabilities);
        }
    }

    /**
     * Says more than its reply, right behind it but in a segment of its own.
     *
     * @param command the verb in capitals, {@link #CONNECT} or {@link #END_OF_DATA}
     * @param text what it adds, lines separated by CRLF, without the last CRLF
     */
    record AddsTo(String command, String text) implements MxFault {}

    /**
     * Never answers a command, and goes on listening.
     *
     * @param command the verb in capitals
     */
    record StaysSilentAt(String command) implements MxFault {}

    /**
     * Does something wrong only once TLS is up; there it comes before what it does wrong everywhere.
     *
     * @param fault what; one that can happen after a handshake
     */
    record OverTls(MxFault fault) implements MxFault {}

    /** What becomes of TLS after a good handshake. */
    enum AfterHandshake implements MxFault {
        /** A {@code close_notify}; the connection stays open, and the server goes on in the clear, with an EHLO reply. */
        CLOSE_NOTIFY
    }

    /** What goes wrong in every reply. */
    enum Always implements MxFault {
        /** Does not offer STARTTLS, and answers 502 to it. */
        NO_STARTTLS,
        /** Ends its lines with LF alone. */
        BARE_LINE_FEEDS
    }

    /** What comes where the ServerHello belongs. */
    enum InsteadOfTls implements MxFault {
        /** A line of SMTP. */
        PLAINTEXT,
        /** The alert {@code handshake_failure}. */
        ALERT,
        /** The end of the connection. */
        HANG_UP,
        /** Nothing, while the connection stays open. */
        SILENCE,
        /** The ServerHello of a server that knows nothing newer than TLS 1.1. */
        TLS_1_1
    }

    /**
     * Answers STARTTLS with an error.
     *
     * @param code such as 454
     * @return the fault
     */
    static MxFault refusesStartTls(int code) {
        return refuses("STARTTLS", code);
    }

    /**
     * Answers a command with an error.
     *
     * @param command the verb in capitals, {@link #CONNECT} or {@link #END_OF_DATA}
     * @param code such as 451 or 550
     * @return the fault
     */
    static MxFault refuses(String command, int code) {
        return new Answers(command, code + " no, on the test's behalf");
    }

    /**
     * Knows HELO only.
     *
     * @return the fault
     */
    static MxFault knowsNoEhlo() {
        return refuses("EHLO", 502);
    }

    /**
     * Sends a reply in plaintext right behind the 220 to STARTTLS, as an attacker does who wants it to be taken for one
     * that came over TLS (CVE-2011-0411 and its kin).
     *
     * @return the fault
     */
    static MxFault injectsAfterStartTls() {
        return new Answers("STARTTLS", "220 go\r\n250 injected");
    }

    /**
     * Greets with one line without an end in sight.
     *
     * @param octets how long
     * @return the fault
     */
    static MxFault greetsWith(int octets) {
        return new Answers(CONNECT, "220 " + "x".repeat(octets));
    }

    /**
     * Answers EHLO with very many lines, STARTTLS in the last of them.
     *
     * @param lines how many
     * @return the fault
     */
    static MxFault answersEhloWith(int lines) {
        return new Answers("EHLO", "250-X-NOISE\r\n".repeat(lines - 1) + "250 STARTTLS");
    }
}
