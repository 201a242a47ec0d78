// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.DomainName;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Policies that the store could not save yet. Bounded; what finds no room is in memory only, and that is told. */
final class Backlog {

    static final int MOST = 10_000;

    private static final int ENOUGH = 3;

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
            waiting.merge(policy.domain(), policy, (there, ours) -> isLater(there, ours) ? there : ours);
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

    /** Nothing of a domain is to be saved any more. */
    void forget(DomainName domain) {
        waiting.remove(domain);
    }

    /** Nothing is to be saved that is not later than this. */
    void done(CachedPolicy policy) {
        waiting.computeIfPresent(policy.domain(), (domain, there) -> isLater(there, policy) ? there : null);
    }

    private boolean isLater(CachedPolicy there, CachedPolicy policy) {
        return Succession.isLater(there, policy, clock.instant());
    }

    /**
     * Tries them one after the other, from one of them on that is drawn by lot: where some can never be saved, the others
     * have their turn.
     *
     * @param save says whether it was possible; the third no ends it for now
     * @param inTime asked before each; the answer no ends it for now
     */
    void drain(Predicate<CachedPolicy> save, BooleanSupplier inTime) {
        List<CachedPolicy> all = new ArrayList<>(waiting.values());
        Collections.rotate(all, ThreadLocalRandom.current().nextInt(all.size() + 1));
        int refused = 0;
        for (CachedPolicy policy : all) {
            if (!inTime.getAsBoolean()) {
                return;
            }
            if (!policy.isLive(clock.instant()) || save.test(policy)) {
                waiting.remove(policy.domain(), policy);
            } else if (++refused == ENOUGH) {
                return;
            }
        }
        full.set(refused > 0 && full.get());
    }
}
