// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until the test moves it. */
final class MovableClock implements InstantSource {

    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private volatile Instant now = START;
    private volatile long nanos = Long.MAX_VALUE - 1000; // About to wrap around, as it may.

    @Override
    public Instant instant() {
        return now;
    }

    long nanoTime() {
        return nanos;
    }

    /** This clock and a count of nanoseconds that {@link #step} does not touch. */
    TimeSource time() {
        return new TimeSource(this, this::nanoTime);
    }

    synchronized void advance(Duration by) {
        nanos += by.toNanos();
        step(by);
    }

    /** Sets the wall clock; no time passes. */
    synchronized void step(Duration by) {
        now = now.plus(by);
    }

    /** The machine sleeps: the wall clock goes on, the count of nanoseconds does not. */
    void suspend(Duration by) {
        step(by);
    }

    void set(Instant to) {
        advance(Duration.between(now, to));
    }
}
