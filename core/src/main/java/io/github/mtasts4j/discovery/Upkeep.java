// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The care for one fetched policy: when it is due to be fetched again, whether anybody uses it, and how that went. Begins
 * anew with each successful fetch.
 */
final class Upkeep {

    /** For a policy that lives so shortly that {@link FetchHistory#BETWEEN_FETCHES} forbids it. */
    static final long NEVER = 0xffff_ffffL;

    /**
     * Fetches that failed.
     *
     * @param inARow how many
     * @param last what the last of them failed of
     */
    record Misses(int inARow, StsFailure last) {}

    private volatile boolean used;
    private volatile int refreshAt; // Unsigned, good until 2106: there may be a million of these.
    private volatile @Nullable Misses misses;
    private volatile boolean txtGone;
    private final boolean skewed;
    private byte alarm; // The number of one. Of the refresher alone, which is one thread.

    Upkeep(long refreshAt) {
        this(refreshAt, false);
    }

    Upkeep(long refreshAt, boolean skewed) {
        this.refreshAt = (int) refreshAt;
        this.skewed = skewed;
    }

    /** Whether the policy came with a new id and was the old one (§8.1). */
    boolean isSkewed() {
        return skewed;
    }

    /** Notes that somebody has asked for the policy. On the path of each message: it writes the first time only. */
    void use() {
        if (!used) {
            used = true;
        }
    }

    /** Whether it is time, for a policy in use; also where the clock was set back, and the time is far away. */
    boolean isDue(Instant now) {
        return used && !isNever() && (left(now) <= 0 || isTooFar(now));
    }

    private boolean isNever() {
        return refreshAt() == NEVER;
    }

    private long left(Instant now) {
        return refreshAt() - now.getEpochSecond();
    }

    private boolean isTooFar(Instant now) {
        return left(now) > RefreshSchedule.LONGEST.toSeconds();
    }

    /** When to fetch it again, in seconds of the epoch. */
    long refreshAt() {
        return Integer.toUnsignedLong(refreshAt);
    }

    void postpone(Instant until) {
        long seconds = until.getEpochSecond() + 1; // Not a fraction of a second too early.
        if (refreshAt() < seconds || (!isNever() && isTooFar(until))) {
            refreshAt = (int) seconds;
        }
    }

    /** Notes a fetch that failed. There is one flight for a domain at a time, so nobody else counts meanwhile. */
    void missed(StsFailure failure, Instant retryAt) {
        Misses before = misses;
        misses = new Misses(before == null ? 1 : before.inARow() + 1, failure);
        postpone(retryAt);
    }

    @Nullable Misses misses() {
        return misses;
    }

    /**
     * Notes that the TXT record is missing.
     *
     * @return whether that is news
     */
    boolean noteTxtGone() {
        boolean news = !txtGone;
        txtGone = true;
        return news;
    }

    void noteTxtFound() {
        txtGone = false;
    }

    /**
     * Notes how serious things are.
     *
     * @return whether they were less serious before
     */
    boolean raise(Alarm level) {
        byte serious = level.seriousness();
        boolean news = serious > alarm;
        alarm = news ? serious : alarm;
        return news;
    }
}
