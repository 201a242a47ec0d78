// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.collect;

import io.github.mtasts4j.delivery.MxAttempt;
import io.github.mtasts4j.delivery.SessionFacts;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.report.PolicyType;
import io.github.mtasts4j.tlsreport.AppliedPolicy;
import java.util.List;

/**
 * What a session was held to, as it comes from the decision: quick to compare, since a domain's sessions share one policy object as
 * a rule. The text for the report is made of it once a day.
 *
 * @param type of which kind
 * @param domain the domain that the report is for
 * @param terms a {@link Policy}, {@link SessionFacts.Tlsa}, {@link AppliedPolicy}, or the type itself where there are none
 */
record Held(PolicyType type, DomainName domain, Object terms) {

    private static final List<String> OTHER = List.of("other");

    static Held of(PolicyType type, DomainName domain, MxAttempt attempt) {
        return new Held(
                type,
                domain,
                switch (type) {
                    case STS ->
                        attempt.resolution().applicable().isPresent()
                                ? attempt.resolution().applicable().get().policy()
                                : type;
                    case TLSA ->
                        attempt.session().tlsa().isPresent()
                                ? attempt.session().tlsa().get()
                                : new SessionFacts.Tlsa(attempt.mx(), List.of());
                    case NO_POLICY_FOUND -> type;
                });
    }

    static Held of(DomainName domain, Policy policy) {
        return new Held(PolicyType.STS, domain, policy);
    }

    /** As it was read. */
    static Held of(DomainName domain, AppliedPolicy policy) {
        return new Held(policy.type(), domain, policy);
    }

    /** What exceeds a bound. The report makes the same of it as {@code TlsReport.capped()}. */
    static AppliedPolicy other(DomainName first) {
        return new AppliedPolicy(PolicyType.NO_POLICY_FOUND, first, OTHER, List.of());
    }

    static boolean isOther(AppliedPolicy policy) {
        return policy.type() == PolicyType.NO_POLICY_FOUND
                && policy.policyString().equals(OTHER);
    }

    boolean isPolicy() {
        return type != PolicyType.NO_POLICY_FOUND;
    }

    AppliedPolicy applied() {
        if (terms instanceof AppliedPolicy applied) {
            return applied;
        }
        if (terms instanceof Policy policy) {
            return AppliedPolicy.sts(domain, policy);
        }
        if (terms instanceof SessionFacts.Tlsa tlsa) {
            return AppliedPolicy.tlsa(tlsa.base(), tlsa.records());
        }
        return type == PolicyType.STS ? AppliedPolicy.stsNotAvailable(domain) : AppliedPolicy.none(domain);
    }
}
