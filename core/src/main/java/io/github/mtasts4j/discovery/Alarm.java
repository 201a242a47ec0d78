// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import java.time.Instant;

/** How serious it is that a policy could not be fetched again, in the order in which it becomes so. */
enum Alarm {
    NONE(0),
    THREE_MISSES(1),
    HALF_OVER(2),
    NINE_TENTHS_OVER(3),
    EXPIRED(4);

    private final byte seriousness;

    Alarm(int seriousness) {
        this.seriousness = (byte) seriousness;
    }

    /** The more the worse. */
    byte seriousness() {
        return seriousness;
    }

    static Alarm of(CachedPolicy policy, Upkeep.Misses misses, Instant now) {
        if (!policy.isLive(now)) {
            return EXPIRED;
        }
        long lifetime = policy.policy().maxAge().toSeconds();
        long age = now.getEpochSecond() - policy.fetchedAt().getEpochSecond();
        if (age * 10 >= lifetime * 9) {
            return NINE_TENTHS_OVER;
        }
        return age * 2 >= lifetime ? HALF_OVER : misses.inARow() >= 3 ? THREE_MISSES : NONE;
    }

    PolicyEvent.Kind kind() {
        return this == EXPIRED ? PolicyEvent.Kind.EXPIRED_UNREFRESHED : PolicyEvent.Kind.REFRESH_FAILING;
    }
}
