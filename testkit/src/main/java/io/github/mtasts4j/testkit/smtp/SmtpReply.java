// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.smtp;

import io.github.mtasts4j.policy.RemoteText;
import java.util.List;
import java.util.Locale;

/**
 * A whole reply of one or more lines (RFC 5321 §4.2).
 *
 * @param code the code, the same in all lines
 * @param lines the texts of the lines, raw
 */
record SmtpReply(int code, List<String> lines) {

    SmtpReply {
        lines = List.copyOf(lines);
    }

    boolean isPositive() {
        return code / 100 == 2;
    }

    boolean isPermanentFailure() {
        return code / 100 == 5;
    }

    /** What an answer to EHLO offers: the first word of every line but the first, in capitals. */
    List<String> keywords() {
        return lines.stream()
                .skip(1)
                .map(line -> line.split(" ", 2)[0].toUpperCase(Locale.ROOT))
                .toList();
    }

    /** What a server calls itself in its answer to EHLO or HELO: the first word, raw (RFC 5321 §4.1.1.1). */
    String name() {
        return lines.get(0).split(" ", 2)[0];
    }

    String text() {
        return RemoteText.safe(lines.get(lines.size() - 1));
    }

    @Override
    public String toString() {
        return code + " " + text();
    }
}
