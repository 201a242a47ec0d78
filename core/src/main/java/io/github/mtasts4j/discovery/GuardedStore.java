// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.DomainName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@link PolicyStore} as a guest: whatever it does, the message at hand is not worse off than without one. It need not
 * even be honest about whose policy it returns, or from when.
 */
final class GuardedStore {

    private static final Logger log = LoggerFactory.getLogger(GuardedStore.class);

    /** By how much the clocks of those who share a store may differ. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    private final Optional<PolicyStore> store;

    GuardedStore(Optional<PolicyStore> store) {
        this.store = store;
    }

    boolean isPresent() {
        return store.isPresent();
    }

    /** The live policy of a domain. */
    Optional<CachedPolicy> find(DomainName domain, Instant now) {
        return kept(domain).map(policy -> notFromTheFuture(policy, now)).filter(policy -> policy.isLive(now));
    }

    /**
     * Keeps a policy.
     *
     * @return the policy that another sender has fetched later and that stays there instead, if there is one
     */
    Optional<CachedPolicy> save(CachedPolicy policy) {
        DomainName domain = policy.domain();
        boolean refused = guarded("save", domain, s -> Optional.of(s.save(policy)))
                .filter(saved -> !saved)
                .isPresent();
        return refused
                ? kept(domain)
                        .filter(there -> there.fetchedAt().isAfter(policy.fetchedAt()))
                        .filter(there -> !isFromTheFuture(there, policy.fetchedAt()))
                : Optional.empty();
    }

    private Optional<CachedPolicy> kept(DomainName domain) {
        return guarded("find", domain, s -> s.find(domain)).filter(policy -> isOf(domain, policy));
    }

    void remove(DomainName domain) {
        guarded("remove", domain, s -> {
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
     * The domains of all live policies.
     *
     * @param wanted asked before each; the answer no ends the scan
     */
    List<DomainName> domains(Instant now, BooleanSupplier wanted) {
        List<DomainName> domains = new ArrayList<>();
        try {
            store.ifPresent(s -> s.scan(policy -> {
                if (!wanted.getAsBoolean()) {
                    throw new CancellationException();
                }
                if (notFromTheFuture(policy, now).isLive(now)) {
                    domains.add(policy.domain());
                }
            }));
        } catch (CancellationException e) {
            log.debug("The scan of the policy store was broken off", e);
        } catch (RuntimeException e) {
            log.error("The policy store failed to list its policies; going on without the rest", e);
        }
        return domains;
    }

    private static boolean isOf(DomainName domain, CachedPolicy policy) {
        if (!policy.domain().equals(domain)) {
            log.error("The policy store answered for {} with the policy of {}; ignored", domain, policy.domain());
        }
        return policy.domain().equals(domain);
    }

    /** A clock that was wrong once must not make a policy live for ever. */
    private static CachedPolicy notFromTheFuture(CachedPolicy policy, Instant now) {
        if (!isFromTheFuture(policy, now)) {
            return policy;
        }
        log.warn(
                "The stored policy of {} was fetched in the future ({}); its lifetime is counted from now",
                policy.domain(),
                policy.fetchedAt());
        return new CachedPolicy(policy.domain(), policy.id(), policy.policy(), now);
    }

    private static boolean isFromTheFuture(CachedPolicy policy, Instant now) {
        return policy.fetchedAt().isAfter(now.plus(CLOCK_SKEW));
    }

    private <T> Optional<T> guarded(String what, DomainName domain, Function<PolicyStore, Optional<T>> call) {
        try {
            return store.flatMap(call);
        } catch (RuntimeException e) {
            log.error("The policy store failed to {} the policy of {}; going on without it", what, domain, e);
            return Optional.empty();
        }
    }
}
