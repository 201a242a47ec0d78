// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the policies that are in use again before they expire: about once a day, whatever the TXT record says (§3.3,
 * §10.2), and tells when it cannot. Without it an attacker who holds back the TXT record only needs to wait.
 *
 * <p>In use is a policy that was asked for since it was fetched. Made by {@link PolicyResolver#newRefresher()}, one for a
 * resolver.
 */
public final class PolicyRefresher implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PolicyRefresher.class);

    /** How many are begun in a minute, however few policies there are. */
    private static final int LEAST_A_MINUTE = 64;

    /** A day's work is done in eight hours, if it has piled up. */
    private static final int MINUTES_FOR_ALL = 480;

    /** For so many minutes at most is made up at once, where ticks were late. */
    private static final int MOST_MINUTES = 10;

    private final PolicyResolver resolver;
    private final PolicyCache cache;
    private final GuardedListener listener;
    private final ClockGuard clock;
    private final Semaphore room;

    private final Queue<DomainName> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger turns = new AtomicInteger();
    private boolean loaded; // Of the one thread that ticks.
    private long lastTick; // Likewise.
    private volatile boolean closed;
    private volatile @Nullable ScheduledExecutorService thread;

    PolicyRefresher(
            PolicyResolver resolver,
            PolicyCache cache,
            GuardedListener listener,
            ClockGuard clock,
            ResolverSettings settings) {
        this.resolver = resolver;
        this.cache = cache;
        this.listener = listener;
        this.clock = clock;
        this.lastTick = clock.ticks().getAsLong();
        // The other half is for those who wait: for a domain's first contact, or for a re-check.
        this.room = new Semaphore(Math.max(1, settings.maxFlights() / 2));
    }

    /**
     * Begins to look after the policies once a minute, in a daemon thread {@code mtasts4j-refresher}. What is in the
     * {@link PolicyStore} is loaded first. To be called once.
     *
     * @throws IllegalStateException if it was called before
     */
    public void start() {
        if (thread != null) {
            throw new IllegalStateException("the refresher was started before");
        }
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread daemon = new Thread(task, "mtasts4j-refresher");
            daemon.setDaemon(true);
            return daemon;
        });
        thread = scheduler;
        var unused = scheduler.scheduleWithFixedDelay(this::guardedTick, 0, 1, TimeUnit.MINUTES);
    }

    /** Ends the thread and begins no refresh any more. Does not wait. */
    @Override
    public void close() {
        closed = true;
        ScheduledExecutorService scheduler = thread;
        if (scheduler != null) {
            scheduler.shutdownNow();
        }
    }

    private void guardedTick() {
        try {
            tick();
        } catch (RuntimeException | Error e) { // A scheduled task that throws is never run again.
            log.error("Looking after the policies ended in a defect; it goes on in a minute", e);
        }
    }

    /** Looks through the policies once: tells of those in trouble, and refreshes those that are due. */
    void tick() {
        if (!loaded) {
            loaded = resolver.loadAll(() -> !closed);
        }
        resolver.saveBacklog();
        Instant now = clock.instant();
        List<PolicyCache.Entry> due = new ArrayList<>();
        for (PolicyCache.Entry entry : cache.entries()) {
            watch(entry, now);
            if (isDue(entry, now)) {
                due.add(entry);
            }
        }
        waiting.clear(); // Who had no turn in the last minute is due now as well.
        waiting.addAll(ration(due));
        takeOff();
    }

    /** The longest due first, so that a great many that fail again and again do not keep the others waiting for ever. */
    private List<DomainName> ration(List<PolicyCache.Entry> due) {
        int aMinute = Math.max(LEAST_A_MINUTE, cache.entries().size() / MINUTES_FOR_ALL);
        return due.stream()
                .sorted(Comparator.comparingLong(entry -> entry.upkeep().refreshAt()))
                .limit((long) aMinute * minutesSinceLastTick())
                .map(entry -> entry.cached().domain())
                .toList();
    }

    /** By a count of nanoseconds: a wall clock that was set forward has not made all of them late. */
    private long minutesSinceLastTick() {
        long tick = clock.ticks().getAsLong();
        long minutes = TimeUnit.NANOSECONDS.toMinutes(tick - lastTick);
        lastTick = tick;
        return Math.max(1, Math.min(minutes, MOST_MINUTES));
    }

    private boolean isDue(PolicyCache.Entry entry, Instant now) {
        return entry.upkeep().isDue(now)
                && cache.isLive(entry, now)
                && !resolver.isUnderWay(entry.cached().domain());
    }

    /**
     * Begins as many refreshes as there is room for. Whoever lands calls it too, possibly from within it, where the
     * executor runs things at once: one at a time does the work, and goes round once more for each of the others.
     */
    private void takeOff() {
        if (turns.getAndIncrement() > 0) {
            return;
        }
        int left;
        do {
            try {
                beginWhileThereIsRoom();
            } finally {
                left = turns.decrementAndGet();
            }
        } while (left > 0);
    }

    private void beginWhileThereIsRoom() {
        while (!closed && !waiting.isEmpty() && room.tryAcquire()) {
            DomainName domain = waiting.poll();
            if (domain == null || !isStillDue(domain)) {
                room.release();
                continue;
            }
            var unused = resolver.refresh(domain).whenComplete((answer, defect) -> {
                room.release();
                takeOff();
            });
        }
    }

    private boolean isStillDue(DomainName domain) {
        PolicyCache.Entry entry = cache.entry(domain);
        return entry != null && isDue(entry, clock.instant());
    }

    // ---- alarms ----

    /** §3.3, §10.2: repeated failures are told long before the policy expires, but not for mode {@code none}. */
    private void watch(PolicyCache.Entry entry, Instant now) {
        Upkeep.Misses misses = entry.upkeep().misses();
        CachedPolicy policy = entry.cached();
        if (misses == null || policy.policy().mode() == Mode.NONE) {
            return;
        }
        Alarm alarm = Alarm.of(policy, misses, now);
        if (entry.upkeep().raise(alarm)) {
            listener.policyEvent(PolicyEvent.of(alarm.kind(), policy, misses.last(), now));
        }
    }
}
