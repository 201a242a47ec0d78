// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.DomainName;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The {@link ResolverListener} as a guest, which {@link ListenerGroup} guards. The events are logged as well, for the operator. */
final class GuardedListener {

    private static final Logger log = LoggerFactory.getLogger(GuardedListener.class);

    private final ListenerGroup listener;

    GuardedListener(ResolverListener listener) {
        this.listener = ListenerGroup.of(listener);
    }

    void policyFetched(CachedPolicy policy, Optional<CachedPolicy> before) {
        listener.policyFetched(policy, before);
    }

    void discoveryFailed(DomainName domain, StsFailure failure, Optional<CachedPolicy> kept) {
        listener.discoveryFailed(domain, failure, kept);
    }

    void policyEvent(PolicyEvent event) {
        CachedPolicy policy = event.policy();
        log.warn(
                "{}: the policy of {} (mode {}, id {}, fetched {}, expires {}){}",
                event.kind(),
                policy.domain(),
                policy.policy().mode().keyword(),
                policy.id(),
                policy.fetchedAt(),
                policy.expiresAt(),
                why(event));
        listener.policyEvent(event);
    }

    /** Not logged: there may be thousands. */
    void policyEvicted(CachedPolicy policy, Instant at) {
        PolicyEvent event = new PolicyEvent(PolicyEvent.Kind.EVICTED, policy, Optional.empty(), Optional.empty(), at);
        listener.policyEvent(event);
    }

    void healthEvent(HealthEvent event) {
        String about = event.domain().map(domain -> " " + domain).orElse("");
        if (event.kind().isTrouble()) {
            log.warn("{}{}: {}", event.kind(), about, event.detail());
        } else {
            log.info("{}{}: {}", event.kind(), about, event.detail());
        }
        listener.healthEvent(event);
    }

    void overrideEvent(OverrideEvent event) {
        PolicyOverride override = event.override();
        log.warn(
                "Override {}: {} of {} until {} ({}); published is {}",
                event.kind(),
                override.action().keyword(),
                override.domain(),
                override.until(),
                override.reason(),
                event.published().inWords());
        listener.overrideEvent(event);
    }

    private static String why(PolicyEvent event) {
        return event.cause()
                .map(cause -> ": " + cause)
                .or(() -> event.before().map(GuardedListener::replaced))
                .orElse("");
    }

    private static String replaced(CachedPolicy before) {
        return " has replaced the one of mode " + before.policy().mode().keyword() + ", id " + before.id()
                + ", fetched " + before.fetchedAt();
    }
}
