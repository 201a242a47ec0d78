// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.collect;

import static io.github.mtasts4j.tlsreport.collect.Sessions.DAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tlsreport.send.ReportSender;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the collector's hands into the sender's. */
final class TakeOverTest {

    private static final int DOMAINS = 3;

    private final Sessions.Clock clock = new Sessions.Clock();

    @TempDir
    private Path journal;

    @TempDir
    private Path queue;

    private TlsReportCollector collector;

    private TlsReportCollector collector() {
        collector = TlsReportCollector.builder(Sessions.US)
                .clock(clock)
                .journal(journal)
                .build();
        return collector;
    }

    @AfterEach
    void close() {
        collector.close();
    }

    private ReportSender sender(int capacity) {
        return ReportSender.builder(queue, name -> new TxtLookup.None(Duration.ofHours(1)))
                .clock(clock)
                .capacity(capacity)
                .build();
    }

    private void countSessions() {
        for (int i = 0; i < DOMAINS; i++) {
            Sessions.record(collector, Sessions.good(DomainName.of("d" + i + ".example")));
        }
        clock.set("2026-01-02T00:01:00Z");
    }

    @Test
    void aFinishedDayIsQueuedAndForgotten() {
        collector();
        try (ReportSender sender = sender(100)) {
            assertThat(sender.takeOver(collector)).isZero();
            countSessions();

            assertThat(sender.takeOver(collector)).isEqualTo(1);
            assertThat(sender.waiting()).isEqualTo(DOMAINS);
            assertThat(collector.finishedDays()).isEmpty();
            assertThat(sender.takeOver(collector)).isZero();
        }
    }

    @Test
    void aDayThatIsHandedOverTwiceIsSentOnce() {
        collector();
        countSessions();
        try (ReportSender sender = sender(100)) {
            DayOfReports day = collector.handOut(DAY).orElseThrow();
            day.domains().forEach(domain -> sender.hand(day.report(domain).orElseThrow(), domain));
        }
        collector.close(); // As a crash before the collector hears of it.

        collector();
        try (ReportSender sender = sender(100)) {
            assertThat(sender.takeOver(collector)).isEqualTo(1);
            assertThat(sender.waiting()).isEqualTo(DOMAINS);
        }
    }

    @Test
    void aDayThatFindsTheQueueFullStaysWithTheCollector() {
        collector();
        countSessions();
        try (ReportSender sender = sender(DOMAINS - 1)) {
            assertThat(sender.takeOver(collector)).isZero();
            assertThat(collector.finishedDays()).containsExactly(DAY);
        }
        try (ReportSender roomier = sender(DOMAINS)) {
            assertThat(roomier.takeOver(collector)).isEqualTo(1);
            assertThat(roomier.waiting()).isEqualTo(DOMAINS);
        }
    }

    @Test
    void aDayThatCannotBeWrittenDownStaysWithTheCollector() throws IOException {
        collector();
        countSessions();
        try (ReportSender sender = sender(100)) {
            deleteAll(queue);

            assertThatThrownBy(() -> sender.takeOver(collector)).isInstanceOf(UncheckedIOException.class);
            assertThat(collector.finishedDays()).containsExactly(DAY);
        }
    }

    private static void deleteAll(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void daysThatNobodyTookForAWhileAreTakenTogether() {
        collector();
        IntStream.rangeClosed(1, 2).forEach(day -> {
            clock.set("2026-01-0" + day + "T12:00:00Z");
            Sessions.record(collector, clock.instant(), Sessions.good(Sessions.DOMAIN));
        });
        clock.set("2026-01-03T00:01:00Z");
        try (ReportSender sender = sender(100)) {
            assertThat(sender.takeOver(collector)).isEqualTo(2);
            assertThat(sender.waiting()).isEqualTo(2);
        }
    }
}
