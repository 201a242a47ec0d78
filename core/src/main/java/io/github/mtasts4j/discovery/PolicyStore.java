// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.DomainName;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Keeps policies beyond the life of the process. Called by many threads at once; methods may wait.
 *
 * <p>A store is a guest: one that throws is logged and changes nothing about the message at hand. It keeps data, never
 * verdicts, and it never hides an expired policy: whether a policy is live is decided by whoever reads it.
 */
public interface PolicyStore {

    /**
     * Finds the policy of a domain.
     *
     * @param domain the policy domain
     * @return the policy that was saved last, live or not
     */
    Optional<CachedPolicy> find(DomainName domain);

    /**
     * Keeps a policy unless a newer one is kept already, in one step: of two writers the later fetch wins, in whatever
     * order they come.
     *
     * @param policy the policy
     * @return whether it was kept; false if the one there was fetched at the same time or later
     */
    boolean save(CachedPolicy policy);

    /**
     * Forgets the policy of a domain. Only an operator's command leads here, never a failure.
     *
     * @param domain the policy domain
     */
    void remove(DomainName domain);

    /**
     * Goes through all policies, in no particular order. What is saved meanwhile may or may not be seen.
     *
     * @param each is given every policy
     */
    void scan(Consumer<? super CachedPolicy> each);
}
