// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.DomainName;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

/**
 * One discovery per domain at a time: whoever comes while it is under way waits for it instead of starting another.
 */
final class Flights {

    /** Why a flight is begun. */
    enum Purpose {
        /** Somebody wants to know; what is remembered will do. */
        LOOK_UP,
        /** Somebody wants the DNS to be asked, whatever is remembered (§5). */
        RECHECK
    }

    /** What a flight does. Runs on the executor. */
    interface Task {
        PolicyResolution run(DomainName domain, Purpose purpose) throws InterruptedException;
    }

    /** What becomes of a flight that cannot be completed. */
    interface Refusal {
        PolicyResolution answer(DomainName domain, FailureCode code, String detail);
    }

    private record Flight(Purpose purpose, CompletableFuture<PolicyResolution> result) {}

    private static final String FULL = "too many domains are being discovered";

    private final ConcurrentHashMap<DomainName, Flight> underWay = new ConcurrentHashMap<>();
    private final Semaphore runways;
    private final int most;
    private final Executor executor;
    private final Task task;
    private final Refusal refusal;
    private volatile boolean closed;

    Flights(ResolverSettings settings, Executor executor, Task task, Refusal refusal) {
        this.runways = new Semaphore(settings.maxFlights());
        this.most = settings.maxFlights() + settings.maxQueued();
        this.executor = executor;
        this.task = task;
        this.refusal = refusal;
    }

    /** Joins the flight of a domain, or begins it. Does not wait. */
    CompletableFuture<PolicyResolution> join(DomainName domain, Purpose purpose) {
        Flight mine = new Flight(purpose, new CompletableFuture<>());
        Flight there = underWay.putIfAbsent(domain, mine);
        if (there == null) {
            take(domain, mine);
            return mine.result;
        }
        if (purpose == Purpose.LOOK_UP || there.purpose == Purpose.RECHECK) {
            return there.result;
        }
        // The flight under way may do with what is remembered; a re-check must not.
        return there.result.handle((done, trouble) -> domain).thenCompose(d -> join(d, purpose));
    }

    boolean isUnderWay(DomainName domain) {
        return underWay.containsKey(domain);
    }

    private void take(DomainName domain, Flight flight) {
        if (closed) {
            land(domain, flight, refusal.answer(domain, FailureCode.CLOSED, "the resolver is closed"));
            return;
        }
        if (underWay.size() > most) {
            land(domain, flight, refusal.answer(domain, FailureCode.OVERLOADED, FULL));
            return;
        }
        try {
            executor.execute(() -> fly(domain, flight));
        } catch (RejectedExecutionException e) {
            FailureCode code = closed ? FailureCode.CLOSED : FailureCode.OVERLOADED;
            land(domain, flight, refusal.answer(domain, code, FULL));
        }
    }

    private void fly(DomainName domain, Flight flight) {
        try {
            land(domain, flight, run(domain, flight));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            land(domain, flight, refusal.answer(domain, FailureCode.CLOSED, "the discovery was interrupted"));
        } catch (RuntimeException | Error e) {
            underWay.remove(domain, flight);
            flight.result.completeExceptionally(e);
            throw e;
        }
    }

    private PolicyResolution run(DomainName domain, Flight flight) throws InterruptedException {
        runways.acquire(); // The executor may be the caller's, with a thread for everybody.
        try {
            return task.run(domain, flight.purpose);
        } finally {
            runways.release();
        }
    }

    private void land(DomainName domain, Flight flight, PolicyResolution resolution) {
        underWay.remove(domain, flight); // Before completing it, so that a re-check does not join it again.
        flight.result.complete(resolution);
    }

    /** Lets everybody go who is waiting; nothing takes off any more. */
    void close() {
        closed = true;
        underWay.forEach((domain, flight) ->
                land(domain, flight, refusal.answer(domain, FailureCode.CLOSED, "the resolver was closed")));
    }
}
