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
 */
public record MxAttempt(
        PolicyResolution resolution,
        DomainName mx,
        TlsOutcome tls,
        DaneOutcome dane,
        TlsRequirement requirement,
        Set<MxFact> facts) {

    /**
     * Copies the set.
     *
     * @param resolution what was known of the domain's policy
     * @param mx the name in the MX record; for a domain without MX records, the domain itself
     * @param tls what came of STARTTLS
     * @param dane what DANE says of the host
     * @param requirement what the message asks of TLS
     * @param facts what else is known of the host
     */
    public MxAttempt {
        facts = Set.copyOf(facts);
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
}
