// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.collect;

import static io.github.mtasts4j.tlsreport.collect.Sessions.DAY;
import static io.github.mtasts4j.tlsreport.collect.Sessions.MX;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.MxAttempt;
import io.github.mtasts4j.delivery.SessionFacts;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.MovableClock;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Eight threads that deliver, one that writes, and not one session too few or too many. */
final class ManyThreadsTest {

    private static final int THREADS = 8;
    private static final int SESSIONS = 20_000;

    private final MovableClock clock = new MovableClock(Sessions.NOON);
    private final Path directory;

    ManyThreadsTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private TlsReportCollector open() {
        return TlsReportCollector.builder(Sessions.US)
                .clock(clock)
                .scheduler(new ScheduledThreadPoolExecutor(0))
                .journal(directory)
                .build();
    }

    /** Good ones, bad ones with ever new keys, and ones under ever new policies, so that there is much to be evicted. */
    private static List<DeliveryDecision> variety() {
        List<DeliveryDecision> variety = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            DomainName domain = DomainName.of("d" + i % 3 + ".example");
            variety.add(Sessions.good(domain));
            variety.add(Sessions.bad(domain, SessionFacts.NONE.withHelo("h" + (999 - i))));
            variety.add(Sessions.decide(
                    new MxAttempt(Sessions.absent(domain), MX, Sessions.verified(MX), DaneOutcome.PASSED)
                            .withSession(SessionFacts.NONE.withTlsa(MX, List.of("3 1 1 " + (999 - i))))));
        }
        return variety;
    }

    private static void inThreads(int threads, Callable<Boolean> work, Runnable meanwhile) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                all.add(pool.submit(work));
            }
            while (!all.stream().allMatch(Future::isDone)) {
                meanwhile.run();
            }
            for (Future<Boolean> one : all) {
                one.get();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static boolean deliver(TlsReportCollector collector, List<DeliveryDecision> variety, int seed) {
        Random random = new Random(seed);
        for (int i = 0; i < SESSIONS; i++) {
            Sessions.record(collector, variety.get(random.nextInt(variety.size())));
        }
        return true;
    }

    private static long sessions(DayOfReports day) {
        return Sessions.total(day, "successful") + Sessions.total(day, "failed");
    }

    @Test
    void noSessionIsLostOrCountedTwiceWhileOthersCountAndTheJournalIsWritten() throws Exception {
        List<DeliveryDecision> variety = variety();
        try (TlsReportCollector collector = open()) {
            inThreads(THREADS, () -> deliver(collector, variety, 1), collector::flush);
        }
        try (TlsReportCollector collector = open()) {
            DayOfReports day = Sessions.handedOut(collector, clock);

            assertThat(sessions(day)).isEqualTo((long) THREADS * SESSIONS);
            assertThat(Sessions.total(day, "failures")).isEqualTo(Sessions.total(day, "failed"));
        }
    }

    @Test
    void whatIsHandedOutAndWhatIsTooLateAreAllThereIs() throws Exception {
        List<DeliveryDecision> variety = variety();
        clock.set(Instant.parse("2026-01-02T08:00:00Z"));
        CountDownLatch begun = new CountDownLatch(THREADS);
        try (TlsReportCollector collector = open()) {
            Callable<Boolean> work = () -> {
                deliver(collector, variety, 2);
                begun.countDown();
                return deliver(collector, variety, 3);
            };
            List<Long> handedOut = new ArrayList<>();
            inThreads(THREADS, work, () -> {
                if (begun.getCount() == 0 && handedOut.isEmpty()) {
                    handedOut.add(sessions(collector.handOut(DAY).orElseThrow()));
                }
            });
            long counted = sessions(collector.handOut(DAY).orElseThrow());

            assertThat(handedOut).isSubsetOf(counted);
            assertThat(counted + collector.losses().late()).isEqualTo(2L * THREADS * SESSIONS);
        }
    }
}
