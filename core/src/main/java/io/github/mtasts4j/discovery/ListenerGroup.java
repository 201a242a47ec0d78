// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.DomainName;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Several listeners as one. Each is a guest on its own: the others hear of it although one of them throws. */
record ListenerGroup(List<ResolverListener> listeners) implements ResolverListener {

    private static final Logger log = LoggerFactory.getLogger(ListenerGroup.class);

    static ListenerGroup of(ResolverListener listener) {
        return listener instanceof ListenerGroup group ? group : new ListenerGroup(List.of(listener));
    }

    @Override
    public void policyFetched(CachedPolicy policy, Optional<CachedPolicy> before) {
        tell(listener -> listener.policyFetched(policy, before));
    }

    @Override
    public void discoveryFailed(DomainName domain, StsFailure failure, Optional<CachedPolicy> kept) {
        tell(listener -> listener.discoveryFailed(domain, failure, kept));
    }

    @Override
    public void policyEvent(PolicyEvent event) {
        tell(listener -> listener.policyEvent(event));
    }

    @Override
    public void healthEvent(HealthEvent event) {
        tell(listener -> listener.healthEvent(event));
    }

    @Override
    public void overrideEvent(OverrideEvent event) {
        tell(listener -> listener.overrideEvent(event));
    }

    private void tell(Consumer<ResolverListener> news) {
        for (ResolverListener listener : listeners) {
            try {
                news.accept(listener);
            } catch (RuntimeException e) {
                log.error("{} threw; ignored", listener.getClass().getName(), e);
            }
        }
    }
}
