// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.DomainName;
import java.util.Optional;

/** Asks a domain whether it wants reports (RFC 8460 §3): the TXT record at {@code _smtp._tls.}, never that of a parent. */
public final class ReportingPolicyLookup {

    private final TxtLookup dns;

    /**
     * Makes a look-up. It keeps nothing.
     *
     * @param dns how to ask for TXT records
     */
    public ReportingPolicyLookup(TxtLookup dns) {
        this.dns = dns;
    }

    /**
     * Asks. Waits for the network, as long as the {@link TxtLookup} does. Records change, so ask when the report is to be sent.
     *
     * @param policyDomain the domain of the recipients, or the smart host (decision D29)
     * @return where it wants its reports; trouble is an answer too
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    public ReportingPolicy lookup(DomainName policyDomain) throws InterruptedException {
        Optional<DomainName> name = policyDomain.child("_tls").flatMap(tls -> tls.child("_smtp"));
        return name.isPresent()
                ? read(dns.lookup(name.get()))
                : new ReportingPolicy.None(
                        ReportingPolicy.Why.NO_RECORD, "\"" + policyDomain + "\" is too long for a TLSRPT record");
    }

    private static ReportingPolicy read(TxtLookup.Answer answer) {
        if (answer instanceof TxtLookup.Records records) {
            return ReportingPolicyParser.select(records.values());
        }
        return answer instanceof TxtLookup.Unavailable unavailable
                ? new ReportingPolicy.Unavailable(unavailable.reason(), unavailable.detail())
                : new ReportingPolicy.None(ReportingPolicy.Why.NO_RECORD, "there is no TXT record");
    }
}
