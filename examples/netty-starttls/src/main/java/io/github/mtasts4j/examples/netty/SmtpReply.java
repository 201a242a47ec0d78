// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.netty;

import java.util.List;

/**
 * A whole reply (RFC 5321 §4.2).
 *
 * @param code the code, the same in all lines
 * @param lines the texts behind the code, one for each line
 */
record SmtpReply(int code, List<String> lines) {

    SmtpReply {
        lines = List.copyOf(lines);
    }

    boolean isPermanentFailure() {
        return code / 100 == 5;
    }

    /** Whether an answer to EHLO has this keyword; keywords know no case (RFC 5321 §2.4). */
    boolean offers(String keyword) {
        return lines.stream().skip(1).anyMatch(line -> line.split(" ", 2)[0].equalsIgnoreCase(keyword));
    }

    @Override
    public String toString() {
        return code + " " + lines.get(lines.size() - 1);
    }
}
