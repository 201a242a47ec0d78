// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.DomainName;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Policies that the store could not save yet. Bounded; what finds no room is in memory only, and that is told. */
final class Backlog {

    static final int MOST = 10_000;

    private final InstantSource clock;
    private final Consumer<HealthEvent> news;
    private final Map<DomainName, CachedPolicy> waiting = new ConcurrentHashMap<>();
    private final AtomicBoolean full = new AtomicBoolean();

    Backlog(InstantSource clock, Consumer<HealthEvent> news) {
        this.clock = clock;
        this.news = news;
    }

    void add(CachedPolicy policy) {
        if (waiting.size() < MOST) {
            waiting.put(policy.domain(), policy);
        } else if (full.compareAndSet(false, true)) {
            news.accept(new HealthEvent(
                    HealthEvent.Kind.STORE_BACKLOG_FULL,
                    Optional.of(policy.domain()),
                    MOST + " policies wait to be saved; this one and others are kept in memory only",
                    clock.instant()));
        }
    }

    Optional<CachedPolicy> of(DomainName domain) {
        return waiting.isEmpty() ? Optional.empty() : Optional.ofNullable(waiting.get(domain));
    }

    void done(DomainName domain) {
        waiting.remove(domain);
    }

    /**
     * Tries them one after the other.
     *
     * @param save says whether it was possible; the answer no ends it for now
     */
    void drain(Predicate<CachedPolicy> save) {
        for (CachedPolicy policy : List.copyOf(waiting.values())) {
            if (policy.isLive(clock.instant()) && !save.test(policy)) {
                return;
            }
            waiting.remove(policy.domain(), policy);
        }
        full.set(false);
    }
}
