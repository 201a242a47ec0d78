// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.mtasts4j.policy.DomainName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What other senders with the same store do, and what it means here.
 *
 * <p>A row may be read from the store before another sender replaces it, and be put in memory after the news of that has been
 * passed over because nobody here seemed to have the domain. So what is passed over is noted before anything else is looked at,
 * and whoever has put what he had read, or has landed, asks for it to be {@linkplain #reconsider reconsidered}.
 */
final class OtherSenders implements GuardedStore.News {

    private static final Logger log = LoggerFactory.getLogger(OtherSenders.class);

    /** Longer than a row is on its way from the store. What is lost beyond that is known by the next refresh. */
    private static final Duration LONGEST_WAY = Duration.ofMinutes(10);

    private static final long MOST_PASSED_OVER = 10_000;

    /** Whoever saves has refreshes to begin as well. */
    private static final long LONGEST_SAVING = TimeUnit.SECONDS.toNanos(30);

    private final Executor executor;
    private final GuardedStore store;
    private final PolicyCache cache;
    private final RefreshSchedule schedule;
    private final Flights flights;
    private final ClockGuard clock;
    private final Cache<DomainName, CachedPolicy> passedOver = Caffeine.newBuilder()
            .maximumSize(MOST_PASSED_OVER)
            .expireAfterWrite(LONGEST_WAY)
            .executor(Runnable::run)
            .build();

    /** What the store had, and may have lost. */
    private final Set<DomainName> lost = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;

    OtherSenders(
            GuardedStore store,
            PolicyCache cache,
            RefreshSchedule schedule,
            Flights flights,
            ClockGuard clock,
            Executor executor) {
        this.executor = executor;
        this.store = store;
        this.cache = cache;
        this.schedule = schedule;
        this.flights = flights;
        this.clock = clock;
    }

    @Override
    public void saved(CachedPolicy policy) {
        take(policy, cache.timesForgotten());
    }

    /** Takes what was passed over, now that there may be something in memory that it is later than. */
    void reconsider(DomainName domain) {
        long before = cache.timesForgotten();
        CachedPolicy policy = passedOver.getIfPresent(domain);
        if (policy != null) {
            take(policy, before);
        }
    }

    private void take(CachedPolicy policy, long before) {
        DomainName domain = policy.domain();
        passedOver.asMap().compute(domain, (d, there) -> cache.timesForgotten() == before ? policy : there);
        boolean willLand = flights.isUnderWay(domain); // A flight that begins later reads what has been saved.
        Instant now = clock.instant();
        PolicyCache.Entry entry = cache.entry(domain);
        if (entry == null || !policy.fetchedAt().isBefore(entry.cached().fetchedAt())) {
            lost.remove(domain);
        }
        if (entry != null && !policy.fetchedAt().isAfter(entry.cached().fetchedAt())) {
            done(policy); // Our own, as a rule.
        } else if (cache.doubts(policy, now)) {
            if (!willLand) {
                done(policy);
                flights.lookAgain(domain); // It is believed if the DNS has its id.
            }
        } else if (entry != null || cache.negative(domain, now) != null) {
            cache.put(policy, schedule.others(policy, now), now, () -> cache.timesForgotten() == before);
            done(policy);
        } else {
            cache.noteKept(policy); // Nobody here has asked for it. Should the store be down when somebody does ...
        }
    }

    private void done(CachedPolicy policy) {
        passedOver.asMap().remove(policy.domain(), policy);
    }

    @Override
    public void removed(DomainName domain) {
        log.info("Forgetting the policy of {}, on demand of another sender with the same store", domain);
        forgetInMemory(domain);
    }

    /** Forgets all that this process has learnt of a domain, from whomever. */
    void forgetInMemory(DomainName domain) {
        lost.remove(domain);
        flights.forget(domain);
        cache.forget(domain);
        passedOver.invalidate(domain); // After the cache, which counts: nothing is noted from here on.
    }

    /** Saved again by a thread of its own: whoever tells of it has the news of the others to tell. */
    @Override
    public void lost() {
        cache.entries().stream()
                .filter(entry -> cache.isLive(entry, clock.instant()))
                .forEach(entry -> lost.add(entry.cached().domain()));
        inBackground(this::saveLost);
    }

    @Override
    public void back() {
        inBackground(this::saveBacklog);
    }

    private void inBackground(Runnable saving) {
        try {
            executor.execute(saving);
        } catch (RejectedExecutionException e) {
            log.debug("There is no other thread to save policies", e);
            saving.run();
        }
    }

    /** Saves what the store was not able to save, as far as it can in half a minute. */
    void saveBacklog() {
        long begun = clock.ticks().getAsLong();
        store.saveBacklog(() -> !closed && clock.ticks().getAsLong() - begun < LONGEST_SAVING, this::saved);
    }

    /** In an order drawn by lot, as all others do the same: what one of them has saved the rest need not. */
    private void saveLost() {
        List<DomainName> shuffled = new ArrayList<>(lost);
        Collections.shuffle(shuffled);
        for (DomainName domain : shuffled) {
            PolicyCache.Entry entry = lost.remove(domain) && !closed ? cache.entry(domain) : null;
            if (entry != null && cache.isLive(entry, clock.instant())) {
                store.save(entry.cached()).ifPresent(this::saved);
            }
        }
    }

    /** Saves nothing any more. */
    void close() {
        closed = true;
    }
}
