// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Where the time comes from: a wall clock, by which policies expire, and a count of nanoseconds that nobody can set, by
 * which a step of the wall clock is noticed.
 *
 * @param wall the wall clock
 * @param nanoTime nanoseconds since some moment, as {@link System#nanoTime} has them
 */
public record TimeSource(InstantSource wall, LongSupplier nanoTime) {

    private static final TimeSource SYSTEM = new TimeSource(InstantSource.system(), System::nanoTime);

    /**
     * The system's clocks.
     *
     * @return the system's time
     */
    public static TimeSource system() {
        return SYSTEM;
    }

    /** For how many nanoseconds one look at the wall clock will do; 0 for a clock that a program moves. */
    long grain() {
        return equals(SYSTEM) ? TimeUnit.MILLISECONDS.toNanos(1) : 0;
    }

    /**
     * A clock that is right by definition, such as that of a simulation: however it moves, that much time has passed.
     *
     * @param clock the clock
     * @return its time
     */
    public static TimeSource of(InstantSource clock) {
        return new TimeSource(clock, () -> nanos(clock.instant()));
    }

    /** Wraps around every 584 years, as a count of nanoseconds may: only differences matter. */
    private static long nanos(Instant instant) {
        return instant.getEpochSecond() * TimeUnit.SECONDS.toNanos(1) + instant.getNano();
    }
}
