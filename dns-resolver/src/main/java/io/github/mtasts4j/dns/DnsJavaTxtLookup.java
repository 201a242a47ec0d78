// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.dns;

import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.dns.Reply.Failed;
import io.github.mtasts4j.dns.RrsetLookup.Found;
import io.github.mtasts4j.dns.RrsetLookup.Nodata;
import io.github.mtasts4j.dns.RrsetLookup.Nxdomain;
import io.github.mtasts4j.dns.RrsetLookup.Outcome;
import io.github.mtasts4j.policy.DomainName;
import java.io.ByteArrayOutputStream;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/** TXT records as octets; dnsjava's own texts of them are escaped. */
final class DnsJavaTxtLookup implements TxtLookup {

    private final DnsJavaResolver resolver;

    DnsJavaTxtLookup(DnsJavaResolver resolver) {
        this.resolver = resolver;
    }

    @Override
    public Answer lookup(DomainName name) throws InterruptedException {
        Outcome outcome = resolver.find(name, Type.TXT);
        if (outcome instanceof Found found) {
            return new Records(
                    found.records().stream()
                            .map(record -> joined((TXTRecord) record))
                            .toList(),
                    found.ttl());
        }
        if (outcome instanceof Failed failed) {
            return new Unavailable(failed.reason(), failed.detail());
        }
        return new None(outcome instanceof Nodata nodata ? nodata.ttl() : ((Nxdomain) outcome).ttl());
    }

    /** §3.1: the strings of a record are one text, with nothing between them. */
    private static byte[] joined(TXTRecord record) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        record.getStringsAsByteArrays().forEach(octets::writeBytes);
        return octets.toByteArray();
    }
}
