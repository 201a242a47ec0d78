// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import java.time.Instant;
import java.util.Optional;

/**
 * Something about a domain's policy that an operator should know, told once when it begins to be so. None of it changes
 * which policy applies.
 *
 * @param kind what it is
 * @param policy the policy that is in force, or has just expired
 * @param before the policy it has replaced, where it has replaced one
 * @param cause what went wrong, where something did
 * @param at when it was noticed
 */
public record PolicyEvent(
        Kind kind, CachedPolicy policy, Optional<CachedPolicy> before, Optional<StsFailure> cause, Instant at) {

    /** What can happen to a policy. Fixed, so that it can be counted. */
    public enum Kind {
        /**
         * The policy could not be fetched again: three times in a row, or for half or nine tenths of its lifetime. Told
         * once for each of the three (§3.3, §10.2).
         */
        REFRESH_FAILING,
        /** The policy has expired after it could not be fetched again: the domain has lost its protection (§10.2). */
        EXPIRED_UNREFRESHED,
        /** The TXT record has vanished, and the policy stays in force (§3.1). */
        TXT_GONE,
        /** The new policy has a weaker mode: not {@code enforce} any more, or not even {@code testing}. */
        MODE_LOWERED,
        /** The new policy lists some of the old MX patterns, and no others. */
        MX_SHRUNK,
        /** The new policy lists none of the old MX patterns: the mail is to go somewhere else altogether. */
        MX_DISJOINT,
        /** The new policy is to be kept for a shorter time. */
        LIFETIME_SHRUNK,
        /** The id is new, the policy is the old one (§8.1). It is fetched once more after ten minutes (decision D24). */
        ID_CHANGED_SAME_BODY,
        /** The policy is new, the id in the TXT record is the old one (§3.1 wants a new one). */
        BODY_CHANGED_SAME_ID,
        /**
         * The cache is full, and the live {@code enforce} policy had to leave it. It is found again in the
         * {@link PolicyStore} or by a new discovery; until then its mail waits.
         */
        EVICTED
    }

    static PolicyEvent of(Kind kind, CachedPolicy policy, StsFailure cause, Instant at) {
        return new PolicyEvent(kind, policy, Optional.empty(), Optional.of(cause), at);
    }

    static PolicyEvent change(Kind kind, CachedPolicy before, CachedPolicy now) {
        return new PolicyEvent(kind, now, Optional.of(before), Optional.empty(), now.fetchedAt());
    }
}
