// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.serve;

import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.dns.DaneLookup;
import io.github.mtasts4j.dns.MxLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.postfix.DaneCheck;
import io.github.mtasts4j.postfix.NextHop;
import java.util.ArrayList;
import java.util.List;

/** What DANE says of the hosts of a next hop, by the word of a resolver that validates. */
record DaneOfNextHop(MxLookup mx, DaneLookup dane) implements DaneCheck {

    @Override
    public DaneOutcome planned(NextHop hop) throws InterruptedException {
        if (hop.port().isEmpty()) {
            return DaneOutcome.ERROR;
        }
        int port = hop.port().getAsInt();
        return hop.smartHost() ? dane.lookup(hop.name(), port).planned() : ofDomain(hop.name(), port);
    }

    private DaneOutcome ofDomain(DomainName domain, int port) throws InterruptedException {
        MxLookup.Answer answer = mx.lookup(domain);
        if (answer instanceof MxLookup.Unavailable) {
            return DaneOutcome.ERROR;
        }
        List<DaneOutcome> hosts = new ArrayList<>();
        for (DomainName host : answer.candidates()) {
            hosts.add(dane.lookup(answer, host, port).planned());
        }
        return DaneCheck.overall(hosts);
    }
}
