// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Paces discoveries that nobody waits for yet: so many at a time, and so many in a second. */
final class Prefetch {

    /** Lets time pass. */
    interface Pause {
        Pause SLEEP = TimeUnit.NANOSECONDS::sleep;

        void pause(long nanos) throws InterruptedException;
    }

    private final int atOnce;
    private final Semaphore room;
    private final long interval;
    private final LongSupplier ticks;
    private final Pause pause;
    private long next;
    private PrefetchSummary summary = new PrefetchSummary(0, 0, 0);

    Prefetch(int maxFlights, int perSecond, LongSupplier ticks, Pause pause) {
        if (perSecond < 1) {
            throw new IllegalArgumentException("at least one a second, not " + perSecond);
        }
        this.atOnce = Math.max(1, maxFlights / 4);
        this.room = new Semaphore(atOnce);
        this.interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.ticks = ticks;
        this.pause = pause;
        this.next = ticks.getAsLong();
    }

    /** Waits until another discovery may begin. */
    void await() throws InterruptedException {
        room.acquire();
        long early = next - ticks.getAsLong();
        if (early > 0) {
            pauseOrLeave(early);
        }
        next = Math.max(next, ticks.getAsLong()) + interval; // What was not used is not made up for.
    }

    private void pauseOrLeave(long nanos) throws InterruptedException {
        try {
            pause.pause(nanos);
        } catch (InterruptedException e) {
            room.release();
            throw e;
        }
    }

    void begun(CompletableFuture<PolicyResolution> flight) {
        var unused = flight.whenComplete((answer, defect) -> {
            if (defect == null) {
                count(answer);
            }
            room.release();
        });
    }

    synchronized void count(PolicyResolution answer) {
        summary = summary.and(answer);
    }

    /** Waits for all that were begun. */
    PrefetchSummary join() throws InterruptedException {
        room.acquire(atOnce);
        synchronized (this) {
            return summary;
        }
    }
}
