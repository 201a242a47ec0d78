// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Troubles of several sorts, one after the other of each sort, at moments drawn by a seed: after so many acknowledgements, not after so
 * much time. They go on for so long as somebody works.
 */
final class Storm implements AutoCloseable {

    /** Something that does harm, or ends it. */
    interface Act {
        void happen() throws InterruptedException;
    }

    /** One trouble. */
    record Trouble(Act begin, Act end) {}

    private final ClusterLedger ledger;
    private final int pace;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Future<?>> sorts = new ArrayList<>();

    /** At most so many acknowledgements are between two acts. */
    Storm(ClusterLedger ledger, int pace) {
        this.ledger = ledger;
        this.pace = pace;
    }

    void add(long seed, List<Trouble> troubles) {
        Random random = new Random(seed);
        sorts.add(threads.submit(() -> {
            for (Trouble trouble : troubles) {
                await(random);
                trouble.begin.happen();
                try {
                    await(random);
                } finally {
                    trouble.end.happen();
                }
            }
            return null;
        }));
    }

    private void await(Random random) throws InterruptedException {
        ledger.awaitAcknowledged(ledger.acknowledged() + pace / 4 + random.nextInt(pace));
    }

    boolean isOver() throws InterruptedException {
        for (Future<?> sort : sorts) {
            if (!sort.isDone()) {
                return false;
            }
            try {
                sort.get();
            } catch (ExecutionException e) {
                throw new AssertionError(e.getCause());
            }
        }
        return true;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
