// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.delivery;

import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.Policy;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/**
 * Whether a message that no host could take for a policy's sake may be bounced (§5): only if the DNS has been asked for an
 * updated policy, and there is none. Carries what that was decided on, for the log and for the bounce.
 *
 * @param verdict whether, and why not
 * @param judgedBy what was known when the hosts were walked in vain
 * @param latest what is known now
 * @param at when it was asked
 */
public record BounceCheck(Verdict verdict, PolicyResolution judgedBy, PolicyResolution latest, Instant at) {

    /** What there is to do with the message. */
    public enum Verdict {
        /** The policy is the latest one, and still forbids it: the message may be bounced, if its time is up. */
        MAY_BOUNCE,
        /** No enforce policy stood in the way: whatever stopped the message, it is not for MTA-STS to say. */
        NO_POLICY_INVOLVED,
        /** There is another policy now, or none: walk the hosts once more with {@link BounceCheck#latest()}. */
        TRY_AGAIN,
        /** The DNS did not answer, or was not asked: keep the message in the queue. */
        KEEP
    }

    /**
     * Compares what is known before and after a re-check.
     *
     * @param judgedBy what was known when the hosts were walked in vain
     * @param latest the answer to the re-check made since
     * @param at when it was made
     * @return the check
     */
    public static BounceCheck of(PolicyResolution judgedBy, PolicyResolution latest, Instant at) {
        return new BounceCheck(verdict(judgedBy, latest), judgedBy, latest, at);
    }

    private static Verdict verdict(PolicyResolution judgedBy, PolicyResolution latest) {
        if (judgedBy.mode() != Mode.ENFORCE) {
            return Verdict.NO_POLICY_INVOLVED;
        }
        if (!demandsTheSame(judgedBy, latest)) {
            return Verdict.TRY_AGAIN;
        }
        return latest.isRechecked() ? Verdict.MAY_BOUNCE : Verdict.KEEP;
    }

    /** A new id or a longer life alone lets no other host in. */
    private static boolean demandsTheSame(PolicyResolution one, PolicyResolution other) {
        return one.mode() == other.mode() && hosts(one).equals(hosts(other));
    }

    private static Set<Object> hosts(PolicyResolution resolution) {
        return resolution
                .applicable()
                .map(CachedPolicy::policy)
                .map(Policy::mx)
                .<Set<Object>>map(HashSet::new)
                .orElse(Set.of());
    }

    /**
     * Whether the message may be bounced as far as MTA-STS is concerned.
     *
     * @return whether the verdict is {@link Verdict#MAY_BOUNCE} or {@link Verdict#NO_POLICY_INVOLVED}
     */
    public boolean mayBounce() {
        return verdict == Verdict.MAY_BOUNCE || verdict == Verdict.NO_POLICY_INVOLVED;
    }

    /**
     * The check for a postmaster, with its evidence: domain, policy, what the DNS said and when.
     *
     * @return one printable line
     */
    public String explain() {
        return verdict + ": " + judgedBy.domain() + ", asked " + at + "; "
                + switch (verdict) {
                    case MAY_BOUNCE -> policy(latest) + " is the latest and still stands in the way (RFC 8461 §5)";
                    case NO_POLICY_INVOLVED -> "no enforce policy applied";
                    case TRY_AGAIN -> policy(judgedBy) + " has given way to " + policy(latest);
                    case KEEP -> "it is not known whether there is a newer policy than " + policy(latest) + why();
                };
    }

    private static String policy(PolicyResolution resolution) {
        return resolution
                .applicable()
                .map(cached -> "the policy of mode " + resolution.mode().keyword() + ", id " + cached.id()
                        + ", fetched " + cached.fetchedAt())
                .orElse(resolution.mode() == Mode.ENFORCE ? "a policy that is not at hand" : "none");
    }

    private String why() {
        return latest.failure().map(failure -> ": " + failure).orElse("");
    }
}
