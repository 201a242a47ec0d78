// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.FilePolicyStore;
import io.github.mtasts4j.testkit.MovableClock;
import java.time.Duration;
import java.util.Optional;

/** What befalls a store: an axis of the {@link StoreFaultMatrixTest}. What a disk can do is done to a real directory. */
public enum StoreFault {
    DOWN_AT_START,
    DOWN_MID_RUN,
    SLOW,
    READ_ONLY,
    FULL,
    CORRUPT,
    TRUNCATED,
    NEWER_FORMAT,
    STALE_REPLICA,
    FUTURE_TIMESTAMP,
    OUTCOME_UNKNOWN;

    private static final Duration FAR = Duration.ofDays(3650);

    boolean isDown() {
        return this == DOWN_AT_START || this == DOWN_MID_RUN;
    }

    /** Whether it is over some time; a row that is broken stays so. */
    boolean breaksTheRow() {
        return this == CORRUPT || this == TRUNCATED;
    }

    /** Whether a save throws, whatever becomes of the policy. */
    boolean failsSaves() {
        return isDown() || this == READ_ONLY || this == FULL || this == OUTCOME_UNKNOWN;
    }

    /** Whether what is saved is in the store at once. */
    boolean takesSaves() {
        return !isDown() && this != READ_ONLY && this != FULL && this != NEWER_FORMAT;
    }

    /** What can be read while it lasts, if this is what was saved. */
    Optional<CachedPolicy> readable(Optional<CachedPolicy> saved) {
        return switch (this) {
            case DOWN_AT_START, DOWN_MID_RUN, CORRUPT, TRUNCATED, NEWER_FORMAT -> Optional.empty();
            case STALE_REPLICA -> saved.map(CacheState::beforeIt);
            case FUTURE_TIMESTAMP -> saved.map(StoreFault::inTheFuture);
            case SLOW, READ_ONLY, FULL, OUTCOME_UNKNOWN -> saved;
        };
    }

    /** How the resolver has to take what it has read. */
    Optional<CachedPolicy> taken(Optional<CachedPolicy> saved) {
        return this == FUTURE_TIMESTAMP
                ? saved.map(policy -> CacheState.fetched(policy, MovableClock.START)) // counted from when it was seen
                : readable(saved);
    }

    /** The same from the future. */
    public static CachedPolicy inTheFuture(CachedPolicy policy) {
        return CacheState.fetched(policy, policy.fetchedAt().plus(FAR));
    }

    /** What the store tells of the file, if it is looked at. */
    Optional<FilePolicyStore.Kind> told() {
        return switch (this) {
            case CORRUPT, TRUNCATED -> Optional.of(FilePolicyStore.Kind.QUARANTINED);
            case NEWER_FORMAT -> Optional.of(FilePolicyStore.Kind.NEWER_FORMAT);
            case FUTURE_TIMESTAMP -> Optional.of(FilePolicyStore.Kind.FROM_THE_FUTURE);
            default -> Optional.empty();
        };
    }
}
