// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.dns;

import io.github.mtasts4j.dns.Reply.Failed;
import io.github.mtasts4j.dns.RrsetLookup.Found;
import io.github.mtasts4j.dns.RrsetLookup.Nxdomain;
import io.github.mtasts4j.dns.RrsetLookup.Outcome;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Parsed;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.Type;

/** TLSA records of hosts whose addresses are secure, in the order of RFC 7672 §2.2.2. */
final class DnsJavaDaneLookup implements DaneLookup {

    /** Honest hosts have two or three, while a key is changed; a set of more is refused as a whole. */
    static final int MAX_RECORDS = 100;

    private final DnsJavaResolver resolver;

    DnsJavaDaneLookup(DnsJavaResolver resolver) {
        this.resolver = resolver;
    }

    @Override
    public Answer lookup(DomainName host, int port) throws InterruptedException {
        Deadline deadline = resolver.newDeadline();
        Outcome ipv4 = RrsetLookup.find(resolver, host, Type.A, deadline);
        Outcome ipv6 = ipv4 instanceof Nxdomain ? ipv4 : RrsetLookup.find(resolver, host, Type.AAAA, deadline);
        List<Found> addresses = Stream.of(ipv4, ipv6)
                .filter(Found.class::isInstance)
                .map(Found.class::cast)
                .toList();
        if (addresses.isEmpty()) {
            return withoutAddress(host, ipv4, ipv6);
        }
        for (Found found : addresses) {
            if (found.security() == DnsSecurity.SECURE) {
                return firstOf(basesOf(host, found), port, deadline);
            }
        }
        // Name servers that cannot answer TLSA queries are common in unsigned zones: they are not asked (§2.2.2).
        return isAlias(host, addresses) ? behindInsecureAlias(host, port, deadline) : insecure(host);
    }

    private static Answer withoutAddress(DomainName host, Outcome ipv4, Outcome ipv6) {
        if (ipv4 instanceof Failed failed) {
            return new Unavailable(failed.reason(), failed.detail());
        }
        if (ipv6 instanceof Failed failed) {
            return new Unavailable(failed.reason(), failed.detail());
        }
        return ipv4.security().and(ipv6.security()) == DnsSecurity.SECURE
                ? new None(host + " has no address")
                : insecure(host);
    }

    private static Insecure insecure(DomainName host) {
        return new Insecure("the addresses of " + host + " are not secure");
    }

    /** RFC 7672 §2.2.2, RFC 7671 §7: where all CNAMEs are secure the name at their end comes first, then the first one. */
    private static List<DomainName> basesOf(DomainName host, Found addresses) {
        Optional<DomainName> end = endOf(addresses);
        return Stream.concat(end.stream(), Stream.of(host)).distinct().toList();
    }

    private static Optional<DomainName> endOf(Found addresses) {
        Parsed<DomainName> end = DomainName.parseHost(addresses.end().toString(true));
        return end.asOptional();
    }

    private static boolean isAlias(DomainName host, List<Found> addresses) {
        return addresses.stream()
                .anyMatch(found -> endOf(found).filter(host::equals).isEmpty());
    }

    /** RFC 7672 §2.2.2: a secure CNAME may lead out of the signed part of the DNS; then only its own name counts. */
    private Answer behindInsecureAlias(DomainName host, int port, Deadline deadline) throws InterruptedException {
        Outcome alias = RrsetLookup.find(resolver, host, Type.CNAME, deadline);
        if (alias instanceof Failed failed) {
            return new Unavailable(failed.reason(), failed.detail());
        }
        return alias instanceof Found found && found.security() == DnsSecurity.SECURE
                ? firstOf(List.of(host), port, deadline)
                : insecure(host);
    }

    private Answer firstOf(List<DomainName> bases, int port, Deadline deadline) throws InterruptedException {
        DomainName host = bases.get(bases.size() - 1);
        Answer answer = new None(host + " has no TLSA record");
        for (DomainName base : bases) {
            answer = at(base, host, port, deadline);
            if (!(answer instanceof None || answer instanceof Insecure)) {
                return answer;
            }
        }
        return answer;
    }

    private Answer at(DomainName base, DomainName host, int port, Deadline deadline) throws InterruptedException {
        Optional<DomainName> owner = base.child("_tcp").flatMap(tcp -> tcp.child("_" + port));
        if (owner.isEmpty()) {
            return new None(base + " is too long to have TLSA records");
        }
        Outcome outcome = RrsetLookup.find(resolver, owner.get(), Type.TLSA, deadline);
        if (outcome instanceof Failed failed) {
            return new Unavailable(failed.reason(), failed.detail());
        }
        if (outcome.security() == DnsSecurity.INSECURE) {
            return new Insecure("what is said of the TLSA records of " + base + " is not secure");
        }
        return outcome instanceof Found found ? read(found, base, host) : new None(base + " has no TLSA record");
    }

    private static Answer read(Found found, DomainName base, DomainName host) {
        int count = found.records().size();
        if (count > MAX_RECORDS) {
            return new Unavailable("tlsa-too-many", base + " has " + count + " TLSA records");
        }
        List<TlsaRecord> usable = found.records().stream()
                .map(TLSARecord.class::cast)
                .flatMap(record -> TlsaRecord.usable(
                        record.getCertificateUsage(),
                        record.getSelector(),
                        record.getMatchingType(),
                        record.getCertificateAssociationData())
                        .stream())
                .distinct()
                .toList();
        List<TlsaRecord> strongest = usable.stream()
                .filter(record -> usable.stream().noneMatch(record::isOutdoneBy))
                .toList();
        return strongest.isEmpty()
                ? new Unusable("none of the " + count + " TLSA records of " + base + " is usable for SMTP")
                : new Usable(strongest, base, host);
    }
}
