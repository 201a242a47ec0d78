// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.delivery;

import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tls.TlsOutcome;
import java.util.Set;

/**
 * What a decision is made of: one domain, one of its MX hosts, what happened there, and what the message asks for.
 *
 * @param resolution what was known of the domain's policy
 * @param mx the name in the MX record; for a domain without MX records, the domain itself
 * @param tls what came of STARTTLS; {@link TlsOutcome.NotContacted} where the host was skipped
 * @param dane what DANE says of the host
 * @param requirement what the message asks of TLS
 * @param facts what else is known of the host; needed for {@link TlsRequirement#REQUIRETLS} only
 * @param session what a TLS report may say of the session; no decision depends on it
 */
public record MxAttempt(
        PolicyResolution resolution,
        DomainName mx,
        TlsOutcome tls,
        DaneOutcome dane,
        TlsRequirement requirement,
        Set<MxFact> facts,
        SessionFacts session) {

    /**
     * Copies the set.
     *
     * @param resolution what was known of the domain's policy
     * @param mx the name in the MX record; for a domain without MX records, the domain itself
     * @param tls what came of STARTTLS
     * @param dane what DANE says of the host
     * @param requirement what the message asks of TLS
     * @param facts what else is known of the host
     * @param session what a TLS report may say of the session
     */
    public MxAttempt {
        facts = Set.copyOf(facts);
    }

    /**
     * Without anything for a TLS report.
     *
     * @param resolution what was known of the domain's policy
     * @param mx the name in the MX record; for a domain without MX records, the domain itself
     * @param tls what came of STARTTLS
     * @param dane what DANE says of the host
     * @param requirement what the message asks of TLS
     * @param facts what else is known of the host
     */
    public MxAttempt(
            PolicyResolution resolution,
            DomainName mx,
            TlsOutcome tls,
            DaneOutcome dane,
            TlsRequirement requirement,
            Set<MxFact> facts) {
        this(resolution, mx, tls, dane, requirement, facts, SessionFacts.NONE);
    }

    /**
     * For a message that asks nothing of TLS.
     *
     * @param resolution what was known of the domain's policy
     * @param mx the name in the MX record; for a domain without MX records, the domain itself
     * @param tls what came of STARTTLS; {@link TlsOutcome.NotContacted} where the host was skipped
     * @param dane what DANE says of the host
     */
    public MxAttempt(PolicyResolution resolution, DomainName mx, TlsOutcome tls, DaneOutcome dane) {
        this(resolution, mx, tls, dane, TlsRequirement.NONE, Set.of());
    }

    /**
     * The same with what a TLS report may say of the session.
     *
     * @param known what is known of it
     * @return the attempt with these facts
     */
    public MxAttempt withSession(SessionFacts known) {
        return new MxAttempt(resolution, mx, tls, dane, requirement, facts, known);
    }
}
