// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until the test moves it. */
final class MovableClock implements InstantSource {

    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private volatile Instant now = START;

    @Override
    public Instant instant() {
        return now;
    }

    void advance(Duration by) {
        set(now.plus(by));
    }

    void set(Instant to) {
        now = to;
    }
}
