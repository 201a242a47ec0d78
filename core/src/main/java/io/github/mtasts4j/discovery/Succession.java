// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import java.time.Duration;
import java.time.Instant;

/** Which of two fetches of one domain's policy stays in a store, in whatever order they are written. */
final class Succession {

    /** As far as the clocks of honest machines differ. */
    static final Duration SKEW = Duration.ofMinutes(5);

    private Succession() {}

    /**
     * Whether what is there yields to another: to a later fetch. A writer whose clock is far ahead must not pin his policy:
     * it yields to any fetch that has a sane time.
     */
    static boolean yields(CachedPolicy there, CachedPolicy policy, Instant now) {
        return policy.fetchedAt().isAfter(there.fetchedAt())
                || (isFromTheFuture(there.fetchedAt(), now) && !isFromTheFuture(policy.fetchedAt(), now));
    }

    /** Whether what is there was fetched later, by a clock that can be believed. */
    static boolean isLater(CachedPolicy there, CachedPolicy policy, Instant now) {
        return there.fetchedAt().isAfter(policy.fetchedAt()) && !isFromTheFuture(there.fetchedAt(), now);
    }

    static boolean isFromTheFuture(Instant fetchedAt, Instant now) {
        return fetchedAt.isAfter(now.plus(SKEW));
    }
}
