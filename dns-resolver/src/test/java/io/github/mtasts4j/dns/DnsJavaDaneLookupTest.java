// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.mtasts4j.dns.DaneLookup.Answer;
import io.github.mtasts4j.dns.DaneLookup.Insecure;
import io.github.mtasts4j.dns.DaneLookup.None;
import io.github.mtasts4j.dns.DaneLookup.Unavailable;
import io.github.mtasts4j.dns.DaneLookup.Unusable;
import io.github.mtasts4j.dns.DaneLookup.Usable;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.dns.DnsFault;
import io.github.mtasts4j.testkit.dns.DnsQuery;
import io.github.mtasts4j.testkit.dns.DnsQuery.Transport;
import io.github.mtasts4j.testkit.dns.DnsServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;

/** Whose word counts in look-ups for DANE, and what strangers do to them. */
class DnsJavaDaneLookupTest {

    private static final DomainName DOMAIN = DomainName.of("example.com");
    private static final DomainName MX = DomainName.of("mx.example.com");
    private static final String TLSA = "_25._tcp.mx.example.com";
    private static final Duration SHORT = Duration.ofMillis(300);

    private final DnsServer dns = DnsServer.start();
    private final DnsJavaResolver.Builder resolver = DnsJavaResolver.servers(dns.address());

    @BeforeEach
    void setUpHost() {
        dns.signed("example.com").mx("example.com", 10, "mx.example.com").host("mx.example.com", "192.0.2.1");
    }

    @AfterEach
    void stopServer() {
        dns.close();
    }

    @Test
    void theRecordsComeWithTheirBaseDomain() throws InterruptedException {
        dns.tlsa(TLSA, 3, 1, 1, digest(7));

        assertThat(ask()).isEqualTo(new Usable(List.of(record(3, 1, 1, digest(7))), MX, MX));
    }

    @Test
    void theBaseDomainIsTheEndOfSecureCnames() throws InterruptedException {
        dns.remove("mx.example.com").cname("mx.example.com", "a.example.com");
        dns.cname("a.example.com", "B.example.com").host("b.example.com", "192.0.2.1");
        dns.tlsa("_25._tcp.b.example.com", 3, 1, 1, digest(7));

        assertThat(ask())
                .isEqualTo(new Usable(List.of(record(3, 1, 1, digest(7))), DomainName.of("b.example.com"), MX));
    }

    @Test
    void anEndThatIsNoHostNameIsNoBaseDomain() throws InterruptedException {
        dns.remove("mx.example.com").cname("mx.example.com", "\\195.example.com");
        dns.host("\\195.example.com", "192.0.2.1").tlsa(TLSA, 3, 1, 1, digest(7));

        assertThat(ask())
                .isInstanceOfSatisfying(
                        Usable.class, usable -> assertThat(usable.baseDomain()).isEqualTo(MX));
    }

    @Test
    void aChainThatIsToldPieceByPieceIsAsSecureAsItsWeakestPiece() throws InterruptedException {
        dns.cname("mx.plain.example", "mx.example.com").tlsa(TLSA, 3, 1, 1, digest(7));
        dns.fault("mx.plain.example", DnsFault.FIRST_CNAME_ONLY);

        assertThat(resolver.build().daneLookup().lookup(DomainName.of("mx.plain.example"), 25))
                .isInstanceOf(Insecure.class);
        assertThat(dns.queriedNames())
                .contains("mx.plain.example", "mx.example.com")
                .doesNotContain(TLSA);
    }

    @Test
    void anotherPortHasRecordsOfItsOwn() throws InterruptedException {
        dns.tlsa(TLSA, 3, 1, 1, digest(7)).tlsa("_587._tcp.mx.example.com", 3, 1, 1, digest(8));

        assertThat(resolver.build().daneLookup().lookup(MX, 587))
                .isEqualTo(new Usable(List.of(record(3, 1, 1, digest(8))), MX, MX));
    }

    @Test
    void insecureMxRecordsEndItBeforeAnyQuery() throws InterruptedException {
        dns.mx("plain.example", 10, "mx.example.com").tlsa(TLSA, 3, 1, 1, digest(7));

        assertThat(ask(DomainName.of("plain.example"))).isInstanceOf(Insecure.class);
        assertThat(dns.queriedNames()).containsExactly("plain.example");
    }

    @Test
    void anInsecureCnameOfTheDomainSpoilsItsMxRecords() throws InterruptedException {
        dns.cname("plain.example", "example.com").tlsa(TLSA, 3, 1, 1, digest(7));

        assertThat(ask(DomainName.of("plain.example"))).isInstanceOf(Insecure.class);
    }

    @Test
    void aDomainThatIsItsOwnMxMayHaveRecordsToo() throws InterruptedException {
        dns.remove("example.com").host("example.com", "192.0.2.1").tlsa("_25._tcp.example.com", 3, 1, 1, digest(7));

        MxLookup.Answer candidates = resolver.build().mxLookup().lookup(DOMAIN);

        assertThat(candidates.security()).isEqualTo(DnsSecurity.SECURE);
        assertThat(resolver.build().daneLookup().lookup(candidates, DOMAIN)).isInstanceOf(Usable.class);
    }

    @Test
    void aHostThatIsNoCandidateIsAMistake() throws InterruptedException {
        MxLookup.Answer candidates = resolver.build().mxLookup().lookup(DOMAIN);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> resolver.build().daneLookup().lookup(candidates, DomainName.of("mx.other.example")));
    }

    @Test
    void answersThatNobodyVouchedForAreInsecure() {
        assertThat(new MxLookup.Hosts(List.of(new MxHost(10, MX)), List.of(), SHORT).security())
                .isEqualTo(DnsSecurity.INSECURE);
        assertThat(new MxLookup.ImplicitMx(MX, SHORT).security()).isEqualTo(DnsSecurity.INSECURE);
        assertThat(new MxLookup.NoSuchDomain(SHORT).security()).isEqualTo(DnsSecurity.INSECURE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.53", "::1"})
    void theAdBitCountsFromLoopback(String address) throws UnknownHostException {
        assertThat(securityBy(address)).isEqualTo(DnsSecurity.SECURE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.53", "10.0.0.1", "169.254.1.1", "fe80::1", "2001:db8::53"})
    void theAdBitOfARemoteResolverIsIgnored(String address) throws UnknownHostException {
        assertThat(securityBy(address)).isEqualTo(DnsSecurity.INSECURE);
        resolver.trustingAdFrom(InetAddress.getByName(address));
        assertThat(securityBy(address)).isEqualTo(DnsSecurity.SECURE);
    }

    @Test
    void withoutTrustInTheResolverEverythingIsInsecure() throws InterruptedException, UnknownHostException {
        dns.tlsa(TLSA, 3, 1, 1, digest(7));
        resolver.trustingAdFrom(InetAddress.getByName("192.0.2.53"));

        assertThat(ask()).isInstanceOf(Insecure.class);
        assertThat(resolver.build().daneLookup().lookup(MX, 25)).isInstanceOf(Insecure.class);
        assertThat(dns.queriedNames()).doesNotContain(TLSA);
    }

    @Test
    void resolversOfWhichOnlySomeAreTrustedAreRefused() {
        DnsJavaResolver mixed = DnsJavaResolver.servers(dns.address(), new InetSocketAddress("192.0.2.53", 53))
                .build();

        assertThatIllegalStateException().isThrownBy(mixed::daneLookup);
    }

    @Test
    void theAdBitCountsOverTcpToo() throws InterruptedException {
        dns.tlsa(TLSA, 3, 1, 1, digest(7)).fault(DnsFault.TRUNCATED_OVER_UDP);

        assertThat(ask()).isInstanceOf(Usable.class);
        assertThat(dns.queries(Transport.TCP)).isGreaterThan(2);
    }

    @Test
    void aServerThatKnowsNoEdnsIsAskedForTheAdBitAllTheSame() throws InterruptedException {
        dns.tlsa(TLSA, 3, 1, 1, digest(7)).fault(DnsFault.FORMERR_ON_EDNS);

        assertThat(ask()).isInstanceOf(Usable.class);
    }

    @Test
    void silenceIsTroubleAndEndsInTime() throws InterruptedException {
        dns.tlsa(TLSA, 3, 1, 1, digest(7)).fault(TLSA, DnsFault.NO_REPLY);
        resolver.tryTimeout(SHORT);

        assertThat(ask())
                .isInstanceOfSatisfying(
                        Unavailable.class,
                        trouble -> assertThat(trouble.reason()).isEqualTo("dns-timeout"));
    }

    @Test
    void oneDeadlineHoldsForAllTheQueriesTogether() throws InterruptedException {
        dns.fault("mx.example.com", DnsFault.NO_REPLY);
        resolver.tryTimeout(Duration.ofSeconds(5)).deadline(SHORT);
        long start = System.nanoTime();

        assertThat(ask()).isInstanceOf(Unavailable.class);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void duplicatesAreOneRecord() throws InterruptedException {
        dns.tlsa(TLSA, 3, 1, 1, digest(7)).tlsa(TLSA, 3, 1, 1, digest(7)).tlsa(TLSA, 3, 1, 1, digest(8));

        assertThat(ask())
                .isInstanceOfSatisfying(
                        Usable.class,
                        usable -> assertThat(usable.records())
                                .containsExactlyInAnyOrder(record(3, 1, 1, digest(7)), record(3, 1, 1, digest(8))));
    }

    @Test
    void ofTwoDigestsOfOneThingTheStrongerCounts() throws InterruptedException {
        dns.tlsa(TLSA, 3, 1, 1, digest(7)).tlsa(TLSA, 3, 1, 2, new byte[64]).tlsa(TLSA, 3, 0, 1, digest(9));

        assertThat(ask())
                .isInstanceOfSatisfying(
                        Usable.class,
                        usable -> assertThat(usable.records())
                                .containsExactlyInAnyOrder(record(3, 1, 2, new byte[64]), record(3, 0, 1, digest(9))));
    }

    @Test
    void aHundredRecordsAreTaken() throws InterruptedException {
        addRecords(100);

        assertThat(ask())
                .isInstanceOfSatisfying(
                        Usable.class, usable -> assertThat(usable.records()).hasSize(100));
    }

    @Test
    void aThousandRecordsAreRefusedNotCut() throws InterruptedException {
        addRecords(1000);

        assertThat(ask()).isEqualTo(new Unavailable("tlsa-too-many", "mx.example.com has 1000 TLSA records"));
    }

    @Test
    void sixtyThousandOctetsOfAKeyAreTakenOverTcp() throws InterruptedException {
        dns.tlsa(TLSA, 3, 1, 0, new byte[60_000]);

        assertThat(ask())
                .isInstanceOfSatisfying(
                        Usable.class,
                        usable -> assertThat(usable.records())
                                .singleElement()
                                .satisfies(record -> assertThat(record.data()).hasSize(60_000)));
        assertThat(dns.queries()).extracting(DnsQuery::transport).contains(Transport.TCP);
    }

    @Test
    void ofUselessRecordsTheNumberIsTold() throws InterruptedException {
        dns.tlsa(TLSA, 0, 0, 1, digest(1)).tlsa(TLSA, 9, 9, 9, new byte[1]);

        assertThat(ask()).isEqualTo(new Unusable("none of the 2 TLSA records of mx.example.com is usable for SMTP"));
    }

    @Test
    void aNameWithNoRoomForTheLabelsHasNoRecords() throws InterruptedException {
        DomainName host = DomainName.of(("a".repeat(60) + ".").repeat(4) + "example");
        dns.signed("example").host(host.toString(), "192.0.2.1");

        assertThat(resolver.build().daneLookup().lookup(host, 25)).isInstanceOf(None.class);
    }

    private void addRecords(int count) {
        for (int i = 0; i < count; i++) {
            dns.tlsa(TLSA, 3, 1, 1, digest(i));
        }
    }

    private Answer ask() throws InterruptedException {
        return ask(DOMAIN);
    }

    private Answer ask(DomainName domain) throws InterruptedException {
        DnsJavaResolver built = resolver.build();
        return built.daneLookup().lookup(built.mxLookup().lookup(domain), MX);
    }

    private DnsSecurity securityBy(String address) throws UnknownHostException {
        Message reply = new Message();
        reply.getHeader().setFlag(Flags.AD);
        return resolver.build().securityOf(reply, new InetSocketAddress(InetAddress.getByName(address), 53));
    }

    private static TlsaRecord record(int usage, int selector, int matchingType, byte[] data) {
        return TlsaRecord.usable(usage, selector, matchingType, data).orElseThrow();
    }

    private static byte[] digest(int seed) {
        byte[] octets = new byte[32];
        octets[0] = (byte) seed;
        octets[1] = (byte) (seed >> 8);
        return octets;
    }
}
