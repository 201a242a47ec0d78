// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the store does what it is asked to. Tells when it begins to fail, and when it has not failed for a minute; not
 * for each message.
 */
final class StoreHealth {

    private static final Logger log = LoggerFactory.getLogger(StoreHealth.class);
    private static final Duration CALM = Duration.ofMinutes(1);

    /** What a store is asked to do; one that cannot write may well read. */
    enum Action {
        FIND,
        SAVE,
        REMOVE,
        LIST,
        LEASE,
        WATCH
    }

    private final InstantSource clock;
    private final Consumer<HealthEvent> news;
    private final Map<Action, Trouble> troubles = new EnumMap<>(Action.class);

    /** When an action failed last, as long as that is not over. */
    private static final class Trouble {
        volatile @Nullable Instant last;
    }

    StoreHealth(InstantSource clock, Consumer<HealthEvent> news) {
        this.clock = clock;
        this.news = news;
        for (Action action : Action.values()) {
            troubles.put(action, new Trouble());
        }
    }

    void works(Action action) {
        Trouble trouble = trouble(action);
        if (trouble.last != null && isOver(trouble)) {
            tell(HealthEvent.Kind.STORE_RECOVERED, "the policy store can " + word(action) + " again");
        }
    }

    private boolean isOver(Trouble trouble) {
        synchronized (trouble) {
            Instant now = clock.instant();
            Instant last = trouble.last;
            if (last != null && now.isBefore(last)) {
                trouble.last = now; // The clock was set back; the minute begins anew.
                return false;
            }
            boolean over = last != null && !now.isBefore(last.plus(CALM));
            if (over) {
                trouble.last = null;
            }
            return over;
        }
    }

    void fails(Action action, String what, RuntimeException why) {
        Trouble trouble = trouble(action);
        boolean known;
        synchronized (trouble) {
            known = trouble.last != null;
            trouble.last = clock.instant();
        }
        if (known) {
            log.debug("The policy store failed to {} {}", word(action), what, why);
            return;
        }
        log.error("The policy store failed to {} {}; going on without it", word(action), what, why);
        tell(
                HealthEvent.Kind.STORE_FAILING,
                "the policy store failed to " + word(action) + " " + what + ": "
                        + why.getClass().getName());
    }

    private Trouble trouble(Action action) {
        return Objects.requireNonNull(troubles.get(action));
    }

    private static String word(Action action) {
        return action.name().toLowerCase(Locale.ROOT);
    }

    private void tell(HealthEvent.Kind kind, String detail) {
        news.accept(new HealthEvent(kind, Optional.empty(), detail, clock.instant()));
    }
}
