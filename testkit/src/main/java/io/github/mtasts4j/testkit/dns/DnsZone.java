// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.dns;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** All that a {@link DnsServer} knows, as one zone at the root. Guarded by itself. */
final class DnsZone {

    private static final int PAYLOAD = 1232;
    private static final int LONGEST_CHAIN = 64;

    private final Map<Name, List<Record>> records = new HashMap<>();

    /** How many names with records are at or below each. */
    private final Map<Name, Integer> existing = new HashMap<>();

    private final Set<Name> signed = new HashSet<>();
    private Record soa = soa(300, 300);

    /** Reads a name in presentation format, escapes and all, as an absolute one. */
    static Name absolute(String text) {
        try {
            return Name.fromString(text, Name.root);
        } catch (TextParseException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** The start of authority of the whole little internet. */
    static Record soa(long ttl, long minimum) {
        return new SOARecord(
                Name.root,
                DClass.IN,
                ttl,
                absolute("ns.invalid"),
                absolute("root.invalid"),
                1,
                3600,
                600,
                86_400,
                minimum);
    }

    synchronized void soa(Record replacement) {
        soa = replacement;
    }

    synchronized void add(Record record) {
        records.computeIfAbsent(record.getName(), name -> {
                    count(name, 1);
                    return new ArrayList<>();
                })
                .add(record);
    }

    synchronized void remove(Name name) {
        if (records.remove(name) != null) {
            count(name, -1);
        }
    }

    private void count(Name name, int more) {
        for (int labels = 0; labels < name.labels(); labels++) {
            Name at = labels == 0 ? name : new Name(name, labels);
            int count = existing.getOrDefault(at, 0) + more;
            if (count == 0) {
                existing.remove(at);
            } else {
                existing.put(at, count);
            }
        }
    }

    synchronized void sign(Name apex) {
        signed.add(apex);
    }

    synchronized void clear() {
        records.clear();
        existing.clear();
        signed.clear();
    }

    /** What a recursive resolver replies: the chain of CNAMEs, and the records or the SOA at its end. */
    synchronized Message answer(Message query) {
        Message reply = new Message(query.getHeader().getID());
        reply.getHeader().setFlag(Flags.QR);
        reply.getHeader().setFlag(Flags.RD);
        reply.getHeader().setFlag(Flags.RA);
        reply.addRecord(query.getQuestion(), Section.QUESTION);
        Name end = addChain(reply, query.getQuestion());
        addEnd(reply, end, query.getQuestion().getType());
        if (wantsAd(query) && isSigned(end) && isSigned(reply.getSection(Section.ANSWER))) {
            reply.getHeader().setFlag(Flags.AD);
        }
        if (query.getOPT() != null) {
            reply.addRecord(new OPTRecord(PAYLOAD, 0, 0), Section.ADDITIONAL);
        }
        return reply;
    }

    private static boolean wantsAd(Message query) {
        OPTRecord edns = query.getOPT();
        return query.getHeader().getFlag(Flags.AD) || (edns != null && (edns.getFlags() & ExtendedFlags.DO) != 0);
    }

    private boolean isSigned(List<Record> answer) {
        return answer.stream().allMatch(record -> isSigned(record.getName()));
    }

    private boolean isSigned(Name name) {
        return signed.stream().anyMatch(name::subdomain);
    }

    private Name addChain(Message reply, Record question) {
        Name at = question.getName();
        for (int hops = 0; hops < LONGEST_CHAIN && question.getType() != Type.CNAME; hops++) {
            Optional<Record> alias = of(at, Type.CNAME).stream().findFirst();
            if (alias.isEmpty()) {
                break;
            }
            reply.addRecord(alias.get(), Section.ANSWER);
            at = ((CNAMERecord) alias.get()).getTarget();
        }
        return at;
    }

    private void addEnd(Message reply, Name end, int type) {
        List<Record> found = of(end, type);
        found.forEach(record -> reply.addRecord(record, Section.ANSWER));
        if (found.isEmpty()) {
            reply.getHeader().setRcode(exists(end) ? Rcode.NOERROR : Rcode.NXDOMAIN);
            reply.addRecord(soa, Section.AUTHORITY);
        }
    }

    private List<Record> of(Name name, int type) {
        return records.getOrDefault(name, List.of()).stream()
                .filter(record -> record.getType() == type)
                .toList();
    }

    /** A name exists as well where it has none but names below it (RFC 8020 §2). */
    private boolean exists(Name name) {
        return existing.containsKey(name);
    }
}
