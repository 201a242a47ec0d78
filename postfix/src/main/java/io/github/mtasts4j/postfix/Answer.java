// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.postfix;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;

/** What Postfix is told. Immutable, so that one may serve many connections. */
final class Answer {

    /** The longest that Postfix reads. */
    static final int MAX_OCTETS = 100_000;

    private static final Map<AnswerKind, Answer> BARE = bare();

    private final AnswerKind kind;
    private final byte[] netstring;

    private Answer(AnswerKind kind, String payload) {
        this.kind = kind;
        this.netstring = (payload.length() + ":" + payload + ",").getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * An answer of a kind.
     *
     * @param text what stands behind the first word, printable ASCII
     */
    static Answer of(AnswerKind kind, String text) {
        String payload = kind.word() + " " + text;
        if (payload.length() > MAX_OCTETS) {
            throw new IllegalArgumentException("longer than Postfix reads: " + payload.length());
        }
        return new Answer(kind, payload);
    }

    /** An answer that says no more than its kind. */
    static Answer of(AnswerKind kind) {
        return requireNonNull(BARE.get(kind));
    }

    private static Map<AnswerKind, Answer> bare() {
        Map<AnswerKind, Answer> answers = new EnumMap<>(AnswerKind.class);
        for (AnswerKind kind : AnswerKind.values()) {
            answers.put(kind, of(kind, ""));
        }
        return answers;
    }

    AnswerKind kind() {
        return kind;
    }

    /** The reply as it is sent; not to be changed. */
    byte[] netstring() {
        return netstring;
    }

    @Override
    public String toString() {
        return new String(netstring, StandardCharsets.US_ASCII);
    }
}
