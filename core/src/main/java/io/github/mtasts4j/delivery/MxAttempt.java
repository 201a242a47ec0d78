// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.delivery;

import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tls.TlsOutcome;

/**
 * What a decision is made of: one domain, one of its MX hosts, and what happened there.
 *
 * @param resolution what was known of the domain's policy
 * @param mx the name in the MX record; for a domain without MX records, the domain itself
 * @param tls what came of STARTTLS; {@link TlsOutcome.NotContacted} where the host was skipped
 * @param dane what DANE says of the host
 */
public record MxAttempt(PolicyResolution resolution, DomainName mx, TlsOutcome tls, DaneOutcome dane) {}
