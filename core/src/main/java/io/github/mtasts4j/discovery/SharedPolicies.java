// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Lets domains with equal policies, such as the customers of one provider, have one object for them. Remembers what has come
 * last, by hash, each instead of what was there before: a provider with many customers comes again and again, and for others
 * a table of everything would cost more than it saves.
 */
final class SharedPolicies {

    private static final int BITS = 12;

    private final AtomicReferenceArray<@Nullable CachedPolicy> seen = new AtomicReferenceArray<>(1 << BITS);

    /** The same, with the objects of an equal policy that has been seen, if there was one. */
    CachedPolicy shared(CachedPolicy policy) {
        int slot = (policy.policy().hashCode() * 0x9e37_79b9) >>> (Integer.SIZE - BITS);
        CachedPolicy there = seen.get(slot);
        if (there == null || !there.policy().equals(policy.policy())) {
            seen.set(slot, policy);
            return policy;
        }
        return policy.sharing(there);
    }
}
