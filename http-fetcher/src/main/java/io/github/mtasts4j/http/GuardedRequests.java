// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import io.github.mtasts4j.discovery.PolicyFetcher.Result;
import io.github.mtasts4j.discovery.PolicyFetcher.TimedOut;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The requests that go on, each on a daemon thread of its own while its caller waits for it, and what they know of addresses. */
final class GuardedRequests implements AutoCloseable {

    private static final Duration IDLE_THREAD = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final AddressLines lines;
    private final Set<GuardedRequest> running = ConcurrentHashMap.newKeySet();
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE, // As many as there are callers, who wait.
            IDLE_THREAD.toSeconds(),
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            GuardedRequests::daemon);

    GuardedRequests(AddressLines lines) {
        this.lines = lines;
    }

    /**
     * Makes one. Waits for the network, no longer than the timeout.
     *
     * @throws IllegalArgumentException if the host's name cannot be sent as SNI
     * @throws IllegalStateException if this has been closed
     */
    Result make(GuardedRequest.Terms terms, Errand errand, Duration timeout) throws InterruptedException {
        if (!errand.host().isLetterDigitHyphen()) {
            throw new IllegalArgumentException(errand.host() + " cannot be sent as SNI");
        }
        GuardedRequest request = new GuardedRequest(terms, lines, errand);
        running.add(request);
        try {
            return await(request, timeout);
        } finally {
            running.remove(request);
        }
    }

    private Result await(GuardedRequest request, Duration timeout) throws InterruptedException {
        Future<Result> future = begin(request);
        try {
            return future.get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return new TimedOut(timeout);
        } catch (ExecutionException e) {
            throw unexpected(e);
        } finally {
            request.giveUp(); // Whatever it waits for; nothing, if it is done.
            future.cancel(true);
        }
    }

    private Future<Result> begin(GuardedRequest request) {
        try {
            return threads.submit(request);
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("the fetcher is closed", e);
        }
    }

    /** Nothing remote throws, so this is a defect: of the fetcher, or of the look-up it was given. */
    private IllegalStateException unexpected(ExecutionException e) {
        return new IllegalStateException(
                threads.isShutdown() ? "the fetcher was closed" : "a fetch failed unexpectedly", e.getCause());
    }

    @Override
    public void close() {
        threads.shutdownNow(); // First: whatever was begun before is in the set.
        running.forEach(GuardedRequest::giveUp);
        try {
            threads.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        lines.clear();
    }

    /** How many addresses a request is at, or waits for. */
    int busyAddresses() {
        return lines.busy();
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "mtasts4j-policy-fetch");
        thread.setDaemon(true);
        return thread;
    }
}
