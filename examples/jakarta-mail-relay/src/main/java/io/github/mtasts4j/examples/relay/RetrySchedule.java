// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.relay;

import java.time.Duration;
import java.time.Instant;

/**
 * When to try again (RFC 5321 §4.5.4.1): after five minutes, then after twice as long each time, four hours at most; and when to
 * give up.
 */
final class RetrySchedule {

    private static final Duration FIRST = Duration.ofMinutes(5);
    private static final Duration LONGEST = Duration.ofHours(4);
    private static final Duration PATIENCE = Duration.ofDays(5);

    private RetrySchedule() {}

    static Instant next(Letter letter, Instant now) {
        Duration wait = FIRST.multipliedBy(1L << Math.min(letter.attempts(), 10));
        return now.plus(wait.compareTo(LONGEST) < 0 ? wait : LONGEST);
    }

    static boolean isTimeUp(Letter letter, Instant now) {
        return !now.isBefore(letter.accepted().plus(PATIENCE));
    }
}
