// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import io.github.mtasts4j.testkit.MovableClock;
import java.time.Duration;

/** What befalls a clock: an axis of the {@link ClockFaultMatrixTest}. */
enum ClockFault {
    YEAR_FORWARD(Duration.ofDays(365)),
    YEAR_BACK(Duration.ofDays(-365)),
    TEN_MINUTES_FORWARD(Duration.ofMinutes(10)),
    TEN_MINUTES_BACK(Duration.ofMinutes(-10)),
    DRIFT(Duration.ZERO),
    SUSPEND(Duration.ofHours(24));

    private static final int LOOKS = 2;
    private static final Duration BETWEEN_LOOKS = Duration.ofHours(5); // More drifts away in it than a step may have.
    private static final Duration DRIFTED = BETWEEN_LOOKS.dividedBy(100);

    private final Duration step;

    ClockFault(Duration step) {
        this.step = step;
    }

    /** Whether it happens at a stroke, so that it can be noticed. */
    boolean isStep() {
        return this != DRIFT;
    }

    /**
     * Happens.
     *
     * @param clock that of a sender
     * @param looker somebody who looks at the clock now and then
     */
    void befall(MovableClock clock, Runnable looker) {
        move(clock, step, DRIFTED, looker);
    }

    /**
     * Is put right.
     *
     * @param clock that of a sender
     * @param looker somebody who looks at the clock now and then
     */
    void end(MovableClock clock, Runnable looker) {
        move(clock, step.negated(), DRIFTED.negated(), looker);
    }

    private void move(MovableClock clock, Duration by, Duration drift, Runnable looker) {
        if (isStep()) {
            clock.step(by);
            return;
        }
        for (int look = 0; look < LOOKS; look++) {
            clock.advance(BETWEEN_LOOKS);
            clock.step(drift);
            looker.run();
        }
    }
}
