// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.dns;

import io.github.mtasts4j.discovery.AddressLookup;
import io.github.mtasts4j.dns.Reply.Failed;
import io.github.mtasts4j.dns.RrsetLookup.Found;
import io.github.mtasts4j.dns.RrsetLookup.Nxdomain;
import io.github.mtasts4j.dns.RrsetLookup.Outcome;
import io.github.mtasts4j.policy.DomainName;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/**
 * The addresses of a host, both families by turns, IPv6 first (RFC 8305 §4), so that who tries only a few of them tries
 * both.
 *
 * <p>One family is asked for after the other, within one deadline. Where one could not be found out, the addresses of the
 * other will do; where there are none either, the answer is that it could not be found out.
 */
final class DnsJavaAddressLookup implements AddressLookup {

    private final DnsJavaResolver resolver;

    DnsJavaAddressLookup(DnsJavaResolver resolver) {
        this.resolver = resolver;
    }

    @Override
    public Answer lookup(DomainName host) throws InterruptedException {
        Deadline deadline = resolver.newDeadline();
        Outcome ipv4 = RrsetLookup.find(resolver, host, Type.A, deadline);
        if (ipv4 instanceof Nxdomain) {
            return new None(host + " does not exist"); // whatever the type (RFC 2308 §5)
        }
        Outcome ipv6 = RrsetLookup.find(resolver, host, Type.AAAA, deadline);
        List<InetAddress> addresses = byTurns(addresses(host, ipv6), addresses(host, ipv4));
        return addresses.isEmpty() ? withoutAddress(host, ipv4, ipv6) : new Addresses(addresses);
    }

    private static List<InetAddress> addresses(DomainName host, Outcome outcome) {
        return outcome instanceof Found found
                ? found.records().stream().map(record -> address(host, record)).toList()
                : List.of();
    }

    /** dnsjava puts the owner into the address, which is another name behind a CNAME, and has a dot at its end. */
    private static InetAddress address(DomainName host, Record record) {
        InetAddress address = record instanceof ARecord ipv4 ? ipv4.getAddress() : ((AAAARecord) record).getAddress();
        try {
            return InetAddress.getByAddress(host.toString(), address.getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // thrown for lengths other than 4 and 16
        }
    }

    private static List<InetAddress> byTurns(List<InetAddress> first, List<InetAddress> second) {
        List<InetAddress> all = new ArrayList<>();
        for (int i = 0; i < Math.max(first.size(), second.size()); i++) {
            if (i < first.size()) {
                all.add(first.get(i));
            }
            if (i < second.size()) {
                all.add(second.get(i));
            }
        }
        return all;
    }

    private static Answer withoutAddress(DomainName host, Outcome ipv4, Outcome ipv6) {
        if (ipv4 instanceof Failed failed) {
            return new Unavailable(failed.reason(), failed.detail());
        }
        if (ipv6 instanceof Failed failed) {
            return new Unavailable(failed.reason(), failed.detail());
        }
        return new None(host + " has no address");
    }
}
