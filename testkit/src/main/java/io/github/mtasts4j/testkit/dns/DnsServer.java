// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.dns;

import io.github.mtasts4j.testkit.dns.DnsQuery.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Address;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.Type;

/**
 * A DNS server on loopback, over real UDP and TCP, that knows what a test has told it and misbehaves to order.
 *
 * <p>It plays the recursive resolver that a mail server has beside it: it follows CNAMEs, and what it was not told about
 * does not exist (NXDOMAIN, with a SOA). A test may change it at any time, from any thread. Names are taken with or
 * without a trailing dot, and are absolute always; escapes such as {@code \195} stand for octets (RFC 1035 §5.1).
 */
public final class DnsServer implements AutoCloseable {

    private static final int LONGEST_STRING = 255;
    private static final int PAYLOAD_WITHOUT_EDNS = 512;

    private final DnsSockets sockets;
    private final DnsZone zone = new DnsZone();
    private final DnsQueryLog log = new DnsQueryLog();
    private final Map<Name, DnsFault> faults = new ConcurrentHashMap<>();
    private final Map<Asked, DnsFault> faultsOfTypes = new ConcurrentHashMap<>();
    private volatile @Nullable DnsFault faultOfAll;
    private volatile long ttl = 300;

    private DnsServer(DnsSockets sockets) {
        this.sockets = sockets;
    }

    /**
     * Starts a server on 127.0.0.1, on a port that the system chooses, the same one for UDP and TCP.
     *
     * @return a running server that knows nothing yet
     */
    public static DnsServer start() {
        try {
            return start(DnsSockets.open());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts a server where programs look for one that cannot be told a port, such as 127.0.0.53, port 53.
     *
     * @param address where, for UDP and TCP
     * @return a running server that knows nothing yet
     * @throws UncheckedIOException if it cannot listen there
     */
    public static DnsServer start(InetSocketAddress address) {
        try {
            return start(DnsSockets.open(address));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static DnsServer start(DnsSockets sockets) {
        DnsServer server = new DnsServer(sockets);
        sockets.serve(server::serve);
        return server;
    }

    /**
     * Where the server listens.
     *
     * @return its address and port
     */
    public InetSocketAddress address() {
        return sockets.address();
    }

    /**
     * Sets the TTL of the records that are added from now on; 300 seconds at first.
     *
     * @param seconds the TTL
     * @return this
     */
    public DnsServer ttl(long seconds) {
        this.ttl = seconds;
        return this;
    }

    /**
     * Sets the SOA record that goes with negative answers (RFC 2308 §5); 300 seconds twice at first.
     *
     * @param ttlSeconds its own TTL
     * @param minimumSeconds its last field
     * @return this
     */
    public DnsServer soa(long ttlSeconds, long minimumSeconds) {
        zone.soa(DnsZone.soa(ttlSeconds, minimumSeconds));
        return this;
    }

    /**
     * Adds one TXT record.
     *
     * @param name its owner
     * @param strings its character-strings, in UTF-8; one of more than 255 octets is split
     * @return this
     */
    public DnsServer txt(String name, String... strings) {
        return txtOctets(
                name,
                Arrays.stream(strings)
                        .map(string -> string.getBytes(StandardCharsets.UTF_8))
                        .toArray(byte[][]::new));
    }

    /**
     * Adds one TXT record.
     *
     * @param name its owner
     * @param strings its character-strings; one of more than 255 octets is split
     * @return this
     */
    public DnsServer txtOctets(String name, byte[]... strings) {
        ByteArrayOutputStream rdata = new ByteArrayOutputStream();
        for (byte[] string : strings) {
            int at = 0;
            do {
                int length = Math.min(string.length - at, LONGEST_STRING);
                rdata.write(length);
                rdata.write(string, at, length);
                at += length;
            } while (at < string.length);
        }
        return add(Record.newRecord(DnsZone.absolute(name), Type.TXT, DClass.IN, ttl, rdata.toByteArray()));
    }

    /**
     * Adds an MX record.
     *
     * @param name its owner
     * @param preference the lower, the better
     * @param host the exchange: any name, escapes are taken
     * @return this
     */
    public DnsServer mx(String name, int preference, String host) {
        return add(new MXRecord(DnsZone.absolute(name), DClass.IN, ttl, preference, DnsZone.absolute(host)));
    }

    /**
     * Adds the MX record that says "no mail" (RFC 7505 §3).
     *
     * @param name its owner
     * @return this
     */
    public DnsServer nullMx(String name) {
        return mx(name, 0, ".");
    }

    /**
     * Adds A and AAAA records.
     *
     * @param name their owner
     * @param literals IPv4 and IPv6 addresses
     * @return this
     */
    public DnsServer host(String name, String... literals) {
        Name owner = DnsZone.absolute(name);
        for (String literal : literals) {
            byte[] octets = octetsOf(literal);
            add(
                    octets.length == 4
                            ? new ARecord(owner, DClass.IN, ttl, octets)
                            : new AAAARecord(owner, DClass.IN, ttl, octets));
        }
        return this;
    }

    private static byte[] octetsOf(String literal) {
        int family = literal.indexOf(':') < 0 ? Address.IPv4 : Address.IPv6;
        byte[] octets = Address.toByteArray(literal, family);
        if (octets == null) {
            throw new IllegalArgumentException("not an address: " + literal);
        }
        return octets;
    }

    /**
     * Adds a CNAME record.
     *
     * @param name its owner
     * @param target the name it stands for
     * @return this
     */
    public DnsServer cname(String name, String target) {
        return add(new CNAMERecord(DnsZone.absolute(name), DClass.IN, ttl, DnsZone.absolute(target)));
    }

    /**
     * Adds a chain of CNAME records.
     *
     * @param name where it begins
     * @param hops how many records it has, at least one
     * @param target where it ends
     * @return this
     */
    public DnsServer cnameChain(String name, int hops, String target) {
        String from = name;
        for (int hop = 1; hop < hops; hop++) {
            String to = "hop" + hop + "." + name;
            cname(from, to);
            from = to;
        }
        return cname(from, target);
    }

    /**
     * Adds a TLSA record (RFC 6698 §2), of any values.
     *
     * @param name its owner, such as {@code _25._tcp.mx.example.com}
     * @param usage the certificate usage
     * @param selector the selector
     * @param matchingType the matching type
     * @param data the certificate association data
     * @return this
     */
    public DnsServer tlsa(String name, int usage, int selector, int matchingType, byte[] data) {
        return add(new TLSARecord(DnsZone.absolute(name), DClass.IN, ttl, usage, selector, matchingType, data));
    }

    /**
     * Signs a zone, as far as a resolver's client can see: for whoever asks for it (RFC 6840 §5.7) the AD bit is set in
     * replies in which every name is in a signed zone.
     *
     * @param name the apex; names below are signed too
     * @return this
     */
    public DnsServer signed(String name) {
        zone.sign(DnsZone.absolute(name));
        return this;
    }

    private DnsServer add(Record record) {
        zone.add(record);
        return this;
    }

    /**
     * Forgets all records of a name.
     *
     * @param name their owner
     * @return this
     */
    public DnsServer remove(String name) {
        zone.remove(DnsZone.absolute(name));
        return this;
    }

    /**
     * Forgets all records, signed zones, faults and queries.
     *
     * @return this
     */
    public DnsServer clear() {
        zone.clear();
        log.clear();
        return heal();
    }

    /**
     * Misbehaves for one name, instead of any other fault.
     *
     * @param name the name that is asked for
     * @param fault how
     * @return this
     */
    public DnsServer fault(String name, DnsFault fault) {
        faults.put(DnsZone.absolute(name), fault);
        return this;
    }

    /**
     * Misbehaves for one type of one name, ahead of any other fault.
     *
     * @param name the name that is asked for
     * @param type the type that is asked for, such as {@code AAAA}
     * @param fault how
     * @return this
     */
    public DnsServer fault(String name, String type, DnsFault fault) {
        faultsOfTypes.put(new Asked(DnsZone.absolute(name), Type.value(type)), fault);
        return this;
    }

    /**
     * Misbehaves for every name that has no fault of its own.
     *
     * @param fault how; {@link DnsFault#REFUSED} makes a lame server
     * @return this
     */
    public DnsServer fault(DnsFault fault) {
        faultOfAll = fault;
        return this;
    }

    /**
     * Ends the fault of one name.
     *
     * @param name the name
     * @return this
     */
    public DnsServer heal(String name) {
        Name healed = DnsZone.absolute(name);
        faults.remove(healed);
        faultsOfTypes.keySet().removeIf(asked -> asked.name().equals(healed));
        return this;
    }

    /**
     * Ends all faults.
     *
     * @return this
     */
    public DnsServer heal() {
        faults.clear();
        faultsOfTypes.clear();
        faultOfAll = null;
        return this;
    }

    /**
     * The queries so far, in the order they came.
     *
     * @return a copy
     */
    public List<DnsQuery> queries() {
        return log.all();
    }

    /**
     * The names asked for so far, in order, as often as they were asked for.
     *
     * @return a copy, in lower case and without trailing dots
     */
    public List<String> queriedNames() {
        return log.all().stream().map(DnsQuery::name).toList();
    }

    /**
     * How often a name was asked for.
     *
     * @param name the name
     * @return the number of queries, of all types and over UDP and TCP
     */
    public int queries(String name) {
        String canonical = canonical(DnsZone.absolute(name));
        return log.count(query -> query.name().equals(canonical));
    }

    /**
     * How many queries came one way.
     *
     * @param transport UDP or TCP
     * @return the number of queries
     */
    public int queries(Transport transport) {
        return log.count(query -> query.transport() == transport);
    }

    /**
     * Waits until there has been a certain query; returns at once if there has been one already.
     *
     * @param wanted which
     * @param atMost for how long to wait
     * @return whether there has
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    public boolean awaitQuery(Predicate<DnsQuery> wanted, Duration atMost) throws InterruptedException {
        return log.await(wanted, atMost);
    }

    private static String canonical(Name name) {
        return name.toString(true).toLowerCase(Locale.ROOT);
    }

    /** Stops listening and hangs up; the threads end. */
    @Override
    public void close() {
        sockets.close();
    }

    private void serve(byte[] wire, DnsSockets.Client client) throws IOException {
        Message query = queryIn(wire);
        if (query == null) {
            return;
        }
        DnsQuery seen = describe(query, client);
        int count = log.add(seen);
        DnsTurn turn = new DnsTurn(query, zone, client, seen.payload());
        DnsFault fault = faultOf(query.getQuestion());
        if (fault == null) {
            turn.send(turn.honest());
        } else if (fault.repliesTo(count)) {
            fault.play(turn);
        }
    }

    /** Stray octets are nobody's query. */
    private static @Nullable Message queryIn(byte[] wire) {
        try {
            Message query = new Message(wire);
            return query.getSection(Section.QUESTION).isEmpty() ? null : query;
        } catch (IOException e) {
            return null;
        }
    }

    private static DnsQuery describe(Message query, DnsSockets.Client client) {
        OPTRecord edns = query.getOPT();
        return new DnsQuery(
                canonical(query.getQuestion().getName()),
                Type.string(query.getQuestion().getType()),
                client.transport(),
                query.getHeader().getID(),
                client.port(),
                edns == null ? PAYLOAD_WITHOUT_EDNS : Math.max(PAYLOAD_WITHOUT_EDNS, edns.getPayloadSize()));
    }

    private @Nullable DnsFault faultOf(Record question) {
        DnsFault ofType = faultsOfTypes.get(new Asked(question.getName(), question.getType()));
        if (ofType != null) {
            return ofType;
        }
        DnsFault ofName = faults.get(question.getName());
        return ofName == null ? faultOfAll : ofName;
    }

    private record Asked(Name name, int type) {}
}
