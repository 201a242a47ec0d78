// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is remembered of domains: policies, their absence, and the fetches that were made. Three caches, because a flood
 * of one kind must not displace another. Caffeine's expiry only frees memory; whether a policy is live is decided on
 * each read, by our own clock.
 */
final class PolicyCache {

    private static final Logger log = LoggerFactory.getLogger(PolicyCache.class);
    private static final Duration SLACK = Duration.ofDays(1);

    private final InstantSource clock;
    private final Cache<DomainName, Entry> policies;
    private final Cache<DomainName, Negative> negatives;
    private final Cache<DomainName, FetchHistory> histories;
    private final AtomicLong timesForgotten = new AtomicLong();

    /**
     * A policy, as the answer that a warm caller gets, and when its TXT record is due.
     *
     * @param answer made once, so that a warm caller allocates nothing
     * @param recheckAt when to look at the TXT record again, in the background
     * @param upkeep when to fetch the policy again, and how that goes
     */
    record Entry(PolicyResolution.Found answer, Instant recheckAt, Upkeep upkeep) {
        CachedPolicy cached() {
            return answer.cached();
        }

        /** Whether the TXT record is due; also where the clock was set back, and the time to look is far away. */
        boolean isDue(Instant now) {
            return !now.isBefore(recheckAt)
                    || recheckAt.getEpochSecond() - now.getEpochSecond() > RecordWatch.LONGEST_RECHECK.toSeconds();
        }
    }

    private record Negative(PolicyResolution answer, Instant until) {}

    PolicyCache(ResolverSettings settings, InstantSource clock) {
        this.clock = clock;
        this.policies = bounded(settings.maxPolicies())
                .expireAfter(Expiry.writing((DomainName domain, Entry entry) ->
                        entry.cached().policy().maxAge().plus(SLACK)))
                .evictionListener(this::evicted)
                .build();
        this.negatives = bounded(settings.maxNegatives())
                .expireAfterWrite(FetchHistory.LONGEST_BACK_OFF)
                .build();
        this.histories = bounded(settings.maxNegatives())
                .expireAfterWrite(FetchHistory.LONGEST_BACK_OFF.multipliedBy(2))
                .build();
    }

    /** Without an executor of their own caches tidy up in threads of the JVM's common pool. */
    private static Caffeine<Object, Object> bounded(long most) {
        return Caffeine.newBuilder().maximumSize(most).executor(Runnable::run);
    }

    private void evicted(@Nullable DomainName domain, @Nullable Entry entry, RemovalCause cause) {
        if (cause == RemovalCause.SIZE
                && entry != null
                && entry.cached().policy().mode() == Mode.ENFORCE
                && entry.cached().isLive(clock.instant())) {
            log.error("The cache is full: the live enforce policy of {} had to go. Raise maxPolicies.", domain);
        }
    }

    /** The entry of a live policy. */
    @Nullable Entry live(DomainName domain, Instant now) {
        Entry entry = policies.getIfPresent(domain);
        return entry != null && entry.cached().isLive(now) ? entry : null;
    }

    /** The entry of a policy, live or not. */
    @Nullable Entry entry(DomainName domain) {
        return policies.getIfPresent(domain);
    }

    /** The entries of all policies, live or not. What is put meanwhile may or may not be seen. */
    Collection<Entry> entries() {
        return policies.asMap().values();
    }

    /** What was learnt lately about a domain without a live policy. */
    @Nullable PolicyResolution negative(DomainName domain, Instant now) {
        Negative negative = negatives.getIfPresent(domain);
        return negative != null && now.isBefore(negative.until) ? negative.answer : null;
    }

    /**
     * Puts a policy in force, unless one that was fetched later is there already.
     *
     * @param wanted asked in the very step that puts it, so that nothing comes back which is being forgotten
     */
    void put(CachedPolicy policy, Upkeep upkeep, Instant recheckAt, BooleanSupplier wanted) {
        Entry ours = entry(policy, Optional.empty(), recheckAt, upkeep);
        policies.asMap()
                .compute(
                        policy.domain(),
                        (domain, there) -> !wanted.getAsBoolean() || isLater(there, policy) ? there : ours);
        negatives.invalidate(policy.domain());
    }

    /** A fetch in the future is not a later one, but one from before the clock was set back. */
    private boolean isLater(@Nullable Entry there, CachedPolicy policy) {
        return there != null
                && there.cached().fetchedAt().isAfter(policy.fetchedAt())
                && !there.cached().fetchedAt().isAfter(clock.instant());
    }

    /** Notes how a re-check of a policy went. Brings nothing back that was invalidated meanwhile. */
    void noteRecheck(CachedPolicy policy, Optional<StsFailure> failure, Instant recheckAt) {
        policies.asMap()
                .computeIfPresent(
                        policy.domain(),
                        (domain, there) -> there.cached().equals(policy)
                                ? entry(policy, failure, recheckAt, there.upkeep())
                                : there);
    }

    private static Entry entry(CachedPolicy policy, Optional<StsFailure> failure, Instant recheckAt, Upkeep upkeep) {
        return new Entry(new PolicyResolution.Found(policy, Freshness.CACHED, failure), recheckAt, upkeep);
    }

    void putNegative(DomainName domain, PolicyResolution answer, Instant until, BooleanSupplier wanted) {
        Negative ours = new Negative(answer, until);
        negatives.asMap().compute(domain, (d, there) -> wanted.getAsBoolean() ? ours : there);
    }

    @Nullable FetchHistory history(DomainName domain) {
        return histories.getIfPresent(domain);
    }

    void putHistory(DomainName domain, FetchHistory history, BooleanSupplier wanted) {
        histories.asMap().compute(domain, (d, there) -> wanted.getAsBoolean() ? history : there);
    }

    void forget(DomainName domain) {
        timesForgotten.incrementAndGet(); // First: what is put from now on is not wanted, what was put before goes now.
        policies.invalidate(domain);
        negatives.invalidate(domain);
        histories.invalidate(domain);
    }

    /** Counts {@link #forget}, of whatever domain: whoever read something before it must not put it here after it. */
    long timesForgotten() {
        return timesForgotten.get();
    }
}
