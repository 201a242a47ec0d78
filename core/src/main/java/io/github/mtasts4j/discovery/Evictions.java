// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of live policies that had no room: the listener of each, the log once a minute of how many. */
final class Evictions {

    private static final Logger log = LoggerFactory.getLogger(Evictions.class);
    private static final Duration BETWEEN_LINES = Duration.ofMinutes(1);

    private final GuardedListener listener;
    private final InstantSource clock;
    private @Nullable Instant lastLine;
    private long untold;

    Evictions(GuardedListener listener, InstantSource clock) {
        this.listener = listener;
        this.clock = clock;
    }

    void tell(CachedPolicy policy) {
        Instant now = clock.instant();
        log(policy, now);
        listener.policyEvicted(policy, now);
    }

    private synchronized void log(CachedPolicy policy, Instant now) {
        untold++;
        Instant last = lastLine;
        if (last == null || now.isBefore(last) || !now.isBefore(last.plus(BETWEEN_LINES))) {
            log.error(
                    "The cache is full: {} live enforce policies had to go since the last such line, that of {} last."
                            + " Raise maxPolicies.",
                    untold,
                    policy.domain());
            lastLine = now;
            untold = 0;
        }
    }
}
