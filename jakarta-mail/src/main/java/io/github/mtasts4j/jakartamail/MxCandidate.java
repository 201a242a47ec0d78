// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jakartamail;

import io.github.mtasts4j.delivery.MxFact;
import io.github.mtasts4j.delivery.TlsRequirement;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.policy.DomainName;
import java.net.InetSocketAddress;
import java.util.Set;

/**
 * One MX host at one address, as a candidate for one message. Each address of a host is a candidate of its own (RFC 8460
 * §4.2 counts sessions).
 *
 * @param policy what {@code MtaSts.resolve} said for this delivery attempt
 * @param mx the name in the MX record, which becomes the SNI and what the certificate has to bear; for a domain without MX
 *     records, the domain itself; for a smart host, its name
 * @param address where to connect to; one that is unresolved is looked up by the system's resolver
 * @param dane what DANE says of the host
 * @param requirement what the message asks of TLS (RFC 8689)
 * @param facts for {@link TlsRequirement#REQUIRETLS}: what is known of the host before it is connected to
 */
public record MxCandidate(
        PolicyResolution policy,
        DomainName mx,
        InetSocketAddress address,
        DaneCheck dane,
        TlsRequirement requirement,
        Set<MxFact> facts) {

    private static final int SMTP = 25;

    /**
     * Copies the set.
     *
     * @param policy what {@code MtaSts.resolve} said for this delivery attempt
     * @param mx the name in the MX record
     * @param address where to connect to
     * @param dane what DANE says of the host
     * @param requirement what the message asks of TLS
     * @param facts what is known of the host before it is connected to
     */
    public MxCandidate {
        facts = Set.copyOf(facts);
    }

    /**
     * A host at an address, without DANE, for a message that asks nothing of TLS.
     *
     * @param policy what {@code MtaSts.resolve} said for this delivery attempt
     * @param mx the name in the MX record
     * @param address where to connect to
     */
    public MxCandidate(PolicyResolution policy, DomainName mx, InetSocketAddress address) {
        this(policy, mx, address, DaneCheck.NONE, TlsRequirement.NONE, Set.of());
    }

    /**
     * The same, at port 25 of whatever address the system's resolver finds.
     *
     * @param policy what {@code MtaSts.resolve} said for this delivery attempt
     * @param mx the name in the MX record
     */
    public MxCandidate(PolicyResolution policy, DomainName mx) {
        this(policy, mx, InetSocketAddress.createUnresolved(mx.toString(), SMTP));
    }

    /**
     * The same for a sender that does DANE.
     *
     * @param check what DANE says of the host
     * @return a candidate
     */
    public MxCandidate withDane(DaneCheck check) {
        return new MxCandidate(policy, mx, address, check, requirement, facts);
    }

    /**
     * The same for a message that asks something of TLS.
     *
     * @param asked what it asks for
     * @param known what is known of the host before it is connected to, such as {@link MxFact#NAME_IS_SIGNED}; what it offers
     *     is found out with {@link SmtpExtensions}
     * @return a candidate
     */
    public MxCandidate withRequirement(TlsRequirement asked, Set<MxFact> known) {
        return new MxCandidate(policy, mx, address, dane, asked, known);
    }
}
