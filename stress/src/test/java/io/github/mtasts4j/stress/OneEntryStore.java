// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.stress;

import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.PolicyStore;
import io.github.mtasts4j.policy.DomainName;
import java.util.Optional;
import java.util.function.Consumer;

/** A store for one domain. */
public final class OneEntryStore implements PolicyStore {

    private volatile Optional<CachedPolicy> entry = Optional.empty();

    @Override
    public Optional<CachedPolicy> find(DomainName domain) {
        Chance.dawdle();
        return entry;
    }

    @Override
    public boolean save(CachedPolicy policy) {
        Chance.dawdle();
        return keep(policy);
    }

    private synchronized boolean keep(CachedPolicy policy) {
        boolean isLater = entry.filter(there -> !policy.fetchedAt().isAfter(there.fetchedAt()))
                .isEmpty();
        if (isLater) {
            entry = Optional.of(policy);
        }
        return isLater;
    }

    @Override
    public void remove(DomainName domain) {
        Chance.dawdle();
        discard();
    }

    private synchronized void discard() {
        entry = Optional.empty();
    }

    @Override
    public void scan(Consumer<? super CachedPolicy> each) {
        entry.ifPresent(each);
    }
}
