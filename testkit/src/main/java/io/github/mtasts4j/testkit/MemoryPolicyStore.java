// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit;

import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.PolicyStore;
import io.github.mtasts4j.policy.DomainName;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** A store that outlives a sender, though not the test: what survives a simulated restart. */
public final class MemoryPolicyStore implements PolicyStore {

    private final Map<DomainName, CachedPolicy> policies = new ConcurrentHashMap<>();

    /** Makes an empty store. */
    public MemoryPolicyStore() {}

    @Override
    public Optional<CachedPolicy> find(DomainName domain) {
        return Optional.ofNullable(policies.get(domain));
    }

    @Override
    public synchronized boolean save(CachedPolicy policy) {
        CachedPolicy there = policies.get(policy.domain());
        if (there != null && !policy.fetchedAt().isAfter(there.fetchedAt())) {
            return false;
        }
        policies.put(policy.domain(), policy);
        return true;
    }

    @Override
    public void remove(DomainName domain) {
        policies.remove(domain);
    }

    @Override
    public void scan(Consumer<? super CachedPolicy> each) {
        policies.values().forEach(each);
    }
}
