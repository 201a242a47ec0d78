// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.DomainName;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One discovery per domain at a time: whoever comes while it is under way waits for it instead of starting another. Every
 * flight lands, whatever becomes of its task or of the executor.
 */
final class Flights {

    private static final Logger log = LoggerFactory.getLogger(Flights.class);
    private static final String FULL = "too many domains are being discovered";
    private static final String CLOSED = "the resolver is closed";
    private static final Duration LAST_MOMENTS = Duration.ofSeconds(1);

    /** Why a flight is begun. Each asks whatever those before it ask, and more. */
    enum Purpose {
        /** Somebody wants to know; what is remembered will do. */
        LOOK_UP,
        /** The TXT record is due: the DNS is to be asked, whatever is remembered. */
        RECHECK,
        /** The policy stands in the way of mail: the DNS is to be asked (§5), and maybe the Policy Host (decision D24). */
        INSIST,
        /** The policy is due: the DNS and the Policy Host are to be asked, whatever the DNS says (§10.2). */
        REFRESH;

        private boolean serves(Purpose other) {
            return compareTo(other) >= 0;
        }
    }

    /** What a flight does. Runs on the executor. */
    interface Task {
        PolicyResolution run(DomainName domain, Flight flight) throws InterruptedException;
    }

    /** What is known down here, and told to whoever waits for a flight. */
    interface Ground {

        /** The answer for a flight that cannot be completed. */
        PolicyResolution refuse(DomainName domain, FailureCode code, String detail);

        /** The answer for a flight that has come to this result, in view of what others have learnt meanwhile. */
        PolicyResolution settle(DomainName domain, PolicyResolution result);

        /** Everybody has been answered. */
        void landed(DomainName domain);
    }

    /** One discovery under way. */
    static final class Flight {

        private final Purpose purpose;
        private final CompletableFuture<PolicyResolution> result = new CompletableFuture<>();
        private final CompletableFuture<DomainName> landed = new CompletableFuture<>();
        private volatile boolean forgotten;
        private volatile boolean recordSeen;

        private Flight(Purpose purpose) {
            this.purpose = purpose;
        }

        Purpose purpose() {
            return purpose;
        }

        /** Whether its findings are still to be remembered: not if an operator has had the domain forgotten meanwhile. */
        boolean isWanted() {
            return !forgotten;
        }

        /** Answers those who wait, while the flight goes on with what need not keep them. */
        void answer(PolicyResolution resolution) {
            result.complete(resolution);
        }

        /** Notes that the DNS has answered, whatever it has said. */
        void noteRecordSeen() {
            recordSeen = true;
        }
    }

    private final ConcurrentHashMap<DomainName, Flight> underWay = new ConcurrentHashMap<>();
    private final Semaphore runways;
    private final int most;
    private final Executor executor;
    private final Task task;
    private final Ground ground;
    private volatile boolean closed;

    Flights(ResolverSettings settings, Executor executor, Task task, Ground ground) {
        this.runways = new Semaphore(settings.maxFlights());
        this.most = settings.maxFlights() + settings.maxQueued();
        this.executor = executor;
        this.task = task;
        this.ground = ground;
    }

    /** Joins the flight of a domain, or begins it. Does not wait. */
    CompletableFuture<PolicyResolution> join(DomainName domain, Purpose purpose) {
        Flight mine = new Flight(purpose);
        Flight there = underWay.putIfAbsent(domain, mine);
        if (there == null) {
            take(domain, mine);
            return mine.result;
        }
        if (there.purpose.serves(purpose)) {
            return there.result;
        }
        // The flight under way may do with what is remembered; a re-check must not.
        return there.landed.thenCompose(d -> join(d, purpose));
    }

    /** The same, done when the flight has landed: when what it has found is saved, too. */
    CompletableFuture<PolicyResolution> landing(DomainName domain, Purpose purpose) {
        return join(domain, purpose).thenCompose(answer -> {
            Flight there = underWay.get(domain);
            return there == null ? CompletableFuture.completedFuture(answer) : there.landed.thenApply(d -> answer);
        });
    }

    /** Sees to it that the TXT record is looked at in the background, or that something else is under way. */
    void lookAgain(DomainName domain) {
        if (!isUnderWay(domain)) {
            CompletableFuture<PolicyResolution> unused = join(domain, Purpose.RECHECK);
        }
    }

    boolean isUnderWay(DomainName domain) {
        return underWay.containsKey(domain);
    }

    /** Whether the flight of a domain still waits for the DNS. */
    boolean isAskingDns(DomainName domain) {
        Flight flight = underWay.get(domain);
        return flight != null && !flight.recordSeen;
    }

    /** The flight of a domain goes on for those who wait for it, but nobody joins it and its findings are not kept. */
    void forget(DomainName domain) {
        Flight flight = underWay.remove(domain);
        if (flight != null) {
            flight.forgotten = true;
        }
    }

    private void take(DomainName domain, Flight flight) {
        if (closed || underWay.size() > most) {
            turnAway(domain, flight);
            return;
        }
        try {
            executor.execute(() -> fly(domain, flight));
        } catch (RejectedExecutionException e) {
            turnAway(domain, flight);
        } catch (RuntimeException | Error e) { // No thread could be started, for one.
            crash(domain, flight, e);
        }
    }

    private void turnAway(DomainName domain, Flight flight) {
        if (closed) {
            refuse(domain, flight, FailureCode.CLOSED, CLOSED);
        } else {
            refuse(domain, flight, FailureCode.OVERLOADED, FULL);
        }
    }

    private void fly(DomainName domain, Flight flight) {
        try {
            run(domain, flight);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            refuse(domain, flight, FailureCode.CLOSED, "the discovery was interrupted");
        } catch (RuntimeException | Error e) {
            crash(domain, flight, e);
        }
    }

    private void run(DomainName domain, Flight flight) throws InterruptedException {
        PolicyResolution result;
        runways.acquire(); // The executor may be the caller's, with a thread for everybody.
        try {
            if (closed) {
                refuse(domain, flight, FailureCode.CLOSED, CLOSED);
                return;
            }
            result = task.run(domain, flight);
        } finally {
            runways.release();
        }
        land(domain, flight, () -> ground.settle(domain, result));
    }

    private void refuse(DomainName domain, Flight flight, FailureCode code, String detail) {
        land(domain, flight, () -> ground.refuse(domain, code, detail));
    }

    private void land(DomainName domain, Flight flight, Supplier<PolicyResolution> last) {
        answer(domain, flight, last);
        touchDown(domain, flight);
    }

    /**
     * Answers those who wait, unless they have been answered. Nobody can join from here on, and the answer is made after that: who
     * knew of a policy when he joined is not told that there is none because others have found it elsewhere meanwhile.
     */
    private boolean answer(DomainName domain, Flight flight, Supplier<PolicyResolution> last) {
        underWay.remove(domain, flight);
        return flight.result.complete(last.get());
    }

    private void touchDown(DomainName domain, Flight flight) {
        flight.landed.complete(domain);
        ground.landed(domain);
    }

    /** Logged here, because nobody waits for a discovery in the background. Not thrown: a warm caller may carry it out. */
    private void crash(DomainName domain, Flight flight, Throwable defect) {
        log.error("The discovery of {} ended in a defect", domain, defect);
        underWay.remove(domain, flight);
        flight.result.completeExceptionally(defect);
        touchDown(domain, flight);
    }

    /** Lets everybody go who is waiting; nothing takes off any more. Waits for what is just being saved, for a second at most. */
    void close() {
        closed = true;
        Map<DomainName, Flight> saving = new HashMap<>();
        underWay.forEach((domain, flight) -> {
            boolean isSaving = flight.result.isDone()
                    || !answer(domain, flight, () -> ground.refuse(domain, FailureCode.CLOSED, CLOSED));
            if (isSaving) {
                saving.put(domain, flight);
            } else {
                touchDown(domain, flight);
            }
        });
        awaitAll(saving.values());
        saving.forEach((domain, flight) -> {
            underWay.remove(domain, flight);
            touchDown(domain, flight);
        });
    }

    private static void awaitAll(Collection<Flight> saving) {
        CompletableFuture<?>[] landed =
                saving.stream().map(flight -> flight.landed).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(landed).get(LAST_MOMENTS.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // A flight lands, whatever becomes of it.
        } catch (TimeoutException e) {
            log.warn("Not every policy could be saved before the end; what was not is looked up again");
        }
    }
}
