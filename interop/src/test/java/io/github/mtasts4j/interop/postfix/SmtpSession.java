// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.postfix;

import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What Postfix counted of one session, from the line it ends it with: {@code disconnect from unknown[127.0.0.1] ehlo=2
 * starttls=1 mail=1 rcpt=0/1 quit=1 commands=5/6}.
 *
 * @param commands how often each command came, refused or not
 */
record SmtpSession(Map<String, Integer> commands) {

    static final String END = "]: disconnect from ";

    /** Accepted and all, or only one number where all were. */
    private static final Pattern COUNT = Pattern.compile(" ([a-z]+)=(?:[0-9]+/)?([0-9]+)");

    SmtpSession {
        commands = Map.copyOf(commands);
    }

    static SmtpSession parse(String line) {
        return new SmtpSession(COUNT.matcher(line.substring(line.indexOf(END)))
                .results()
                .collect(Collectors.toMap(count -> count.group(1), count -> Integer.valueOf(count.group(2)))));
    }

    int count(String command) {
        return commands.getOrDefault(command, 0);
    }

    /** Whether an octet of the envelope came. */
    boolean hasEnvelope() {
        return count("mail") + count("rcpt") + count("data") + count("bdat") > 0;
    }
}
