// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks an engine that lets us wait in vain less often, so that not every message waits for it: after a failure nobody asks
 * for five times as long as that has taken, ten seconds at most, and then one for all. One that fails at once is asked each
 * time.
 */
final class StorePatience {

    private static final int TIMES = 5;
    private static final long LONGEST = TimeUnit.SECONDS.toNanos(10);

    private final LongSupplier ticks;
    private final AtomicReference<@Nullable Pause> pause = new AtomicReference<>();

    private record Pause(long until) {}

    StorePatience(LongSupplier ticks) {
        this.ticks = ticks;
    }

    /**
     * Asks, or does not.
     *
     * @throws IllegalStateException if it is not asked for now
     */
    <T> T ask(Supplier<T> question) {
        long begun = ticks.getAsLong();
        Pause before = pause.get();
        if (before != null && (begun - before.until < 0 || !pause.compareAndSet(before, new Pause(begun + LONGEST)))) {
            throw new IllegalStateException("the policy store has let others wait in vain; not asked for a moment");
        }
        try {
            T answer = question.get();
            pause.set(null);
            return answer;
        } catch (RuntimeException e) {
            long now = ticks.getAsLong();
            pause.set(new Pause(now + Math.min(TIMES * Math.max(0, now - begun), LONGEST)));
            throw e;
        }
    }

    /** It is known to answer again. */
    void forgive() {
        pause.set(null);
    }
}
