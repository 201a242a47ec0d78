// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.send;

import io.github.mtasts4j.tlsreport.DateRange;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/** When reports are tried. Thread-safe, if the generator is. */
final class Timetable {

    /** RFC 8460 §4.1: so that not everybody reports at midnight. */
    private static final int SPREAD_SECONDS = 14_400;

    private static final Duration FIRST_PAUSE = Duration.ofMinutes(5);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(4);
    private static final Duration PATIENCE = Duration.ofHours(24); // RFC 8460 §5.5

    private static final int MOST_DOUBLINGS = 10;
    private static final double JITTER = 0.2;

    private final RandomGenerator random;

    Timetable(RandomGenerator random) {
        this.random = random;
    }

    /** Within four hours after the time that the report is about, or from now on if that is over. */
    Instant first(DateRange range, Instant now) {
        Instant midnight = range.end().plusSeconds(1);
        return (midnight.isAfter(now) ? midnight : now).plusSeconds(1 + random.nextInt(SPREAD_SECONDS));
    }

    /** After an attempt: five minutes, then ten and so on, and once more when a day is over. */
    Instant next(QueuedReport state, Instant now) {
        Instant end = state.firstAttempt().orElse(now).plus(PATIENCE);
        Instant next = now.plus(pause(state.attempts()));
        return next.isAfter(end) && now.isBefore(end) ? end : next;
    }

    private Duration pause(int attempts) {
        Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(attempts, MOST_DOUBLINGS));
        Duration pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
        double factor = 1 - JITTER + 2 * JITTER * random.nextDouble();
        return Duration.ofMillis((long) (pause.toMillis() * factor));
    }

    /** Whether the attempt that was just made was the last. */
    boolean isOver(QueuedReport state, Instant now) {
        return state.firstAttempt()
                .map(first -> !now.isBefore(first.plus(PATIENCE)))
                .orElse(false);
    }
}
