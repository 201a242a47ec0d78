// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;

/**
 * When a policy is to be fetched again: once a day (§3.3), or after half of a shorter life, and half of that earlier or
 * later. Nobody can foretell the moment and keep the Policy Host from us just then, and domains that were learnt together
 * do not stay together.
 */
final class RefreshSchedule {

    static final Duration PERIOD = Duration.ofDays(1);
    static final Duration LONGEST = PERIOD.plus(PERIOD.dividedBy(2));
    static final Duration AFTER_SKEW = Duration.ofMinutes(10);

    /** For so long one of many senders with the same store is the one that fetches a policy again. */
    static final Duration LEASE = Duration.ofMinutes(5);

    private final SecureRandom random = new SecureRandom();

    /** For a policy that we have fetched ourselves, now; its lifetime may be counted from a later time. */
    Upkeep fetched(CachedPolicy policy, Instant now) {
        return new Upkeep(next(policy, now));
    }

    /** §8.1: a new id came with the old policy. In use, as somebody's question led to that fetch. */
    Upkeep skewed(Instant now) {
        Upkeep upkeep = new Upkeep(now.plus(AFTER_SKEW).getEpochSecond(), true);
        upkeep.use();
        return upkeep;
    }

    /** For a policy that another sender with the same store has fetched: it is for him to fetch it again, unless he is gone. */
    Upkeep others(CachedPolicy policy, Instant now) {
        long next = next(policy, policy.fetchedAt(), 1.25);
        return next > now.getEpochSecond() ? new Upkeep(next) : loaded(policy, now);
    }

    /**
     * For a policy out of the store. One that is overdue, as all are after a long stop, gets a random moment in the next
     * half day, lest a million of them come at once.
     */
    Upkeep loaded(CachedPolicy policy, Instant now) {
        long next = next(policy, policy.fetchedAt());
        if (next > now.getEpochSecond()) {
            return new Upkeep(next);
        }
        long left = Duration.between(now, policy.expiresAt()).toSeconds();
        long within = Math.min(period(policy), left) / 2;
        return new Upkeep(now.getEpochSecond() + (long) (within * random.nextDouble()));
    }

    private long next(CachedPolicy policy, Instant fetched) {
        return next(policy, fetched, 0.5);
    }

    private long next(CachedPolicy policy, Instant fetched, double earliest) {
        long period = period(policy);
        if (period / 2 < FetchHistory.BETWEEN_FETCHES.toSeconds()) {
            return Upkeep.NEVER;
        }
        return fetched.getEpochSecond() + (long) (period * random.nextDouble(earliest, 1.5));
    }

    /** In seconds: what a {@link Duration} divides and multiplies with would cost more than all the rest. */
    private static long period(CachedPolicy policy) {
        return Math.min(PERIOD.toSeconds(), policy.policy().maxAge().toSeconds() / 2);
    }
}
