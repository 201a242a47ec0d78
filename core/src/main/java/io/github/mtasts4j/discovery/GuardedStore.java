// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.mtasts4j.policy.DomainName;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@link PolicyStore} as a guest: whatever it does, the message at hand is not worse off than without one. It need not
 * even be honest about whose policy it returns, or from when.
 */
final class GuardedStore {

    private static final Logger log = LoggerFactory.getLogger(GuardedStore.class);

    private final Optional<PolicyStore> store;
    private final InstantSource clock;
    private final Consumer<HealthEvent> news;
    private final StoreHealth health;
    private final Backlog backlog;

    /** Policies from the future, and from when their lifetime is counted instead: from when they were seen first. */
    private final Cache<DomainName, Restamped> restamped =
            Caffeine.newBuilder().maximumSize(100_000).executor(Runnable::run).build();

    private record Restamped(CachedPolicy stored, CachedPolicy counted) {}

    GuardedStore(Optional<PolicyStore> store, InstantSource clock, Consumer<HealthEvent> news) {
        this.store = store;
        this.clock = clock;
        this.news = news;
        this.health = new StoreHealth(clock, news);
        this.backlog = new Backlog(clock, news);
    }

    boolean isPresent() {
        return store.isPresent();
    }

    /** The live policy of a domain. What waits to be saved counts as saved. */
    Optional<CachedPolicy> find(DomainName domain, Instant now) {
        return kept(domain).map(policy -> notFromTheFuture(policy, now)).filter(policy -> policy.isLive(now));
    }

    /**
     * Keeps a policy, as soon as the store is able to.
     *
     * @return the policy that another sender has fetched later and that stays there instead, if there is one
     */
    Optional<CachedPolicy> save(CachedPolicy policy) {
        if (store.isEmpty()) {
            return Optional.empty();
        }
        backlog.done(policy);
        Optional<Boolean> saved = attempt(policy);
        if (saved.isEmpty()) {
            backlog.add(policy);
        }
        return instead(policy, saved);
    }

    /** What is kept instead of a policy that the store would not have. */
    private Optional<CachedPolicy> instead(CachedPolicy policy, Optional<Boolean> saved) {
        return saved.orElse(true)
                ? Optional.empty()
                : kept(policy.domain())
                        .filter(there -> there.fetchedAt().isAfter(policy.fetchedAt()))
                        .filter(there -> !isFromTheFuture(there, policy.fetchedAt()));
    }

    /** Whether the policy was kept; empty if nobody knows. */
    private Optional<Boolean> attempt(CachedPolicy policy) {
        return guarded(StoreHealth.Action.SAVE, policy.domain(), s -> Optional.of(s.save(policy)));
    }

    /**
     * Saves what could not be saved before.
     *
     * @param inTime asked before each policy; the answer no leaves the rest for the next time
     * @param later is given what others have fetched later than what was to be saved, and have saved while we could not
     */
    void saveBacklog(BooleanSupplier inTime, Consumer<CachedPolicy> later) {
        backlog.drain(
                policy -> {
                    Optional<Boolean> saved = attempt(policy);
                    instead(policy, saved).ifPresent(later);
                    return saved.isPresent();
                },
                inTime);
    }

    /** A store that cannot write still has what was there before, and is behind what waits to be written. */
    private Optional<CachedPolicy> kept(DomainName domain) {
        Optional<CachedPolicy> row =
                guarded(StoreHealth.Action.FIND, domain, s -> s.find(domain)).filter(policy -> isOf(domain, policy));
        return backlog.of(domain)
                .filter(ours -> row.filter(theirs -> Succession.isLater(theirs, ours, clock.instant()))
                        .isEmpty())
                .or(() -> row);
    }

    void remove(DomainName domain) {
        backlog.forget(domain);
        restamped.invalidate(domain);
        guarded(StoreHealth.Action.REMOVE, domain, s -> {
            s.remove(domain);
            return Optional.empty();
        });
    }

    /** Removes a policy unless another one has taken its place. */
    void removeIfStill(CachedPolicy policy) {
        if (kept(policy.domain()).filter(policy::equals).isPresent()) {
            remove(policy.domain());
        }
    }

    /**
     * Goes through all live policies.
     *
     * @param wanted asked before each; the answer no ends the scan
     * @return whether the scan need not be made again: it was complete, or not wanted any more
     */
    boolean scan(BooleanSupplier wanted, Consumer<CachedPolicy> each) {
        if (store.isEmpty()) {
            return true;
        }
        Instant now = clock.instant();
        try {
            store.get().scan(policy -> {
                if (!wanted.getAsBoolean()) {
                    throw new CancellationException();
                }
                CachedPolicy counted = notFromTheFuture(policy, now);
                if (counted.isLive(now)) {
                    each.accept(counted);
                }
            });
            health.works(StoreHealth.Action.LIST);
            return true;
        } catch (CancellationException e) {
            log.debug("The scan of the policy store was broken off", e);
            return true;
        } catch (RuntimeException e) {
            health.fails(StoreHealth.Action.LIST, "its policies", e);
            return false;
        }
    }

    /** Whether this sender is to fetch a policy again. Where the store does not know, it is: twice is better than never. */
    boolean mayRefresh(DomainName domain) {
        return guarded(StoreHealth.Action.LEASE, domain, s -> Optional.of(s.mayRefresh(domain, RefreshSchedule.LEASE)))
                .orElse(true);
    }

    /** What others do to the store, as far as it is to be believed. */
    interface News {

        /** Somebody has saved a live policy. */
        void saved(CachedPolicy policy);

        /** An operator has had it forgotten. */
        void removed(DomainName domain);

        /** Rows have vanished, or may have. */
        void lost();

        /** The store can be reached again. */
        void back();
    }

    /** Begins to tell what others do to the store. */
    PolicyStore.Watch watch(News told) {
        try {
            return store.map(guest -> guest.watch(new Checked(told))).orElse(PolicyStore.Watch.NONE);
        } catch (RuntimeException e) {
            health.fails(StoreHealth.Action.WATCH, "what others write", e);
            return PolicyStore.Watch.NONE;
        }
    }

    private final class Checked implements PolicyStore.Observer {

        private final News told;
        private final AtomicBoolean isBlind = new AtomicBoolean();

        Checked(News told) {
            this.told = told;
        }

        @Override
        public void saved(CachedPolicy policy) {
            Instant now = clock.instant();
            CachedPolicy counted = notFromTheFuture(policy, now);
            if (counted.isLive(now)) {
                told.saved(counted);
            }
        }

        @Override
        public void removed(DomainName domain) {
            backlog.forget(domain);
            restamped.invalidate(domain);
            told.removed(domain);
        }

        @Override
        public void refused(DomainName domain, String detail) {
            refuse(domain, detail);
        }

        @Override
        public void lost() {
            String detail = "it has gone back in time; what is in memory is saved again";
            news.accept(new HealthEvent(HealthEvent.Kind.STORE_LOST_ROWS, Optional.empty(), detail, clock.instant()));
            told.lost();
        }

        @Override
        public void late() {
            told.lost();
        }

        @Override
        public void works(Optional<RuntimeException> trouble) {
            boolean wasBlind = isBlind.getAndSet(trouble.isPresent());
            if (trouble.isPresent()) {
                health.fails(StoreHealth.Action.WATCH, "what others write", trouble.get());
            } else {
                health.works(StoreHealth.Action.WATCH);
                if (wasBlind) {
                    told.back();
                }
            }
        }
    }

    private boolean isOf(DomainName domain, CachedPolicy policy) {
        if (!policy.domain().equals(domain)) {
            refuse(domain, "the store answered with the policy of " + policy.domain() + "; ignored");
        }
        return policy.domain().equals(domain);
    }

    /** A clock that was wrong once must not make a policy live for ever. */
    private CachedPolicy notFromTheFuture(CachedPolicy policy, Instant now) {
        if (!isFromTheFuture(policy, now)) {
            return policy;
        }
        Restamped seen = restamped.getIfPresent(policy.domain());
        if (seen == null
                || !seen.stored.equals(policy)
                || seen.counted.fetchedAt().isAfter(now)) {
            refuse(
                    policy.domain(),
                    "the stored policy was fetched in the future (" + policy.fetchedAt()
                            + "); its lifetime is counted from now");
            CachedPolicy counted = new CachedPolicy(policy.domain(), policy.id(), policy.policy(), now);
            seen = new Restamped(policy, counted);
            restamped.put(policy.domain(), seen);
        }
        return seen.counted;
    }

    private static boolean isFromTheFuture(CachedPolicy policy, Instant now) {
        return Succession.isFromTheFuture(policy.fetchedAt(), now);
    }

    private void refuse(DomainName domain, String detail) {
        news.accept(new HealthEvent(HealthEvent.Kind.STORE_ROW_REFUSED, Optional.of(domain), detail, clock.instant()));
    }

    private <T> Optional<T> guarded(
            StoreHealth.Action action, DomainName domain, Function<PolicyStore, Optional<T>> call) {
        @Nullable PolicyStore guest = store.orElse(null);
        if (guest == null) {
            return Optional.empty();
        }
        try {
            Optional<T> result = call.apply(guest);
            health.works(action);
            return result;
        } catch (RuntimeException e) {
            health.fails(action, "the policy of " + domain, e);
            return Optional.empty();
        }
    }
}
