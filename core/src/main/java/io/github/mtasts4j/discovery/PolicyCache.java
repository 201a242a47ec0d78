// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.Policy;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of domains: policies, their absence, and the fetches that were made. Several caches, because a flood
 * of one kind must not displace another. Caffeine's expiry only frees memory; whether a policy is live is decided on
 * each read, by our own clock.
 */
final class PolicyCache {

    /** For how long a policy is remembered after its end: if it was the clock that was wrong, it has not ended. */
    static final Duration SLACK = Duration.ofDays(7);

    private static final Duration BETWEEN_SWEEPS = Duration.ofHours(1);
    private static final int OCTETS_A_UNIT = 1024;
    private static final int MARGIN_SECONDS = 60;

    /** By so many bits nanoseconds are cut to what is about a second: four octets will do for a lifetime. */
    private static final int GRAIN = 30;

    private final ClockGuard clock;
    private final Duration recheckInterval;
    private final Duration deferral;
    private final Evictions evictions;
    private final EnforceIndex enforced;
    private final Cache<DomainName, Insisted> insisted;
    private final Cache<DomainName, DnsTrouble> dnsTroubles;
    private final Cache<String, Entry> policies;
    private final SharedPolicies shared = new SharedPolicies();
    private final AtomicLong lastSweep;
    private final Cache<DomainName, Negative> negatives;
    private final Cache<DomainName, FetchHistory> histories;
    private final AtomicLong timesForgotten = new AtomicLong();

    /**
     * A policy, as the answer that a warm caller gets, and when its TXT record is due.
     *
     * @param answer made once, so that a warm caller allocates nothing
     * @param recheckAt when to look at the TXT record again, in the background; in seconds of the epoch
     * @param upkeep when to fetch the policy again, and how that goes
     * @param lastTick until when it lives at most by a count that nobody sets, wherever the wall clock is; in {@link #GRAIN}s
     */
    record Entry(PolicyResolution.Found answer, int recheckAt, Upkeep upkeep, int lastTick) {
        CachedPolicy cached() {
            return answer.cached();
        }

        private boolean isLive(Instant now, long tick) {
            return cached().isLive(now) && left(tick) >= 0;
        }

        /** Only differences matter: either count may begin anew after its last number. */
        private int left(long tick) {
            return lastTick - (int) (tick >> GRAIN);
        }

        private long nanosLeft(long tick) {
            return (long) left(tick) << GRAIN;
        }

        /** Whether the TXT record is due; also where the clock was set back, and the time to look is far away. */
        boolean isDue(Instant now) {
            int left = recheckAt - (int) now.getEpochSecond();
            return left <= 0 || left > RecordWatch.LONGEST_RECHECK.toSeconds();
        }
    }

    /** As long as the wall clock and a count of nanoseconds both say, so that it ends in time wherever the clock is set. */
    private record Negative(PolicyResolution answer, Instant until, long lastTick) {}

    private record Insisted(PolicyResolution answer, Instant at) {}

    private record DnsTrouble(Instant since, boolean tooLong) {}

    PolicyCache(ResolverSettings settings, ClockGuard clock, GuardedListener listener) {
        this.clock = clock;
        this.recheckInterval = settings.recheckInterval();
        this.deferral = settings.firstContact().deferral();
        this.enforced = new EnforceIndex(clock.ticks());
        this.evictions = new Evictions(listener, clock);
        this.policies = Caffeine.newBuilder()
                .maximumWeight(settings.maxPolicies())
                .weigher((String domain, Entry entry) -> weight(entry.cached().policy()))
                .executor(Runnable::run)
                .evictionListener(this::evicted)
                .build();
        this.lastSweep = new AtomicLong(clock.ticks().getAsLong());
        this.negatives = bounded(settings.maxNegatives())
                .expireAfterWrite(FetchHistory.LONGEST_BACK_OFF)
                .build();
        this.histories = bounded(settings.maxNegatives())
                .expireAfterWrite(FetchHistory.LONGEST_BACK_OFF.multipliedBy(2))
                .build();
        this.insisted = bounded(settings.maxNegatives())
                .expireAfterWrite(settings.recheckInterval())
                .build();
        this.dnsTroubles = bounded(settings.maxNegatives())
                .expireAfterAccess(Duration.ofDays(1))
                .build();
    }

    /** Without an executor of their own caches tidy up in threads of the JVM's common pool. */
    private static Caffeine<Object, Object> bounded(long most) {
        return Caffeine.newBuilder().maximumSize(most).executor(Runnable::run);
    }

    /** A policy of ordinary size weighs one unit, a kibibyte or part of it in memory. */
    private static int weight(Policy policy) {
        return 1 + policy.footprint() / OCTETS_A_UNIT;
    }

    private void evicted(@Nullable String domain, @Nullable Entry entry, RemovalCause cause) {
        if (cause == RemovalCause.SIZE
                && entry != null
                && entry.cached().policy().mode() == Mode.ENFORCE) {
            Instant now = clock.instant();
            enforced.noteLost(entry.cached(), entry.nanosLeft(clock.ticks().getAsLong()), now); // Before it is gone.
            if (isLive(entry, now)) {
                evictions.tell(entry.cached());
            }
        }
    }

    /** The entry of a live policy. */
    @Nullable Entry live(DomainName domain, Instant now) {
        return live(domain, new ClockGuard.Reading(now, clock.ticks().getAsLong()));
    }

    /** The same for a caller with many others. */
    @Nullable Entry live(DomainName domain, ClockGuard.Reading now) {
        Entry entry = policies.getIfPresent(domain.toString());
        return entry != null && entry.isLive(now.wall(), now.ticks()) ? entry : null;
    }

    /** The same; waits for somebody who is just putting one. */
    @Nullable Entry settled(DomainName domain, Instant now) {
        Entry entry = policies.asMap().compute(domain.toString(), (d, there) -> there);
        return entry != null && isLive(entry, now) ? entry : null;
    }

    boolean isLive(Entry entry, Instant now) {
        return entry.isLive(now, clock.ticks().getAsLong());
    }

    /** The entry of a policy, live or not. */
    @Nullable Entry entry(DomainName domain) {
        return policies.getIfPresent(domain.toString());
    }

    /** The entries of all policies, live or not. What is put meanwhile may or may not be seen. */
    Collection<Entry> entries() {
        return policies.asMap().values();
    }

    /** What was learnt lately about a domain without a live policy. */
    @Nullable PolicyResolution negative(DomainName domain, Instant now) {
        Negative negative = negatives.getIfPresent(domain);
        return negative != null && now.isBefore(negative.until) && clock.ticks().getAsLong() - negative.lastTick < 0
                ? negative.answer
                : null;
    }

    /**
     * Puts a policy in force, unless one that was fetched later is there already.
     *
     * @param wanted asked in the very step that puts it, so that nothing comes back which is being forgotten
     */
    void put(CachedPolicy policy, Upkeep upkeep, Instant recheckAt, BooleanSupplier wanted) {
        Instant now = clock.instant();
        sweepNowAndThen(now);
        CachedPolicy kept = weight(policy.policy()) == 1 ? shared.shared(policy) : policy;
        Entry ours = entry(kept, Optional.empty(), recheckAt, upkeep, lastTick(policy, now));
        policies.asMap().compute(policy.key(), (domain, there) -> {
            if (!wanted.getAsBoolean() || isLater(there, policy)) {
                return there;
            }
            enforced.correct(policy, now);
            return ours;
        });
        negatives.invalidate(policy.domain());
    }

    /** Frees the memory of what ended long ago, every hour. A look at each on every read would cost more than the read. */
    private void sweepNowAndThen(Instant now) {
        long tick = clock.ticks().getAsLong();
        long last = lastSweep.get();
        if (tick - last > BETWEEN_SWEEPS.toNanos() && lastSweep.compareAndSet(last, tick)) {
            Instant longAgo = now.minus(SLACK);
            policies.asMap().values().removeIf(entry -> !entry.isLive(longAgo, tick - SLACK.toNanos()));
        }
    }

    /** Somewhat more than it has left to live: for a wall clock that is slow. */
    private int lastTick(CachedPolicy policy, Instant now) {
        long left = policy.lifeLeft(now).toSeconds();
        long more = left / ClockGuard.DRIFT + MARGIN_SECONDS;
        long last = clock.ticks().getAsLong() + TimeUnit.SECONDS.toNanos(left + more);
        return (int) (last >> GRAIN) + 1;
    }

    /** Notes a policy that is kept somewhere else, for the case that it cannot be had from there. */
    void noteKept(CachedPolicy policy) {
        if (policy.policy().mode() == Mode.ENFORCE) { // Others do not prove that what is known of it is over.
            enforced.note(policy, clock.instant());
        }
    }

    /**
     * Whether a stored policy says less than is known of its domain: it is that of a replica that lags behind, or of an old
     * backup, unless the DNS has its id.
     */
    boolean doubts(CachedPolicy stored, Instant now) {
        return stored.policy().mode() != Mode.ENFORCE && isKnownToEnforce(stored.domain(), now);
    }

    /** Whether the domain is known to have a live enforce policy, whether or not that is at hand. */
    boolean isKnownToEnforce(DomainName domain, Instant now) {
        Entry entry = live(domain, now); // First: one that goes is noted before it has gone.
        return (entry != null && entry.cached().policy().mode() == Mode.ENFORCE) || enforced.binds(domain, now);
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
                        policy.key(),
                        (domain, there) -> there.cached().equals(policy)
                                ? entry(there.cached(), failure, recheckAt, there.upkeep(), there.lastTick())
                                : there);
    }

    private static Entry entry(
            CachedPolicy policy, Optional<StsFailure> failure, Instant recheckAt, Upkeep upkeep, int lastTick) {
        return new Entry(
                new PolicyResolution.Found(policy, Freshness.CACHED, failure),
                (int) recheckAt.getEpochSecond(),
                upkeep,
                lastTick);
    }

    void noteInsisted(DomainName domain, PolicyResolution answer, Instant at) {
        insisted.put(domain, new Insisted(answer, at));
    }

    /** The answer to a re-check that was made a moment ago, if it is still about the policy in force. */
    @Nullable PolicyResolution insistedLately(DomainName domain, Instant now) {
        Insisted last = insisted.getIfPresent(domain);
        Entry entry = live(domain, now);
        Optional<CachedPolicy> inForce = entry == null ? Optional.empty() : Optional.of(entry.cached());
        return last != null
                        && !now.isBefore(last.at)
                        && now.isBefore(last.at.plus(recheckInterval))
                        && last.answer.applicable().equals(inForce)
                ? last.answer
                : null;
    }

    void putNegative(DomainName domain, PolicyResolution answer, Instant until, BooleanSupplier wanted) {
        long left = Duration.between(clock.instant(), until).toNanos();
        Negative ours = new Negative(answer, until, clock.ticks().getAsLong() + left);
        negatives.asMap().compute(domain, (d, there) -> wanted.getAsBoolean() ? ours : there);
    }

    @Nullable FetchHistory history(DomainName domain) {
        return histories.getIfPresent(domain);
    }

    void putHistory(DomainName domain, FetchHistory history, BooleanSupplier wanted) {
        histories.asMap().compute(domain, (d, there) -> wanted.getAsBoolean() ? history : there);
    }

    /**
     * Notes that the DNS fails for a domain.
     *
     * @return whether its mail is held back for that ({@link FirstContact#deferral()}), which it is for a bounded time only:
     *     the mail of a zone that is broken for good has to go too
     */
    boolean isDeferred(DomainName domain, Instant now) {
        return !deferral.isZero() && now.isBefore(failingSince(domain, now).plus(deferral));
    }

    /** Since when the DNS has failed for a domain again and again: since now, unless it has been noted before. */
    private Instant failingSince(DomainName domain, Instant now) {
        DnsTrouble trouble = dnsTroubles
                .asMap()
                .compute(
                        domain,
                        (d, there) -> there == null || now.isBefore(there.since) ? new DnsTrouble(now, false) : there);
        return trouble.since;
    }

    /**
     * Notes that it has failed for too long.
     *
     * @return whether that is news
     */
    boolean noteDeferralSpent(DomainName domain) {
        DnsTrouble trouble = dnsTroubles.getIfPresent(domain);
        return trouble != null
                && !trouble.tooLong
                && dnsTroubles.asMap().replace(domain, trouble, new DnsTrouble(trouble.since, true));
    }

    void noteDnsAnswered(DomainName domain) {
        dnsTroubles.invalidate(domain);
    }

    void forget(DomainName domain) {
        timesForgotten.incrementAndGet(); // First: what is put from now on is not wanted, what was put before goes now.
        policies.invalidate(domain.toString());
        enforced.forget(domain, clock.instant());
        negatives.invalidate(domain);
        insisted.invalidate(domain);
        histories.invalidate(domain);
    }

    /** Counts {@link #forget}, of whatever domain: whoever read something before it must not put it here after it. */
    long timesForgotten() {
        return timesForgotten.get();
    }
}
