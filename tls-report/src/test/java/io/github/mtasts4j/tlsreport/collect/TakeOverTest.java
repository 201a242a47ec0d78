// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.collect;

import static io.github.mtasts4j.tlsreport.collect.Sessions.DAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.tlsreport.send.ReportSender;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the collector's hands into the sender's. */
final class TakeOverTest {

    private static final int DOMAINS = 3;

    private final MovableClock clock = new MovableClock(Sessions.NOON);

    private final Path journal;
    private final Path queue;

    TakeOverTest(@TempDir Path directory) {
        journal = directory.resolve("journal");
        queue = directory.resolve("queue");
    }

    private TlsReportCollector collector() {
        return TlsReportCollector.builder(Sessions.US)
                .clock(clock)
                .journal(journal)
                .build();
    }

    private ReportSender sender(int capacity) {
        return ReportSender.builder(queue, name -> new TxtLookup.None(Duration.ofHours(1)))
                .clock(clock)
                .capacity(capacity)
                .build();
    }

    private void countSessions(TlsReportCollector collector) {
        for (int i = 0; i < DOMAINS; i++) {
            Sessions.record(collector, Sessions.good(DomainName.of("d" + i + ".example")));
        }
        clock.set(Instant.parse("2026-01-02T00:01:00Z"));
    }

    @Test
    void aFinishedDayIsQueuedAndForgotten() {
        try (TlsReportCollector collector = collector();
                ReportSender sender = sender(100)) {
            assertThat(sender.takeOver(collector)).isZero();
            countSessions(collector);

            assertThat(sender.takeOver(collector)).isEqualTo(1);
            assertThat(sender.waiting()).isEqualTo(DOMAINS);
            assertThat(collector.finishedDays()).isEmpty();
            assertThat(sender.takeOver(collector)).isZero();
        }
    }

    @Test
    void aDayThatIsHandedOverTwiceIsSentOnce() {
        try (TlsReportCollector collector = collector();
                ReportSender sender = sender(100)) {
            countSessions(collector);
            DayOfReports day = collector.handOut(DAY).orElseThrow();
            day.domains().forEach(domain -> sender.hand(day.report(domain).orElseThrow(), domain));
        } // As a crash before the collector hears of it.

        try (TlsReportCollector collector = collector();
                ReportSender sender = sender(100)) {
            assertThat(sender.takeOver(collector)).isEqualTo(1);
            assertThat(sender.waiting()).isEqualTo(DOMAINS);
        }
    }

    @Test
    void aDayThatFindsTheQueueFullStaysWithTheCollector() {
        try (TlsReportCollector collector = collector()) {
            countSessions(collector);
            try (ReportSender sender = sender(DOMAINS - 1)) {
                assertThat(sender.takeOver(collector)).isZero();
                assertThat(collector.finishedDays()).containsExactly(DAY);
            }
            try (ReportSender roomier = sender(DOMAINS)) {
                assertThat(roomier.takeOver(collector)).isEqualTo(1);
                assertThat(roomier.waiting()).isEqualTo(DOMAINS);
            }
        }
    }

    @Test
    void aDayThatCannotBeWrittenDownStaysWithTheCollector() throws IOException {
        try (TlsReportCollector collector = collector();
                ReportSender sender = sender(100)) {
            countSessions(collector);
            deleteAll(queue);

            assertThatThrownBy(() -> sender.takeOver(collector)).isInstanceOf(UncheckedIOException.class);
            assertThat(collector.finishedDays()).containsExactly(DAY);
        }
    }

    private static void deleteAll(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void daysThatNobodyTookForAWhileAreTakenTogether() {
        try (TlsReportCollector collector = collector();
                ReportSender sender = sender(100)) {
            for (String noon : List.of("2026-01-01T12:00:00Z", "2026-01-02T12:00:00Z")) {
                clock.set(Instant.parse(noon));
                Sessions.record(collector, clock.instant(), Sessions.good(Sessions.DOMAIN));
            }
            clock.set(Instant.parse("2026-01-03T00:01:00Z"));

            assertThat(sender.takeOver(collector)).isEqualTo(2);
            assertThat(sender.waiting()).isEqualTo(2);
        }
    }
}
