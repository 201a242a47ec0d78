// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jakartamail;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is asked and answered on a connection, as far as a judgement needs it, whatever the provider makes of it. Until
 * {@link #end} it is followed line by line, and a reply has an end.
 */
final class Dialogue {

    /** Far more than any reply. */
    private static final int LONGEST_REPLY = 64 * 1024;

    /** Far more than any handshake message that JSSE reads. */
    private static final int LONGEST_ANSWER = 1024 * 1024;

    private static final Set<String> OF_INTEREST = Set.of("EHLO", "HELO", "STARTTLS");

    private final Map<String, Integer> replies = new HashMap<>();
    private boolean ended;
    private long received;
    private @Nullable String asked;
    private OptionalInt begun = OptionalInt.empty();

    /** What comes, at most a line at a time. */
    InputStream hear(InputStream in) {
        return new DialogueInput(this, in);
    }

    /** What is said. */
    OutputStream say(OutputStream out) {
        return new DialogueOutput(this, out);
    }

    /**
     * The reply to the latest command with this verb, EHLO, HELO or STARTTLS.
     *
     * @return empty if it was not said; 0 if there is no complete reply or it says one thing and another, unless one of these is an
     *     error, which then counts
     */
    synchronized OptionalInt replyTo(String verb) {
        Integer reply = replies.get(verb);
        return reply == null ? OptionalInt.empty() : OptionalInt.of(reply);
    }

    /** From now on it is of no interest. */
    synchronized void end() {
        ended = true;
    }

    synchronized boolean hasEnded() {
        return ended;
    }

    synchronized void said(String line) {
        String verb = line.strip().split(" ", 2)[0].toUpperCase(Locale.ROOT);
        asked = OF_INTEREST.contains(verb) ? verb : null;
        begun = OptionalInt.empty();
        if (asked != null) {
            replies.put(asked, 0);
        }
    }

    /** The last line of a reply has no hyphen behind its code (RFC 5321 §4.2.1). */
    synchronized void heard(String line) {
        if (asked == null) {
            return;
        }
        int code = line.matches("(?s)[2-5][0-9][0-9](?![0-9]).*") ? Integer.parseInt(line.substring(0, 3)) : 0;
        int reply = begun.isPresent() ? together(begun.getAsInt(), code) : code;
        begun = OptionalInt.of(reply);
        if (line.length() < 4 || line.charAt(3) != '-') {
            replies.put(asked, reply);
            asked = null;
        }
    }

    /** Providers take the first line's code or the last one's, and a reply of two codes is none. */
    private static int together(int code, int other) {
        int higher = Math.max(code, other);
        return code == other || higher >= 400 ? higher : 0;
    }

    synchronized void count(int octets) throws IOException {
        received += Math.max(octets, 0);
        if (received > (ended ? LONGEST_ANSWER : LONGEST_REPLY)) {
            throw new IOException("the server answers without an end");
        }
    }

    synchronized void answersBegin() {
        received = 0;
    }
}
