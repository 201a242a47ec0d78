// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli;

import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Works on many things at a time and hands out what came of them in the order they came in, each as soon as those before it
 * are done. It reads no further ahead than a few times the number of workers.
 */
public final class InOrder {

    private static final int AHEAD = 4;

    private InOrder() {}

    /** The work. */
    @FunctionalInterface
    public interface Work<T, R> {

        /**
         * Does it.
         *
         * @param input what to work on
         * @return what came of it
         * @throws InterruptedException if it was interrupted
         */
        R on(T input) throws InterruptedException;
    }

    /**
     * Works until the input is used up. Waits for it.
     *
     * @param inputs what to work on
     * @param workers how many at a time
     * @param work what to do
     * @param each is given what came of it, in this thread
     * @param <T> what to work on
     * @param <R> what comes of it
     * @throws InterruptedException if this thread was interrupted
     */
    public static <T, R> void run(Iterator<T> inputs, int workers, Work<T, R> work, Consumer<R> each)
            throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(workers, InOrder::daemon);
        BlockingQueue<Future<Optional<R>>> begun = new ArrayBlockingQueue<>(AHEAD * workers);
        try {
            daemon(() -> feed(inputs, pool, work, begun)).start();
            for (Optional<R> next = await(begun.take()); next.isPresent(); next = await(begun.take())) {
                each.accept(next.get());
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static <T, R> void feed(
            Iterator<T> inputs, ExecutorService pool, Work<T, R> work, BlockingQueue<Future<Optional<R>>> begun) {
        try {
            try {
                while (inputs.hasNext()) {
                    T input = inputs.next();
                    begun.put(pool.submit(() -> Optional.of(work.on(input))));
                }
                begun.put(CompletableFuture.completedFuture(Optional.empty()));
            } catch (RuntimeException e) { // The input cannot be read, or nobody waits any more.
                begun.put(CompletableFuture.failedFuture(e));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static <R> Optional<R> await(Future<Optional<R>> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "mta-sts");
        thread.setDaemon(true);
        return thread;
    }
}
