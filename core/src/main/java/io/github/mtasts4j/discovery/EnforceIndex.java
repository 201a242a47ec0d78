// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Which domains are known to enforce although their policy is not in memory, and until when: for the case that it cannot be
 * read either, because the store is silent. Such a domain's mail waits instead of going as without a policy.
 *
 * <p>A fingerprint and two times, 16 octets, in a table that is half empty at least. Were two domains to share a fingerprint,
 * the one without a policy would wait too.
 */
final class EnforceIndex {

    private static final int LEAST = 1024; // Sizes are powers of two.
    private static final long LAST_SECOND = 0xffff_ffffL;

    private final LongSupplier ticks;
    private final long firstTick;
    private final long seed = ThreadLocalRandom.current().nextLong(); // Nobody can choose names that collide.
    private long[] fingerprints = new long[LEAST];
    /** Unsigned seconds of the epoch; 0 for a domain that does not enforce any more. */
    private int[] untils = new int[LEAST];

    /** The same by seconds that nobody can set: a clock that was set back must not hold mail back for a year. */
    private int[] lasts = new int[LEAST];

    private int taken;

    EnforceIndex(LongSupplier ticks) {
        this.ticks = ticks;
        this.firstTick = ticks.getAsLong();
    }

    /** Notes what a policy says of its domain: that it enforces, and for how long, or that it does not. */
    synchronized void note(CachedPolicy policy, Instant now) {
        boolean enforces = policy.policy().mode() == Mode.ENFORCE && policy.isLive(now);
        long left = policy.lifeLeft(now).toSeconds();
        int last = (int) Math.min(age() + left + left / ClockGuard.DRIFT + 1, Integer.MAX_VALUE);
        set(fingerprint(policy.domain()), enforces ? seconds(policy.expiresAt()) : 0, last, now);
    }

    /** The same if it was noted before: the policy itself is in memory now, but may not stay. */
    synchronized void correct(CachedPolicy policy, Instant now) {
        if (fingerprints[slot(fingerprint(policy.domain()))] != 0) {
            note(policy, now);
        }
    }

    /** Notes that a policy enforces, for as long as it would have lived in memory. */
    synchronized void noteLost(CachedPolicy policy, long nanosLeft, Instant now) {
        long last = age() + TimeUnit.NANOSECONDS.toSeconds(nanosLeft);
        set(fingerprint(policy.domain()), seconds(policy.expiresAt()), (int) Math.min(last, Integer.MAX_VALUE), now);
    }

    synchronized void forget(DomainName domain, Instant now) {
        set(fingerprint(domain), 0, 0, now);
    }

    /** Whether the domain has a live enforce policy, as far as this process has ever learnt. */
    synchronized boolean binds(DomainName domain, Instant now) {
        int slot = slot(fingerprint(domain));
        return isLive(untils[slot], lasts[slot], now);
    }

    private boolean isLive(int until, int last, Instant now) {
        return Integer.toUnsignedLong(until) > now.getEpochSecond() && last > age();
    }

    /** The seconds since this index was made. */
    private long age() {
        return TimeUnit.NANOSECONDS.toSeconds(ticks.getAsLong() - firstTick);
    }

    /** How many slots the table has. */
    synchronized int capacity() {
        return fingerprints.length;
    }

    private void set(long fingerprint, int until, int last, Instant now) {
        int slot = slot(fingerprint);
        if (fingerprints[slot] == 0 && until != 0) {
            fingerprints[slot] = fingerprint;
            taken++;
        }
        if (fingerprints[slot] != 0) {
            untils[slot] = until;
            lasts[slot] = last;
        }
        if (taken > fingerprints.length / 2) {
            rebuild(now);
        }
    }

    /**
     * Drops what has expired, and doubles the table if that is not enough. What has expired lately stays: if it was the
     * clock that was wrong, it has not expired.
     */
    private void rebuild(Instant at) {
        Instant now = at.minus(PolicyCache.SLACK);
        long[] oldFingerprints = fingerprints;
        int[] oldUntils = untils;
        int[] oldLasts = lasts;
        int live = 0;
        for (int old = 0; old < oldUntils.length; old++) {
            live += isLive(oldUntils[old], oldLasts[old], now) ? 1 : 0;
        }
        int size = Math.max(LEAST, Integer.highestOneBit(Math.max(1, live)) * 4);
        fingerprints = new long[size];
        untils = new int[size];
        lasts = new int[size];
        taken = live;
        for (int old = 0; old < oldUntils.length; old++) {
            if (isLive(oldUntils[old], oldLasts[old], now)) {
                int slot = slot(oldFingerprints[old]);
                fingerprints[slot] = oldFingerprints[old];
                untils[slot] = oldUntils[old];
                lasts[slot] = oldLasts[old];
            }
        }
    }

    /** Where a fingerprint is, or belongs. */
    private int slot(long fingerprint) {
        int mask = fingerprints.length - 1;
        int slot = (int) fingerprint & mask;
        while (fingerprints[slot] != 0 && fingerprints[slot] != fingerprint) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    /** Sixty-four bits of a name, never 0, mixed as by SplitMix64. */
    private long fingerprint(DomainName domain) {
        String name = domain.toString();
        long hash = seed;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * 0x9e37_79b9_7f4a_7c15L;
            hash ^= hash >>> 29;
        }
        hash = (hash ^ (hash >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d0_49bb_1331_11ebL;
        hash ^= hash >>> 31;
        return hash == 0 ? 1 : hash;
    }

    private static int seconds(Instant instant) {
        return (int) Math.min(Math.max(instant.getEpochSecond(), 0), LAST_SECOND);
    }
}
