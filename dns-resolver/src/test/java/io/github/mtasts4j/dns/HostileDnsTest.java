// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.dns;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.discovery.TxtLookup.Answer;
import io.github.mtasts4j.discovery.TxtLookup.None;
import io.github.mtasts4j.discovery.TxtLookup.Records;
import io.github.mtasts4j.discovery.TxtLookup.Unavailable;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.dns.DnsFault;
import io.github.mtasts4j.testkit.dns.DnsQuery;
import io.github.mtasts4j.testkit.dns.DnsQuery.Transport;
import io.github.mtasts4j.testkit.dns.DnsServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What strangers do to TXT look-ups: that the raw facts come through, and trouble under its own name. */
class HostileDnsTest {

    private static final String NAME = "_mta-sts.d.example";
    private static final String RECORD = "v=STSv1; id=20260101;";
    private static final Duration SHORT = Duration.ofMillis(500);

    private final DnsServer dns = DnsServer.start();
    private final DnsJavaResolver.Builder resolver = DnsJavaResolver.servers(dns.address());

    @AfterEach
    void stopServer() {
        dns.close();
    }

    @Test
    void twoValidRecordsAreTwoValues() throws InterruptedException {
        dns.txt(NAME, RECORD).txt(NAME, "v=STSv1; id=other;");

        assertThat(texts()).containsExactlyInAnyOrder(RECORD, "v=STSv1; id=other;");
    }

    @Test
    void junkBesideARecordComesThroughForTheParserToIgnore() throws InterruptedException {
        dns.txt(NAME, RECORD).txtOctets(NAME, new byte[] {(byte) 0xff, 0, '\n'});

        assertThat(texts()).containsExactlyInAnyOrder(RECORD, "\u00ff\0\n");
    }

    @Test
    void stringsThatSplitATokenAreJoined() throws InterruptedException {
        dns.txt(NAME, "v=ST", "Sv1; i", "d=2026", "", "0101;");

        assertThat(texts()).containsExactly(RECORD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "v=STSv10; id=1;",
                " v=STSv1; id=1;",
                "V=stsv1; id=1;",
                "v=STSv1;",
                "v=STSv1; id=a-b;",
                "v=STSv1;; id=1;",
                "v=STSv1; id=\u00e9;",
                "v=STSv1; id=\0;",
                "v=STSv1; id=\\010;",
                "v=STSv1; id=\"1\";"
            })
    void whatIsWrongWithARecordIsNotPutRight(String text) throws InterruptedException {
        dns.txtOctets(NAME, text.getBytes(ISO_8859_1));

        assertThat(texts()).containsExactly(text);
    }

    @Test
    void aRecordOfSixtyFourThousandOctetsComesThroughOverTcpSoon() throws InterruptedException {
        dns.fault(NAME, DnsFault.HUGE_TXT);
        long start = System.nanoTime();

        assertThat(texts()).containsExactly("x".repeat(DnsFault.HUGE_TXT_OCTETS));

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
        assertThat(dns.queries()).extracting(DnsQuery::transport).containsExactly(Transport.UDP, Transport.TCP);
    }

    @Test
    void aThousandRecordsComeThroughOverTcpSoon() throws InterruptedException {
        for (int i = 0; i < 1000; i++) {
            dns.txt(NAME, "v=STSv1; id=" + i + ";");
        }
        long start = System.nanoTime();

        assertThat(texts()).hasSize(1000).doesNotHaveDuplicates();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
        assertThat(dns.queries(Transport.TCP)).isEqualTo(1);
    }

    @Test
    void aLoopOfCnamesIsToldAsOne() throws InterruptedException {
        dns.fault(NAME, DnsFault.CNAME_LOOP);

        assertThat(trouble().reason()).isEqualTo("dns-cname-loop");
    }

    @Test
    void aCnameToItselfIsALoop() throws InterruptedException {
        dns.cname(NAME, NAME);

        assertThat(trouble().reason()).isEqualTo("dns-cname-loop");
    }

    @Test
    void eightCnamesAreFollowed() throws InterruptedException {
        dns.cnameChain(NAME, 8, "end.example").txt("end.example", RECORD);

        assertThat(texts()).containsExactly(RECORD);
        assertThat(dns.queriedNames()).containsExactly(NAME);
    }

    @Test
    void nineCnamesAreTooMany() throws InterruptedException {
        dns.cnameChain(NAME, 9, "end.example").txt("end.example", RECORD);

        assertThat(trouble().reason()).isEqualTo("dns-cname-chain");
    }

    @Test
    void theEndOfAChainIsAskedForWhereTheReplyLeavesItOut() throws InterruptedException {
        dns.ttl(50).cname(NAME, "end.example").ttl(500).txt("end.example", RECORD);
        dns.fault(NAME, DnsFault.FIRST_CNAME_ONLY);

        Records records = (Records) ask();

        assertThat(records.values()).containsExactly(RECORD.getBytes(ISO_8859_1));
        assertThat(records.ttl()).hasSeconds(50);
        assertThat(dns.queriedNames()).containsExactly(NAME, "end.example");
    }

    @Test
    void aChainThatIsToldPieceByPieceIsBoundedToo() throws InterruptedException {
        dns.cnameChain(NAME, 20, "end.example").txt("end.example", RECORD).fault(DnsFault.FIRST_CNAME_ONLY);

        assertThat(trouble().reason()).isEqualTo("dns-cname-chain");
        assertThat(dns.queries()).hasSize(9);
    }

    @Test
    void aChainToNowhereIsNoneForNoLongerThanTheChain() throws InterruptedException {
        dns.ttl(20).cname(NAME, "nowhere.example").soa(100, 200);

        assertThat(ask()).isEqualTo(new None(Duration.ofSeconds(20)));
    }

    @Test
    void aRecordOfAnotherNameDoesNotCount() throws InterruptedException {
        dns.fault(NAME, DnsFault.RECORD_OF_ANOTHER_NAME);

        assertThat(ask()).isEqualTo(new None(Duration.ZERO));
    }

    @ParameterizedTest
    @CsvSource({
        "SERVFAIL, dns-servfail",
        "REFUSED, dns-refused",
        "FORMERR, dns-formerr",
        "NOTIMP, dns-notimp",
        "NOTAUTH, dns-rcode-9",
        "TRUNCATED_AND_TCP_CLOSED, dns-network",
        "TRUNCATED_OVER_TCP, dns-malformed",
        "COMPRESSION_LOOP, dns-malformed",
        "GARBAGE, dns-malformed",
        "REFERRAL, dns-referral"
    })
    void troubleHasItsOwnWordAfterThreeTries(DnsFault fault, String reason) throws InterruptedException {
        dns.txt(NAME, RECORD).fault(NAME, fault);

        assertThat(trouble().reason()).isEqualTo(reason);
        assertThat(dns.queries(Transport.UDP)).isEqualTo(2);
        assertThat(dns.queriedNames()).containsOnly(NAME);
    }

    @ParameterizedTest
    @CsvSource({"NO_REPLY, dns-timeout", "WRONG_ID_ONLY, dns-malformed"})
    void silenceAndForgeriesFailAfterThreeTriesToo(DnsFault fault, String reason) throws InterruptedException {
        resolver.tryTimeout(SHORT);
        dns.txt(NAME, RECORD).fault(NAME, fault);

        assertThat(trouble().reason()).isEqualTo(reason);
        assertThat(dns.queries())
                .extracting(DnsQuery::transport)
                .containsExactly(Transport.UDP, Transport.UDP, Transport.TCP);
    }

    @ParameterizedTest
    @ValueSource(strings = {"WRONG_ID_FIRST", "WRONG_QUESTION_FIRST"})
    void aForgedDatagramIsPassedOver(DnsFault fault) throws InterruptedException {
        dns.txt(NAME, RECORD).fault(NAME, fault);

        assertThat(texts()).containsExactly(RECORD);
        assertThat(dns.queries()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"WRONG_ID_ONLY_OVER_UDP", "NO_REPLY_OVER_UDP"})
    void whereDatagramsDoNotGetThroughTcpDoes(DnsFault fault) throws InterruptedException {
        resolver.tryTimeout(SHORT);
        dns.txt(NAME, RECORD).fault(NAME, fault);

        assertThat(texts()).containsExactly(RECORD);
        assertThat(dns.queries())
                .extracting(DnsQuery::transport)
                .containsExactly(Transport.UDP, Transport.UDP, Transport.TCP);
    }

    @Test
    void aLostQueryIsSentAgainWithANewIdFromANewPort() throws InterruptedException {
        resolver.tryTimeout(SHORT);
        dns.txt(NAME, RECORD).fault(NAME, DnsFault.FIRST_QUERY_LOST);

        assertThat(texts()).containsExactly(RECORD);
        assertThat(dns.queries())
                .hasSize(2)
                .doesNotHaveDuplicates()
                .extracting(DnsQuery::transport)
                .containsOnly(Transport.UDP);
    }

    @Test
    void aServerThatKnowsNoEdnsIsAskedWithoutInTheEnd() throws InterruptedException {
        dns.txt(NAME, RECORD).fault(NAME, DnsFault.FORMERR_ON_EDNS);

        assertThat(texts()).containsExactly(RECORD);
    }

    @Test
    void aWeekOfNxdomainIsLeftToTheCacheToShorten() throws InterruptedException {
        dns.fault(NAME, DnsFault.NXDOMAIN_FOR_A_WEEK);

        assertThat(ask()).isEqualTo(new None(Duration.ofDays(7)));
    }

    @Test
    void aTtlWithItsTopBitSetIsZero() throws InterruptedException {
        dns.txt(NAME, RECORD).fault(NAME, DnsFault.TTL_TOP_BIT);

        assertThat(((Records) ask()).ttl()).isZero();
    }

    @Test
    void noSearchPathEverCompletesAName() throws InterruptedException {
        dns.txt(NAME + ".corp.local", RECORD).txt(NAME + ".local", RECORD);

        assertThat(ask()).isInstanceOf(None.class);
        assertThat(dns.queriedNames()).containsExactly(NAME);
    }

    @Test
    void aSingleLabelIsAskedForAsItStandsToo() throws InterruptedException {
        assertThat(resolver.build().txtLookup().lookup(DomainName.of("localhost")))
                .isInstanceOf(None.class);
        assertThat(dns.queriedNames()).containsExactly("localhost");
    }

    private Answer ask() throws InterruptedException {
        return resolver.build().txtLookup().lookup(DomainName.of(NAME));
    }

    private Unavailable trouble() throws InterruptedException {
        Answer answer = ask();
        assertThat(answer).isInstanceOf(Unavailable.class);
        return (Unavailable) answer;
    }

    private List<String> texts() throws InterruptedException {
        Answer answer = ask();
        assertThat(answer).isInstanceOf(Records.class);
        return ((Records) answer)
                .values().stream().map(value -> new String(value, ISO_8859_1)).toList();
    }
}
