// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.dns;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.discovery.TxtLookup.Answer;
import io.github.mtasts4j.discovery.TxtLookup.Records;
import io.github.mtasts4j.discovery.TxtLookup.Unavailable;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.dns.DnsFault;
import io.github.mtasts4j.testkit.dns.DnsQuery;
import io.github.mtasts4j.testkit.dns.DnsQuery.Transport;
import io.github.mtasts4j.testkit.dns.DnsServer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DnsJavaResolverTest {

    private static final String NAME = "_mta-sts.example.com";
    private static final String RECORD = "v=STSv1; id=1;";
    private static final Duration AMPLE = Duration.ofSeconds(30);

    private final DnsServer first = DnsServer.start();
    private final DnsServer second = DnsServer.start();

    @AfterEach
    void stopServers() {
        first.close();
        second.close();
    }

    @Test
    void ofTwoServersALameOneDoesNoHarm() throws InterruptedException {
        first.fault(DnsFault.REFUSED);
        second.txt(NAME, RECORD);

        assertThat(both().lookup(DomainName.of(NAME))).isInstanceOf(Records.class);
        assertThat(first.queries(NAME)).isEqualTo(1);
        assertThat(second.queries(NAME)).isEqualTo(1);
    }

    @Test
    void ofTwoServersADeadOneDoesNoHarm() throws InterruptedException {
        TxtLookup lookup = both();
        first.close();
        second.txt(NAME, RECORD);

        assertThat(lookup.lookup(DomainName.of(NAME))).isInstanceOf(Records.class);
    }

    @Test
    void ofTwoServersASilentOneDoesNoHarm() throws InterruptedException {
        first.fault(DnsFault.NO_REPLY);
        second.txt(NAME, RECORD);

        assertThat(both().lookup(DomainName.of(NAME))).isInstanceOf(Records.class);
    }

    @Test
    void anAnswerIsNotDoubtedByAskingTheNextServer() throws InterruptedException {
        second.txt(NAME, RECORD);

        assertThat(both().lookup(DomainName.of(NAME))).isInstanceOf(TxtLookup.None.class);
        assertThat(second.queries()).isEmpty();
    }

    @Test
    void theServersAreAskedInTurn() throws InterruptedException {
        first.fault(DnsFault.SERVFAIL);
        second.fault(DnsFault.SERVFAIL);

        assertThat(both().lookup(DomainName.of(NAME))).isInstanceOf(Unavailable.class);
        assertThat(first.queries(NAME)).isEqualTo(2);
        assertThat(second.queries(NAME)).isEqualTo(1);
    }

    @Test
    void everyTryHasItsOwnIdAndPort() throws InterruptedException {
        first.fault(DnsFault.SERVFAIL);

        TxtLookup lookup =
                DnsJavaResolver.servers(first.address()).tries(8).build().txtLookup();
        assertThat(lookup.lookup(DomainName.of(NAME))).isInstanceOf(Unavailable.class);

        // By chance alone two of eight ids are equal once in 2,300 runs, and two ports once in 1,000.
        assertThat(first.queries().stream().map(DnsQuery::id).distinct()).hasSizeGreaterThanOrEqualTo(6);
        assertThat(first.queries().stream().map(DnsQuery::clientPort).distinct())
                .hasSizeGreaterThanOrEqualTo(6);
    }

    @Test
    void datagramsMayBeAsLongAsCrossesAnyPath() throws InterruptedException {
        lookup(AMPLE).lookup(DomainName.of(NAME));

        assertThat(first.queries()).extracting(DnsQuery::payload).containsExactly(1232);
    }

    @Test
    void aLookupEndsByItsDeadlineHoweverManyTriesAreLeft() throws InterruptedException {
        first.fault(DnsFault.NO_REPLY);
        Duration deadline = Duration.ofMillis(300);
        TxtLookup lookup = DnsJavaResolver.servers(first.address())
                .tryTimeout(Duration.ofMillis(200))
                .tries(1000)
                .deadline(deadline)
                .build()
                .txtLookup();

        long start = System.nanoTime();
        Answer answer = lookup.lookup(DomainName.of(NAME));
        Duration took = Duration.ofNanos(System.nanoTime() - start);

        assertThat(answer)
                .isInstanceOfSatisfying(
                        Unavailable.class,
                        trouble -> assertThat(trouble.reason()).isEqualTo("dns-timeout"));
        assertThat(took).isBetween(deadline, deadline.plusSeconds(2));
    }

    @Test
    void theDeadlineHoldsForAllCnamesTogether() throws InterruptedException {
        first.cnameChain(NAME, 7, "end.example").fault(DnsFault.FIRST_CNAME_ONLY);
        first.fault("end.example", DnsFault.NO_REPLY);
        TxtLookup lookup = DnsJavaResolver.servers(first.address())
                .tryTimeout(Duration.ofMillis(400))
                .deadline(Duration.ofMillis(500))
                .build()
                .txtLookup();

        assertThat(lookup.lookup(DomainName.of(NAME))).isInstanceOf(Unavailable.class);
        assertThat(first.queries("end.example")).isLessThan(3);
    }

    @Test
    void anInterruptEndsTheWaitWithinFiftyMilliseconds() throws Exception {
        first.fault(DnsFault.NO_REPLY);

        assertThat(leastTimeToGiveUp(Transport.UDP)).isLessThan(Duration.ofMillis(50));
    }

    @Test
    void anInterruptEndsTheWaitForTcpWithinFiftyMilliseconds() throws Exception {
        first.fault(DnsFault.TRUNCATED_AND_TCP_SILENT);

        assertThat(leastTimeToGiveUp(Transport.TCP)).isLessThan(Duration.ofMillis(50));
    }

    @Test
    void manyThreadsShareOneResolver() throws Exception {
        TxtLookup lookup = lookup(AMPLE);
        ExecutorService pool = Executors.newFixedThreadPool(32);
        try {
            List<Future<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                String name = "_mta-sts.d" + i + ".example";
                first.txt(name, "v=STSv1; id=" + i + ";");
                answers.add(pool.submit(() -> lookup.lookup(DomainName.of(name))));
            }
            for (int i = 0; i < answers.size(); i++) {
                byte[] expected = ("v=STSv1; id=" + i + ";").getBytes(US_ASCII);
                assertThat(((Records) answers.get(i).get()).values()).containsExactly(expected);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void noThreadOfDnsjavaIsStarted() throws InterruptedException {
        first.txt(NAME, RECORD);

        assertThat(lookup(AMPLE).lookup(DomainName.of(NAME))).isInstanceOf(Records.class);

        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("dnsjava"));
    }

    @Test
    void theSystemAlwaysHasServers() {
        assertThat(DnsJavaResolver.system().build()).isNotNull();
    }

    @Test
    void refusesWhatCannotWork() {
        assertThatIllegalArgumentException().isThrownBy(DnsJavaResolver::servers);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DnsJavaResolver.servers(InetSocketAddress.createUnresolved("dns.example", 53)));
        DnsJavaResolver.Builder builder = DnsJavaResolver.servers(first.address());
        assertThatIllegalArgumentException().isThrownBy(() -> builder.tries(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.tryTimeout(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.deadline(Duration.ofSeconds(-1)));
    }

    /** The least of several measurements: how soon it can be, and not how busy the machine is. */
    private Duration leastTimeToGiveUp(Transport transport) throws Exception {
        Duration least = AMPLE;
        for (int i = 0; i < 5; i++) {
            Duration time = timeToGiveUp("d" + i + ".example", transport);
            least = time.compareTo(least) < 0 ? time : least;
        }
        return least;
    }

    private Duration timeToGiveUp(String name, Transport transport) throws Exception {
        FutureTask<Long> task = new FutureTask<>(() -> {
            assertThatThrownBy(() -> lookup(AMPLE).lookup(DomainName.of(name)))
                    .isInstanceOf(InterruptedException.class);
            return System.nanoTime();
        });
        Thread thread = new Thread(task);
        thread.start();
        assertThat(first.awaitQuery(seen -> seen.name().equals(name) && seen.transport() == transport, AMPLE))
                .isTrue();
        long interrupted = System.nanoTime();
        thread.interrupt();
        return Duration.ofNanos(task.get() - interrupted);
    }

    private TxtLookup both() {
        return DnsJavaResolver.servers(first.address(), second.address())
                .tryTimeout(Duration.ofSeconds(1))
                .build()
                .txtLookup();
    }

    private TxtLookup lookup(Duration deadline) {
        return DnsJavaResolver.servers(first.address())
                .tryTimeout(deadline.dividedBy(3))
                .deadline(deadline)
                .build()
                .txtLookup();
    }
}
