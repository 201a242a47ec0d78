// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit;

import io.github.mtasts4j.discovery.TimeSource;
import io.github.mtasts4j.testkit.tls.TestCa;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The time in a test: it stands still until the test moves it. Safe for many threads. */
public final class MovableClock implements InstantSource {

    /** Where a clock starts unless told otherwise. All certificates of {@link TestCa} are valid then. */
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private volatile Instant now;
    private volatile long nanos;

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
     * This clock, and a count of nanoseconds that {@link #step} leaves alone: the two by which a sender notices that its
     * clock was set.
     *
     * @return both
     */
    public TimeSource time() {
        return new TimeSource(this, () -> nanos);
    }

    /**
     * Lets time pass.
     *
     * @param time how much; if negative, the world is at an earlier time
     * @return the new time
     */
    public synchronized Instant advance(Duration time) {
        nanos += time.toNanos();
        return step(time);
    }

    /**
     * Lets time pass until a moment.
     *
     * @param instant the new time
     */
    public synchronized void set(Instant instant) {
        advance(Duration.between(now, instant));
    }

    /**
     * Sets the wall clock while no time passes, as somebody does who can; or lets the machine sleep, which the count of
     * nanoseconds does not notice.
     *
     * @param step how far; backwards if negative
     * @return the new time
     */
    public synchronized Instant step(Duration step) {
        Instant moved = now.plus(step);
        now = moved;
        return moved;
    }
}
