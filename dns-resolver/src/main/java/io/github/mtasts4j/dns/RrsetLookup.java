// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.dns;

import io.github.mtasts4j.dns.Reply.Failed;
import io.github.mtasts4j.dns.Reply.Heard;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.RemoteText;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * Looks up the records of one type, along a chain of CNAMEs.
 *
 * <p>A record counts if its owner is the name that was asked for or one that the chain has led to; whatever else a server
 * puts into its reply is not looked at (CVE-2024-25638). Used for one look-up, by one thread.
 */
final class RrsetLookup {

    private static final int MAX_HOPS = 8;

    private final DnsJavaResolver resolver;
    private final Deadline deadline;
    private final int type;
    private final Set<Name> chain = new LinkedHashSet<>();
    private Name end;
    private Duration ttl = Duration.ofSeconds(Integer.MAX_VALUE);
    private DnsSecurity security = DnsSecurity.SECURE;

    private RrsetLookup(DnsJavaResolver resolver, Name name, int type, Deadline deadline) {
        this.resolver = resolver;
        this.deadline = deadline;
        this.type = type;
        this.end = name;
        chain.add(name);
    }

    /** Asks for the records of a name and a type. */
    static Outcome find(DnsJavaResolver resolver, DomainName name, int type, Deadline deadline)
            throws InterruptedException {
        return new RrsetLookup(resolver, absolute(name), type, deadline).find();
    }

    /** Nothing in a domain name is an escape, and a name that ends at the root has no search path. */
    private static Name absolute(DomainName name) {
        try {
            return Name.fromString(name.toString(), Name.root);
        } catch (TextParseException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private Outcome find() throws InterruptedException {
        while (true) {
            Name asked = end;
            Reply reply = resolver.ask(Record.newRecord(asked, type, DClass.IN), deadline);
            if (reply instanceof Failed failed) {
                return failed;
            }
            Outcome outcome = read((Heard) reply, asked);
            if (outcome != null) {
                return outcome;
            }
        }
    }

    /** What a reply says, or null if its chain leads out of it, and the name at its end has to be asked for. */
    private @Nullable Outcome read(Heard reply, Name asked) {
        security = security.and(reply.security());
        Optional<Failed> broken = follow(reply.message());
        if (broken.isPresent()) {
            return broken.get();
        }
        List<Record> found = owned(reply.message(), Section.ANSWER, type).toList();
        if (!found.isEmpty()) {
            found.forEach(this::keepNoLongerThan);
            return new Found(found, ttl, security, end);
        }
        Optional<Duration> negative = negativeTtl(reply.message());
        Duration keep = negative.orElse(Duration.ZERO);
        if (reply.isNxdomain()) {
            return new Nxdomain(keep, security); // of the end of the chain (RFC 6604 §3)
        }
        return negative.isPresent() || end.equals(asked) ? new Nodata(keep, security) : null;
    }

    private Optional<Failed> follow(Message message) {
        Optional<Record> alias = type == Type.CNAME ? Optional.empty() : alias(message);
        while (alias.isPresent()) {
            keepNoLongerThan(alias.get());
            end = ((CNAMERecord) alias.get()).getTarget();
            if (!chain.add(end)) {
                return Optional.of(broken("dns-cname-loop", "CNAMEs lead back to "));
            }
            if (chain.size() > MAX_HOPS + 1) {
                return Optional.of(broken("dns-cname-chain", "more than " + MAX_HOPS + " CNAMEs, last to "));
            }
            alias = alias(message);
        }
        return Optional.empty();
    }

    private Optional<Record> alias(Message message) {
        return owned(message, Section.ANSWER, Type.CNAME).findFirst();
    }

    private Failed broken(String reason, String what) {
        return new Failed(reason, what + RemoteText.safe(end.toString()));
    }

    private Stream<Record> owned(Message message, int section, int wanted) {
        return message.getSection(section).stream()
                .filter(record -> record.getType() == wanted
                        && record.getDClass() == DClass.IN
                        && record.getName().equals(end));
    }

    /** For how long "there is none" may be kept (RFC 2308 §5); empty without a SOA of a zone the name is in. */
    private Optional<Duration> negativeTtl(Message message) {
        return message.getSection(Section.AUTHORITY).stream()
                .filter(record -> record instanceof SOARecord && end.subdomain(record.getName()))
                .map(SOARecord.class::cast)
                .findFirst()
                .map(soa -> least(ttl, least(seconds(soa.getTTL()), seconds(soa.getMinimum()))));
    }

    private void keepNoLongerThan(Record record) {
        ttl = least(ttl, seconds(record.getTTL()));
    }

    /** A TTL with its top bit set is zero (RFC 2181 §8). */
    private static Duration seconds(long ttl) {
        return ttl > Integer.MAX_VALUE ? Duration.ZERO : Duration.ofSeconds(ttl);
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    /** What came of a look-up; {@link Failed} is one, too. */
    sealed interface Outcome permits Found, Nodata, Nxdomain, Failed {

        /** Whether it is, with all CNAMEs on the way to it, by the word of a resolver whose word counts. */
        default DnsSecurity security() {
            return DnsSecurity.INSECURE;
        }
    }

    /**
     * There are records.
     *
     * @param records at least one
     * @param ttl the least of theirs and of the CNAMEs on the way
     * @param security whether they are secure, and every CNAME on the way
     * @param end whose they are: the name that was asked for, or the end of the chain
     */
    record Found(List<Record> records, Duration ttl, DnsSecurity security, Name end) implements Outcome {}

    /** The name has no record of that type. */
    record Nodata(Duration ttl, DnsSecurity security) implements Outcome {}

    /** There is no such name. */
    record Nxdomain(Duration ttl, DnsSecurity security) implements Outcome {}
}
