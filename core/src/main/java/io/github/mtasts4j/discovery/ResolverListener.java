// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.DomainName;
import java.util.List;
import java.util.Optional;

/**
 * Is told what discovery does, for metrics, alerts and reports. Called by the thread that does it: it must not wait. A
 * listener is a guest: one that throws is logged and changes nothing.
 */
public interface ResolverListener {

    /** Listens to nothing. */
    ResolverListener NONE = new ResolverListener() {};

    /**
     * Tells several listeners, in this order. Each is guarded on its own: one that throws is logged, and the others hear
     * of it all the same.
     *
     * @param listeners who is told
     * @return all of them as one
     */
    static ResolverListener all(ResolverListener... listeners) {
        return new ListenerGroup(List.of(listeners));
    }

    /**
     * A policy was fetched and is in force now.
     *
     * @param policy the new policy
     * @param before the live policy it replaces
     */
    default void policyFetched(CachedPolicy policy, Optional<CachedPolicy> before) {}

    /**
     * An attempt to find a policy or to bring one up to date failed. Once per attempt, not per message.
     *
     * @param domain the policy domain
     * @param failure what went wrong
     * @param kept the live policy that stays in force
     */
    default void discoveryFailed(DomainName domain, StsFailure failure, Optional<CachedPolicy> kept) {}

    /**
     * Something about a policy that an operator should know: it cannot be refreshed, it has become weaker, its TXT record
     * has vanished. Once when it begins to be so, not per attempt or message; logged at WARN as well. Never for a policy
     * of mode {@code none} that cannot be refreshed (§3.3, §10.2).
     *
     * @param event what has happened
     */
    default void policyEvent(PolicyEvent event) {}

    /**
     * Something about the sender's own means that an operator should know: its store fails, its clock was set. Once when it
     * begins to be so and once when it ends, not per attempt or message; logged as well.
     *
     * @param event what has happened
     */
    default void healthEvent(HealthEvent event) {}

    /**
     * An operator's override makes a difference to mail, or has ended. Once when it begins to be so, again once a day while
     * it goes on, and once at its end, not per message; logged at WARN as well.
     *
     * @param event what has happened
     */
    default void overrideEvent(OverrideEvent event) {}
}
