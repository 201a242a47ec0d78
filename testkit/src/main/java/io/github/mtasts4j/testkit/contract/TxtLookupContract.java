// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.discovery.TxtLookup.Answer;
import io.github.mtasts4j.discovery.TxtLookup.None;
import io.github.mtasts4j.discovery.TxtLookup.Records;
import io.github.mtasts4j.discovery.TxtLookup.Unavailable;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.dns.DnsFault;
import io.github.mtasts4j.testkit.dns.DnsQuery.Transport;
import io.github.mtasts4j.testkit.dns.DnsServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What every {@link TxtLookup} has to keep. To be extended by its test. */
public abstract class TxtLookupContract {

    private static final String NAME = "_mta-sts.example.com";
    private static final Duration AMPLE = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(600);
    private static final Duration TOLERANCE = Duration.ofSeconds(2);

    private final DnsServer dns = DnsServer.start();

    /** For the test that extends this. */
    protected TxtLookupContract() {}

    /**
     * The implementation to be tested.
     *
     * @param server the only server it is to ask
     * @param deadline after which a look-up has to have given up; it is divided among several tries
     * @return a look-up
     */
    protected abstract TxtLookup lookup(DnsServer server, Duration deadline);

    @AfterEach
    void stopServer() {
        dns.close();
    }

    @Test
    void joinsTheStringsOfARecordWithNothingBetweenThem() throws InterruptedException {
        dns.txt(NAME, "v=STS", "v1; id=2026", "0101;");

        assertThat(texts()).containsExactly("v=STSv1; id=20260101;");
    }

    @Test
    void keepsOctetsAsTheyAre() throws InterruptedException {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        dns.txtOctets(NAME, all);

        assertThat(records().values()).singleElement().isEqualTo(all);
    }

    @Test
    void joinsARecordOfMoreOctetsThanAStringHolds() throws InterruptedException {
        String text = "v=STSv1; id=1; " + "x".repeat(1000);
        dns.txt(NAME, text);

        assertThat(texts()).containsExactly(text);
    }

    @Test
    void givesAnEmptyRecordAsOneWithoutOctets() throws InterruptedException {
        dns.txt(NAME, "");

        assertThat(texts()).containsExactly("");
    }

    @Test
    void keepsSeveralRecordsApart() throws InterruptedException {
        dns.txt(NAME, "v=STSv1; id=1;").txt(NAME, "v=spf1 -all").txt(NAME, "v=STSv1; id=2;");

        assertThat(texts()).containsExactlyInAnyOrder("v=STSv1; id=1;", "v=spf1 -all", "v=STSv1; id=2;");
    }

    @Test
    void saysForHowLongRecordsMayBeKept() throws InterruptedException {
        dns.ttl(1234).txt(NAME, "v=STSv1; id=1;");

        assertThat(records().ttl()).hasSeconds(1234);
    }

    @Test
    void followsACnameAndKeepsTheAnswerNoLongerThanThat() throws InterruptedException {
        dns.ttl(40).cname(NAME, "policy.provider.example");
        dns.ttl(4000).txt("policy.provider.example", "v=STSv1; id=1;");

        assertThat(texts()).containsExactly("v=STSv1; id=1;");
        assertThat(records().ttl()).hasSeconds(40);
    }

    @Test
    void asksForTheOneAbsoluteName() throws InterruptedException {
        assertThat(ask()).isInstanceOf(None.class);

        assertThat(dns.queriedNames()).containsExactly(NAME);
    }

    @Test
    void asksOnceWhenTheAnswerIsGood() throws InterruptedException {
        dns.txt(NAME, "v=STSv1; id=1;");

        assertThat(ask()).isInstanceOf(Records.class);
        assertThat(dns.queriedNames()).containsExactly(NAME);
    }

    @Test
    void nxdomainIsNoneForTheLesserOfTheTwoTimesOfTheSoa() throws InterruptedException {
        dns.soa(100, 200);
        assertThat(ask()).isEqualTo(new None(Duration.ofSeconds(100)));

        dns.soa(200, 100);
        assertThat(ask()).isEqualTo(new None(Duration.ofSeconds(100)));
    }

    @Test
    void nodataIsNoneForTheLesserOfTheTwoTimesOfTheSoa() throws InterruptedException {
        dns.host(NAME, "192.0.2.1").soa(100, 200);
        assertThat(ask()).isEqualTo(new None(Duration.ofSeconds(100)));

        dns.soa(200, 100);
        assertThat(ask()).isEqualTo(new None(Duration.ofSeconds(100)));
    }

    @Test
    void aNegativeAnswerWithoutSoaIsNotToBeKept() throws InterruptedException {
        dns.fault(NAME, DnsFault.NODATA_WITHOUT_SOA);

        assertThat(ask()).isEqualTo(new None(Duration.ZERO));
    }

    @Test
    void aWeekOfNxdomainIsReportedAsItStands() throws InterruptedException {
        dns.fault(NAME, DnsFault.NXDOMAIN_FOR_A_WEEK);

        assertThat(ask()).isEqualTo(new None(Duration.ofDays(7)));
    }

    @Test
    void forgetsNothingThatTheServerHasChanged() throws InterruptedException {
        assertThat(ask()).isInstanceOf(None.class);
        dns.txt(NAME, "v=STSv1; id=1;");
        assertThat(texts()).containsExactly("v=STSv1; id=1;");
        dns.remove(NAME).txt(NAME, "v=STSv1; id=2;");

        assertThat(texts()).containsExactly("v=STSv1; id=2;");
    }

    @TestFactory
    Stream<DynamicTest> troubleIsUnavailableAndNeverNone() {
        return Stream.of(
                        DnsFault.SERVFAIL,
                        DnsFault.REFUSED,
                        DnsFault.FORMERR,
                        DnsFault.NOTIMP,
                        DnsFault.NOTAUTH,
                        DnsFault.TRUNCATED_AND_TCP_CLOSED,
                        DnsFault.TRUNCATED_OVER_TCP,
                        DnsFault.CNAME_LOOP,
                        DnsFault.REFERRAL,
                        DnsFault.COMPRESSION_LOOP,
                        DnsFault.GARBAGE)
                .map(fault -> DynamicTest.dynamicTest(fault.name(), () -> {
                    dns.clear().txt(NAME, "v=STSv1; id=1;").fault(NAME, fault);
                    assertThat(ask()).isInstanceOf(Unavailable.class);
                }));
    }

    @Test
    void aChainOfTooManyCnamesIsUnavailable() throws InterruptedException {
        dns.cnameChain(NAME, 40, "policy.provider.example").txt("policy.provider.example", "v=STSv1; id=1;");

        assertThat(ask()).isInstanceOf(Unavailable.class);
    }

    @Test
    void neverTakesARecordOfAnotherName() throws InterruptedException {
        dns.fault(NAME, DnsFault.RECORD_OF_ANOTHER_NAME);

        assertThat(ask()).isNotInstanceOf(Records.class);
    }

    @Test
    void asksAgainOverTcpForWhatWasTruncated() throws InterruptedException {
        dns.txt(NAME, "v=STSv1; id=1;").fault(NAME, DnsFault.TRUNCATED_OVER_UDP);

        assertThat(texts()).containsExactly("v=STSv1; id=1;");
        assertThat(dns.queries(Transport.TCP)).isEqualTo(1);
    }

    @Test
    void takesTheLongestRecordThatAMessageHolds() throws InterruptedException {
        dns.fault(NAME, DnsFault.HUGE_TXT);

        assertThat(records().values())
                .singleElement()
                .satisfies(value -> assertThat(value).hasSize(DnsFault.HUGE_TXT_OCTETS));
    }

    @TestFactory
    Stream<DynamicTest> aForgedReplyDoesNotDecide() {
        return Stream.of(DnsFault.WRONG_ID_FIRST, DnsFault.WRONG_QUESTION_FIRST)
                .map(fault -> DynamicTest.dynamicTest(fault.name(), () -> {
                    dns.clear().txt(NAME, "v=STSv1; id=1;").fault(NAME, fault);
                    assertThat(texts()).containsExactly("v=STSv1; id=1;");
                }));
    }

    @Test
    void silenceIsUnavailableByTheDeadline() throws InterruptedException {
        dns.fault(NAME, DnsFault.NO_REPLY);

        long start = System.nanoTime();
        Answer answer = lookup(dns, SHORT).lookup(DomainName.of(NAME));

        assertThat(answer).isInstanceOf(Unavailable.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SHORT.plus(TOLERANCE));
    }

    @Test
    void aServerThatIsGoneIsUnavailable() throws InterruptedException {
        TxtLookup lookup = lookup(dns, SHORT);
        dns.close();

        assertThat(lookup.lookup(DomainName.of(NAME))).isInstanceOf(Unavailable.class);
    }

    @Test
    void troubleIsToldInOneWordAndOnePrintableLine() throws InterruptedException {
        dns.fault(NAME, DnsFault.SERVFAIL);

        Unavailable trouble = (Unavailable) ask();

        assertThat(trouble.reason()).matches("[a-z0-9-]+");
        assertThat(trouble.detail()).isNotBlank().matches("[ -~]+");
    }

    @Test
    void anInterruptedThreadGivesUpAtOnce() throws Exception {
        dns.fault(NAME, DnsFault.NO_REPLY);
        TxtLookup lookup = lookup(dns, AMPLE);
        FutureTask<Answer> task = new FutureTask<>(() -> lookup.lookup(DomainName.of(NAME)));
        Thread thread = new Thread(task);
        thread.start();
        assertThat(dns.awaitQuery(query -> query.name().equals(NAME), AMPLE)).isTrue();

        thread.interrupt();

        assertThat(task)
                .failsWithin(TOLERANCE.toMillis(), TimeUnit.MILLISECONDS)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(InterruptedException.class);
    }

    private Answer ask() throws InterruptedException {
        return lookup(dns, AMPLE).lookup(DomainName.of(NAME));
    }

    private Records records() throws InterruptedException {
        Answer answer = ask();
        assertThat(answer).isInstanceOf(Records.class);
        return (Records) answer;
    }

    private List<String> texts() throws InterruptedException {
        return records().values().stream()
                .map(value -> new String(value, US_ASCII))
                .toList();
    }
}
