// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.dns;

import io.github.mtasts4j.dns.Reply.Failed;
import io.github.mtasts4j.dns.RrsetLookup.Found;
import io.github.mtasts4j.dns.RrsetLookup.Nodata;
import io.github.mtasts4j.dns.RrsetLookup.Nxdomain;
import io.github.mtasts4j.dns.RrsetLookup.Outcome;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Parsed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/** MX records as host names; what is none is dropped, and said so. */
final class DnsJavaMxLookup implements MxLookup {

    private final DnsJavaResolver resolver;
    private final RandomGenerator random;

    DnsJavaMxLookup(DnsJavaResolver resolver, RandomGenerator random) {
        this.resolver = resolver;
        this.random = random;
    }

    @Override
    public Answer lookup(DomainName domain) throws InterruptedException {
        Outcome outcome = resolver.find(domain, Type.MX);
        if (outcome instanceof Found found) {
            return read(found);
        }
        if (outcome instanceof Failed failed) {
            return new Unavailable(failed.reason(), failed.detail());
        }
        return outcome instanceof Nodata nodata
                ? new ImplicitMx(domain, nodata.ttl(), nodata.security())
                : new NoSuchDomain(((Nxdomain) outcome).ttl());
    }

    private Answer read(Found found) {
        List<MXRecord> records =
                found.records().stream().map(MXRecord.class::cast).toList();
        if (records.stream().allMatch(record -> record.getTarget().equals(Name.root))) {
            return new NullMx(found.ttl()); // RFC 7505 §3; beside others it is no host, and dropped
        }
        List<MxHost> hosts = new ArrayList<>();
        List<String> dropped = new ArrayList<>();
        for (MXRecord record : records) {
            // Octets that no host name has come out as escapes, and the backslash is refused.
            Parsed<DomainName> host = DomainName.parseHost(record.getTarget().toString(true));
            if (host instanceof Parsed.Malformed<DomainName> malformed) {
                dropped.add(malformed.detail());
            } else {
                hosts.add(new MxHost(record.getPriority(), host.orElseThrow()));
            }
        }
        return hosts.isEmpty()
                ? new NoUsableHost(dropped, found.ttl())
                : new Hosts(inOrder(hosts), dropped, found.ttl(), found.security());
    }

    /** RFC 5321 §5.1: the lowest preference first, equal ones at random to spread the load. */
    private List<MxHost> inOrder(List<MxHost> hosts) {
        for (int left = hosts.size(); left > 1; left--) {
            Collections.swap(hosts, left - 1, random.nextInt(left));
        }
        hosts.sort(Comparator.comparingInt(MxHost::preference));
        return hosts;
    }
}
