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
import java.util.Optional;
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

    /**
     * A policy, as the answer that a warm caller gets, and when its TXT record is due.
     *
     * @param answer made once, so that a warm caller allocates nothing
     * @param recheckAt when to look at the TXT record again, in the background
     */
    record Entry(PolicyResolution.Found answer, Instant recheckAt) {
        CachedPolicy cached() {
            return answer.cached();
        }
    }

    private record Negative(PolicyResolution answer, Instant until) {}

    PolicyCache(ResolverSettings settings, InstantSource clock) {
        this.clock = clock;
        this.policies = Caffeine.newBuilder()
                .maximumSize(settings.maxPolicies())
                .expireAfter(Expiry.writing((DomainName domain, Entry entry) ->
                        entry.cached().policy().maxAge().plus(SLACK)))
                .evictionListener(this::evicted)
                .build();
        this.negatives = Caffeine.newBuilder()
                .maximumSize(settings.maxNegatives())
                .expireAfterWrite(FetchHistory.LONGEST_BACK_OFF)
                .build();
        this.histories = Caffeine.newBuilder()
                .maximumSize(settings.maxNegatives())
                .expireAfterWrite(FetchHistory.LONGEST_BACK_OFF.multipliedBy(2))
                .build();
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

    /** What was learnt lately about a domain without a live policy. */
    @Nullable PolicyResolution negative(DomainName domain, Instant now) {
        Negative negative = negatives.getIfPresent(domain);
        return negative != null && now.isBefore(negative.until) ? negative.answer : null;
    }

    /** Puts a policy in force, unless one that was fetched later is there already. */
    void put(CachedPolicy policy, Instant recheckAt) {
        Entry entry = entry(policy, Optional.empty(), recheckAt);
        policies.asMap()
                .merge(
                        policy.domain(),
                        entry,
                        (there, ours) ->
                                there.cached().fetchedAt().isAfter(ours.cached().fetchedAt()) ? there : ours);
        negatives.invalidate(policy.domain());
    }

    /** Notes how a re-check of a policy went. Brings nothing back that was invalidated meanwhile. */
    void noteRecheck(CachedPolicy policy, Optional<StsFailure> failure, Instant recheckAt) {
        policies.asMap()
                .computeIfPresent(
                        policy.domain(),
                        (domain, there) -> there.cached().equals(policy) ? entry(policy, failure, recheckAt) : there);
    }

    private static Entry entry(CachedPolicy policy, Optional<StsFailure> failure, Instant recheckAt) {
        return new Entry(new PolicyResolution.Found(policy, Freshness.CACHED, failure), recheckAt);
    }

    void putNegative(DomainName domain, PolicyResolution answer, Instant until) {
        negatives.put(domain, new Negative(answer, until));
    }

    @Nullable FetchHistory history(DomainName domain) {
        return histories.getIfPresent(domain);
    }

    void putHistory(DomainName domain, FetchHistory history) {
        histories.put(domain, history);
    }

    void forget(DomainName domain) {
        policies.invalidate(domain);
        negatives.invalidate(domain);
        histories.invalidate(domain);
    }
}
