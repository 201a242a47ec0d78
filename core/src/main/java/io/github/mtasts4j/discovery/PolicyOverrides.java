// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.DomainName;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where the operator's overrides are. Asked for each message: it answers from memory. One that throws is logged, and the
 * override that it last gave for the domain stays until its end.
 */
@FunctionalInterface
public interface PolicyOverrides {

    /** No overrides. */
    PolicyOverrides NONE = domain -> Optional.empty();

    /**
     * The override for a domain, whether or not it has ended.
     *
     * @param domain the policy domain
     * @return the override for exactly this domain, or empty
     */
    Optional<PolicyOverride> find(DomainName domain);

    /**
     * Overrides that do not change.
     *
     * @param overrides one for each domain
     * @return these overrides
     * @throws IllegalArgumentException if there are two for one domain
     */
    static PolicyOverrides of(Collection<PolicyOverride> overrides) {
        Map<DomainName, PolicyOverride> byDomain = new HashMap<>();
        for (PolicyOverride override : overrides) {
            if (byDomain.putIfAbsent(override.domain(), override) != null) {
                throw new IllegalArgumentException("two overrides for " + override.domain());
            }
        }
        return domain -> Optional.ofNullable(byDomain.get(domain));
    }
}
