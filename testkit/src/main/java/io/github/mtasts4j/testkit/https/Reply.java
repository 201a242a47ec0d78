// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.https;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * What a {@link PolicyHost} does to a client that asks for one policy: an honest answer, a broken one, or none. Octets
 * are written as strings of characters up to U+00FF, one for each.
 */
public sealed interface Reply {

    /**
     * The policy as it should be served: 200, {@code text/plain}, a Content-Length.
     *
     * @param text the policy
     * @return a reply
     */
    static Reply policy(String text) {
        return http(200, octets(text.getBytes(StandardCharsets.UTF_8)), "Content-Type: text/plain");
    }

    /**
     * A well-formed response with a Content-Length.
     *
     * @param status the status code
     * @param body the body
     * @param headers further header fields, such as {@code Content-Type: text/html}
     * @return a reply
     */
    static Reply http(int status, String body, String... headers) {
        StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append(" Scripted\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        head.append("Content-Length: ").append(body.length()).append("\r\n\r\n");
        return new Octets(head + body, Ending.KEEP_ALIVE);
    }

    /**
     * Whatever octets, then an orderly end of TLS and of the connection.
     *
     * @param octets what to send in place of a response
     * @return a reply
     */
    static Reply raw(String octets) {
        return new Octets(octets, Ending.CLOSE);
    }

    /**
     * Whatever octets, then a FIN without TLS's close_notify, as anybody on the path can send it.
     *
     * @param octets what to send in place of a response
     * @return a reply
     */
    static Reply cut(String octets) {
        return new Octets(octets, Ending.CUT);
    }

    /**
     * Octets without an end, as fast as the client takes them.
     *
     * @param head what to send first
     * @param again what to send over and over after it
     * @return a reply
     */
    static Reply endless(String head, String again) {
        return new Endless(head, again);
    }

    /**
     * Octets without an end, one at a time.
     *
     * @param head what to send first, at once
     * @param again what to send over and over after it
     * @param pause how long to wait between two octets
     * @return a reply
     */
    static Reply drip(String head, String again, Duration pause) {
        return new Drip(head, again, pause);
    }

    /**
     * Nothing at all, after a good handshake and a whole request.
     *
     * @return a reply
     */
    static Reply silence() {
        return new Silence();
    }

    /**
     * Something that keeps a TLS session from coming about.
     *
     * @param sabotage what
     * @return a reply
     */
    static Reply withoutTls(Sabotage sabotage) {
        return new WithoutTls(sabotage);
    }

    /**
     * Octets as the string that stands for them here.
     *
     * @param octets any
     * @return one character for each
     */
    static String octets(byte[] octets) {
        return new String(octets, StandardCharsets.ISO_8859_1);
    }

    /** What comes after the octets. */
    enum Ending {
        /** The server waits for another request on the same connection. */
        KEEP_ALIVE,
        /** close_notify, then FIN. */
        CLOSE,
        /** FIN. */
        CUT
    }

    /** What a server can do before there is a TLS session. */
    enum Sabotage {
        /** Answers the ClientHello with a TCP RST. */
        RESET,
        /** Answers the ClientHello with nothing. */
        STALL,
        /** Answers the ClientHello with TLS records without an end that lead nowhere. */
        RECORD_FLOOD,
        /** Chooses TLS 1.1. */
        TLS_1_1,
        /** Refuses the handshake with the alert handshake_failure. */
        ALERT,
        /** Speaks HTTP in the clear. */
        PLAINTEXT,
        /** Will speak HTTP/2 only, and refuses whoever does not offer it in ALPN. */
        HTTP_2_ONLY
    }

    /**
     * So many octets.
     *
     * @param octets what to send
     * @param ending what comes after
     */
    record Octets(String octets, Ending ending) implements Reply {}

    /**
     * Octets without an end.
     *
     * @param head what to send first
     * @param again what to send over and over
     */
    record Endless(String head, String again) implements Reply {}

    /**
     * Octets without an end, slowly.
     *
     * @param head what to send first
     * @param again what to send over and over
     * @param pause between two octets
     */
    record Drip(String head, String again, Duration pause) implements Reply {}

    /** No answer. */
    record Silence() implements Reply {}

    /**
     * No TLS session.
     *
     * @param sabotage why not
     */
    record WithoutTls(Sabotage sabotage) implements Reply {}
}
