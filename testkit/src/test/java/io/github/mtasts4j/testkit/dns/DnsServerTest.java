// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.testkit.dns.DnsQuery.Transport;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class DnsServerTest {

    private static final Duration AMPLE = Duration.ofSeconds(10);

    private final DnsServer dns = DnsServer.start();

    @AfterEach
    void stop() {
        dns.close();
    }

    @Test
    void whatItWasNotToldAboutDoesNotExist() throws IOException {
        dns.soa(60, 90);

        Message reply = overUdp(query("nobody.example", Type.TXT));

        assertThat(reply.getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(reply.getSection(Section.AUTHORITY)).singleElement().isInstanceOfSatisfying(SOARecord.class, soa -> {
            assertThat(soa.getTTL()).isEqualTo(60);
            assertThat(soa.getMinimum()).isEqualTo(90);
        });
    }

    @Test
    void aNameWithOtherTypesOrNamesBelowItExists() throws IOException {
        dns.host("mx.example.com", "192.0.2.1");

        assertThat(overUdp(query("mx.example.com", Type.TXT)).getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(overUdp(query("example.com", Type.TXT)).getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(overUdp(query("example.org", Type.TXT)).getRcode()).isEqualTo(Rcode.NXDOMAIN);
    }

    @Test
    void servesEveryTypeOverUdpAndTcpOfOnePort() throws IOException {
        dns.ttl(77).mx("example.com", 10, "mx.example.com").host("example.com", "192.0.2.1", "2001:db8::1");
        dns.txt("example.com", "one", "two").cname("www.example.com", "example.com");

        assertThat(answers("example.com", Type.MX)).containsExactly("10 mx.example.com.");
        assertThat(answers("example.com", Type.A)).containsExactly("192.0.2.1");
        assertThat(answers("example.com", Type.AAAA)).containsExactly("2001:db8:0:0:0:0:0:1");
        assertThat(answers("EXAMPLE.com", Type.TXT)).containsExactly("one two");
        assertThat(answers("www.example.com", Type.A)).containsExactly("example.com.", "192.0.2.1");
    }

    @Test
    void cutsAReplyToWhatTheClientTakes() throws IOException {
        dns.txt("example.com", "x".repeat(800));
        Message plain = query("example.com", Type.TXT);
        Message edns = query("example.com", Type.TXT);
        edns.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);

        assertThat(overUdp(plain).getHeader().getFlag(Flags.TC)).isTrue();
        assertThat(overUdp(edns).getHeader().getFlag(Flags.TC)).isFalse();
        assertThat(overTcp(plain).getHeader().getFlag(Flags.TC)).isFalse();
        assertThat(dns.queries()).extracting(DnsQuery::payload).containsExactly(512, 1232, 512);
    }

    @Test
    void mayBeChangedWhileItRuns() throws IOException {
        dns.txt("example.com", "first");
        assertThat(answers("example.com", Type.TXT)).containsExactly("first");

        dns.remove("example.com").txt("example.com", "second");

        assertThat(answers("example.com", Type.TXT)).containsExactly("second");
    }

    @Test
    void sendsAForgedReplyAheadOfTheTrueOneFromTheSamePort() throws IOException {
        dns.txt("example.com", "true").fault("example.com", DnsFault.WRONG_ID_FIRST);
        Message query = query("example.com", Type.TXT);

        try (DatagramSocket socket = connected()) {
            send(socket, query);
            Message forged = receive(socket);
            Message honest = receive(socket);

            assertThat(forged.getHeader().getID())
                    .isNotEqualTo(query.getHeader().getID());
            assertThat(honest.getHeader().getID()).isEqualTo(query.getHeader().getID());
            assertThat(rdata(honest)).containsExactly("true");
        }
    }

    @Test
    void aFaultOfATypeComesBeforeThatOfANameAndThatOfAll() throws IOException {
        dns.fault(DnsFault.REFUSED).fault("example.com", DnsFault.SERVFAIL);
        dns.fault("example.com", "A", DnsFault.NOTIMP);

        assertThat(overUdp(query("example.com", Type.A)).getRcode()).isEqualTo(Rcode.NOTIMP);
        assertThat(overUdp(query("example.com", Type.MX)).getRcode()).isEqualTo(Rcode.SERVFAIL);
        assertThat(overUdp(query("example.org", Type.MX)).getRcode()).isEqualTo(Rcode.REFUSED);
        dns.heal("example.com");
        assertThat(overUdp(query("example.com", Type.A)).getRcode()).isEqualTo(Rcode.REFUSED);
        dns.heal();
        assertThat(overUdp(query("example.com", Type.A)).getRcode()).isEqualTo(Rcode.NXDOMAIN);
    }

    @Test
    void keepsAccountOfItsQueries() throws IOException, InterruptedException {
        overUdp(query("B.example", Type.TXT));
        overTcp(query("a.example", Type.MX));
        overUdp(query("b.example", Type.A));

        assertThat(dns.queriedNames()).containsExactly("b.example", "a.example", "b.example");
        assertThat(dns.queries("b.example.")).isEqualTo(2);
        assertThat(dns.queries(Transport.TCP)).isEqualTo(1);
        assertThat(dns.queries()).extracting(DnsQuery::type).containsExactly("TXT", "MX", "A");
        assertThat(dns.awaitQuery(query -> query.type().equals("MX"), AMPLE)).isTrue();
        assertThat(dns.awaitQuery(query -> query.type().equals("NS"), Duration.ofMillis(1)))
                .isFalse();
    }

    @Test
    void strayOctetsDoNotStopIt() throws IOException {
        try (DatagramSocket socket = connected()) {
            socket.send(new DatagramPacket(new byte[] {1, 2, 3}, 3));
        }

        assertThat(overUdp(query("example.com", Type.TXT)).getRcode()).isEqualTo(Rcode.NXDOMAIN);
    }

    @Test
    void itsThreadsEndWhenItIsClosed() throws Exception {
        overTcp(query("example.com", Type.TXT));
        List<Thread> threads = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().endsWith("-" + dns.address().getPort()))
                .toList();
        assertThat(threads).hasSizeGreaterThanOrEqualTo(2).allMatch(Thread::isDaemon);

        dns.close();

        for (Thread thread : threads) {
            thread.join(AMPLE.toMillis());
            assertThat(thread.isAlive()).isFalse();
        }
    }

    private static Message query(String name, int type) {
        return Message.newQuery(Record.newRecord(DnsZone.absolute(name), type, DClass.IN));
    }

    @Test
    void theAdBitIsForThoseWhoAskAndForSignedNames() throws IOException {
        dns.signed("signed.example").tlsa("_25._tcp.signed.example", 3, 1, 1, new byte[] {1, 2});
        dns.cname("in.signed.example", "signed.example").cname("out.signed.example", "plain.example");

        assertThat(answers("_25._tcp.signed.example", Type.TLSA)).containsExactly("3 1 1 0102");
        assertThat(isAuthentic("_25._tcp.signed.example")).isTrue();
        assertThat(isAuthentic("nobody.signed.example")).isTrue();
        assertThat(isAuthentic("in.signed.example")).isTrue();
        assertThat(isAuthentic("out.signed.example")).isFalse();
        assertThat(isAuthentic("plain.example")).isFalse();
        assertThat(overUdp(query("signed.example", Type.TLSA)).getHeader().getFlag(Flags.AD))
                .isFalse();
    }

    private boolean isAuthentic(String name) throws IOException {
        Message query = query(name, Type.TLSA);
        query.getHeader().setFlag(Flags.AD);
        return overUdp(query).getHeader().getFlag(Flags.AD);
    }

    private List<String> answers(String name, int type) throws IOException {
        Message overUdp = overUdp(query(name, type));
        assertThat(rdata(overTcp(query(name, type)))).isEqualTo(rdata(overUdp));
        return rdata(overUdp);
    }

    private static List<String> rdata(Message reply) {
        return reply.getSection(Section.ANSWER).stream()
                .map(Record::rdataToString)
                .toList();
    }

    private Message overUdp(Message query) throws IOException {
        try (DatagramSocket socket = connected()) {
            send(socket, query);
            return receive(socket);
        }
    }

    private DatagramSocket connected() throws IOException {
        DatagramSocket socket = new DatagramSocket();
        socket.setSoTimeout((int) AMPLE.toMillis());
        socket.connect(dns.address());
        return socket;
    }

    private static void send(DatagramSocket socket, Message query) throws IOException {
        byte[] wire = query.toWire();
        socket.send(new DatagramPacket(wire, wire.length));
    }

    private static Message receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
        socket.receive(packet);
        return new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
    }

    private Message overTcp(Message query) throws IOException {
        try (Socket socket =
                new Socket(dns.address().getAddress(), dns.address().getPort())) {
            byte[] wire = query.toWire();
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeShort(wire.length);
            out.write(wire);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            return new Message(in.readNBytes(in.readUnsignedShort()));
        }
    }
}
