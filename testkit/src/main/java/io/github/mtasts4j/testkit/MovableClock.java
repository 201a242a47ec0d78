// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit;

import io.github.mtasts4j.testkit.tls.TestCa;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The time in a test: it stands still until the test moves it. Safe for many threads. */
public final class MovableClock implements InstantSource {

    /** Where a clock starts unless told otherwise. All certificates of {@link TestCa} are valid then. */
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private volatile Instant now;

    /** Makes a clock that stands at {@link #START}. */
    public MovableClock() {
        this(START);
    }

    /**
     * Makes a clock.
     *
     * @param start where it stands
     */
    public MovableClock(Instant start) {
        this.now = start;
    }

    @Override
    public Instant instant() {
        return now;
    }

    /**
     * Moves the clock.
     *
     * @param step how far; backwards if negative
     * @return the new time
     */
    public synchronized Instant advance(Duration step) {
        Instant moved = now.plus(step);
        now = moved;
        return moved;
    }

    /**
     * Sets the clock.
     *
     * @param instant the new time
     */
    public synchronized void set(Instant instant) {
        now = instant;
    }
}
