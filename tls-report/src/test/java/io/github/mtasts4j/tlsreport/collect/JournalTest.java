// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.collect;

import static io.github.mtasts4j.tlsreport.collect.Sessions.DAY;
import static io.github.mtasts4j.tlsreport.collect.Sessions.DOMAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mtasts4j.delivery.SessionFacts;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.tlsreport.TlsReport;
import io.github.mtasts4j.tlsreport.collect.TlsReportCollector.Event;
import io.github.mtasts4j.tlsreport.collect.TlsReportCollector.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What outlives a process, and what a directory may look like. A copy of the directory is what a killed process leaves. */
final class JournalTest {

    private static final String FILE = "counts-1-2026-01-01";

    private final Path temporary;
    private final Path directory;
    private final MovableClock clock = new MovableClock(Sessions.NOON);
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final AtomicInteger copies = new AtomicInteger();

    JournalTest(@TempDir Path temporary) {
        this.temporary = temporary;
        this.directory = temporary.resolve("journal");
    }

    /** Nothing is written but what the test has written. */
    private TlsReportCollector open(Path journal) {
        return TlsReportCollector.builder(Sessions.US)
                .clock(clock)
                .listener(events::add)
                .scheduler(new ScheduledThreadPoolExecutor(0))
                .journal(journal)
                .build();
    }

    private Path copyOf(Path journal) throws IOException {
        Path copy = Files.createDirectory(temporary.resolve("copy" + copies.incrementAndGet()));
        try (Stream<Path> files = Files.list(journal)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(String.valueOf(file.getFileName())));
            }
        }
        return copy;
    }

    private Map<String, Long> totalsIn(Path journal) {
        clock.set(Instant.parse("2026-01-01T12:00:00Z"));
        try (TlsReportCollector collector = open(journal)) {
            return collectorTotals(collector);
        }
    }

    private Map<String, Long> collectorTotals(TlsReportCollector collector) {
        clock.set(Instant.parse("2026-01-02T00:01:00Z"));
        return collector.handOut(DAY).map(Sessions::totals).orElse(Map.of());
    }

    private static void count(TlsReportCollector collector, int sessions) {
        for (int i = 0; i < sessions; i++) {
            Sessions.record(collector, Sessions.good(DOMAIN));
            Sessions.record(collector, Sessions.bad(DOMAIN, SessionFacts.NONE.withHelo("mx\t\n\u2028" + i % 3)));
            Sessions.record(collector, Sessions.plain(DomainName.of("d" + i % 5 + ".example")));
        }
    }

    // ---- across restarts ----

    @Test
    void whatWasCountedIsThereAfterARestart() throws IOException {
        TlsReport before;
        try (TlsReportCollector collector = open(directory)) {
            count(collector, 10);
            collector.flush();
            count(collector, 10);
        }
        try (TlsReportCollector collector = open(directory)) {
            count(collector, 10);
            before = Sessions.handedOut(collector, clock).report(DOMAIN).orElseThrow();
        }
        assertThat(before.policies().get(0).sessions().failed()).isEqualTo(30);
        assertThat(before.policies().get(0).failures()).hasSize(3);
        try (TlsReportCollector collector = open(directory)) {
            assertThat(Sessions.handedOut(collector, clock).report(DOMAIN)).contains(before);
            assertThat(Sessions.totals(Sessions.handedOut(collector, clock)))
                    .isEqualTo(Map.of("successful", 60L, "failed", 30L, "failures", 30L));
        }
        assertThat(events).isEmpty();
    }

    @Test
    void whatIsCountedAfterARestartIsWrittenAsWell() throws IOException {
        for (int run = 1; run <= 4; run++) {
            try (TlsReportCollector collector = open(directory)) {
                count(collector, 5);
                collector.flush();
                assertThat(totalsIn(copyOf(directory))).containsEntry("failed", 10L * run - 5);
                count(collector, 5);
                collector.flush();
                assertThat(totalsIn(copyOf(directory))).containsEntry("failed", 10L * run);
            }
            clock.set(Instant.parse("2026-01-01T12:00:00Z"));
        }
    }

    @Test
    void aKilledProcessHasLostWhatWasNotFlushed() throws IOException {
        try (TlsReportCollector collector = open(directory)) {
            count(collector, 10);
            assertThat(totalsIn(copyOf(directory))).isEmpty();
            collector.flush();
            count(collector, 5);
            assertThat(totalsIn(copyOf(directory))).containsEntry("failed", 10L);
            collector.flush();
            assertThat(totalsIn(copyOf(directory))).containsEntry("failed", 15L);
        }
    }

    @Test
    void theJournalIsWrittenEverySecond() {
        List<Long> delays = new ArrayList<>();
        ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(0) {
            @Override
            public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long first, long delay, TimeUnit unit) {
                delays.add(unit.toMillis(first));
                delays.add(unit.toMillis(delay));
                task.run();
                return super.scheduleWithFixedDelay(task, first, delay, unit);
            }
        };
        TlsReportCollector.builder(Sessions.US)
                .clock(clock)
                .scheduler(scheduler)
                .journal(directory)
                .build()
                .close();

        assertThat(delays).containsExactly(1000L, 1000L);
        assertThat(scheduler.isShutdown()).isFalse();
    }

    @Test
    void aCrashAfterTheHandOverHandsOutTheSameOnceMoreAndNothingIsAdded() throws IOException {
        Path crashed;
        TlsReport handedOut;
        try (TlsReportCollector collector = open(directory)) {
            count(collector, 10);
            handedOut = Sessions.handedOut(collector, clock).report(DOMAIN).orElseThrow();
            crashed = copyOf(directory);
            collector.taken(DAY);
        }
        try (TlsReportCollector collector = open(crashed)) {
            Sessions.record(collector, Sessions.good(DOMAIN));

            assertThat(collector.losses().late()).isEqualTo(1);
            assertThat(collector.finishedDays()).containsExactly(DAY);
            assertThat(collector.handOut(DAY).orElseThrow().report(DOMAIN)).contains(handedOut);
        }
        try (TlsReportCollector collector = open(directory)) {
            Sessions.record(collector, Sessions.good(DOMAIN));

            assertThat(collector.finishedDays()).isEmpty();
            assertThat(collector.losses().late()).isEqualTo(1);
        }
        assertThat(directory.resolve(FILE)).doesNotExist();
    }

    @Test
    void aCrashBetweenTheNoteAndTheDeletionIsMadeGoodAtTheNextStart() throws IOException {
        try (TlsReportCollector collector = open(directory)) {
            count(collector, 1);
        }
        Files.createFile(directory.resolve("taken-2026-01-01"));

        assertThat(totalsIn(directory)).isEmpty();
        assertThat(directory.resolve(FILE)).doesNotExist();
    }

    @Test
    void twoCollectorsNeverUseOneDirectory() {
        try (TlsReportCollector collector = open(directory)) {
            assertThatThrownBy(() -> open(directory)).isInstanceOf(IllegalStateException.class);
            count(collector, 1);
        }
        open(directory).close();
    }

    @Test
    void whatIsNoDirectoryIsToldAtOnce() throws IOException {
        Files.createFile(directory);

        assertThatThrownBy(() -> open(directory)).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void aFileThatHasGrownIsWrittenAnewAndAddsUpToTheSame() throws IOException {
        try (TlsReportCollector collector = open(directory)) {
            for (int i = 0; i < 60; i++) {
                for (int j = 0; j < 500; j++) {
                    SessionFacts facts =
                            SessionFacts.NONE.withHelo("h".repeat(200) + j % 50).withInformation("x".repeat(900));
                    Sessions.record(collector, Sessions.bad(DOMAIN, facts));
                }
                collector.flush();
            }
            assertThat(Files.size(directory.resolve(FILE))).isLessThan(5 << 20);
            assertThat(totalsIn(copyOf(directory)))
                    .containsEntry("failed", 30_000L)
                    .containsEntry("failures", 30_000L);
        }
    }

    // ---- whatever is in the file ----

    @Test
    void whereverAFileIsTornTheLinesBeforeCount() throws IOException {
        try (TlsReportCollector collector = open(directory)) {
            Sessions.record(collector, Sessions.good(DOMAIN));
            collector.flush();
            Sessions.record(collector, Sessions.bad(DOMAIN, SessionFacts.NONE.withHelo("a")));
            collector.flush();
            count(collector, 3);
        }
        byte[] whole = Files.readAllBytes(directory.resolve(FILE));
        Map<String, Long> all = totalsIn(copyOf(directory));
        assertThat(all).containsEntry("successful", 7L).containsEntry("failed", 4L);
        long counted = 0;
        for (int length = 0; length <= whole.length; length++) {
            DayReader.Content content =
                    DayReader.read(new ByteArrayInputStream(whole, 0, length), CollectorLimits.defaults());
            if (content instanceof DayReader.Content.Counts counts) {
                Day day = counts.days().get(0);
                long now = Sessions.totals(DayOfReports.of(day, Sessions.US)).values().stream()
                        .mapToLong(Long::longValue)
                        .sum();
                assertThat(now).as("after %s octets", length).isGreaterThanOrEqualTo(counted);
                assertThat(counts.damaged()).isZero();
                assertThat(counts.torn()).isEqualTo(whole[length - 1] != '\n');
                counted = now;
            } else {
                assertThat(counted).isZero();
            }
        }
        assertThat(counted)
                .isEqualTo(all.values().stream().mapToLong(Long::longValue).sum());
    }

    @Test
    void aTornEndIsCutAndCountingGoesOnBehindIt() throws IOException {
        try (TlsReportCollector collector = open(directory)) {
            count(collector, 2);
        }
        byte[] whole = Files.readAllBytes(directory.resolve(FILE));
        for (int cut = 1; cut < 40; cut++) {
            Path copy = copyOf(directory);
            Files.write(copy.resolve(FILE), Arrays.copyOf(whole, whole.length - cut));
            Map<String, Long> before = totalsIn(copyOf(copy));
            clock.set(Instant.parse("2026-01-01T12:00:00Z"));
            try (TlsReportCollector collector = open(copy)) {
                Sessions.record(collector, Sessions.bad(DomainName.of("new.example"), SessionFacts.NONE));
            }
            assertThat(totalsIn(copy).get("failed"))
                    .as("without %s octets", cut)
                    .isEqualTo(before.getOrDefault("failed", 0L) + 1);
        }
        assertThat(events).isEmpty();
    }

    @Test
    void aDamagedLineIsLeftOutAndTheOthersCount() throws IOException {
        try (TlsReportCollector collector = open(directory)) {
            count(collector, 5);
        }
        List<String> lines = Files.readAllLines(directory.resolve(FILE));
        int damaged = 0;
        while (!lines.get(damaged).contains(" S\t")) {
            damaged++;
        }
        lines.set(damaged, lines.get(damaged).replace(" S\t", " S\t9"));
        Files.write(directory.resolve(FILE), lines);

        assertThat(totalsIn(directory)).containsEntry("failures", 5L);
        assertThat(events).extracting(Event::kind).containsExactly(Kind.JOURNAL_DAMAGED);
    }

    @Test
    void noGarbageStopsTheStart() throws IOException {
        Random random = new Random(8460);
        try (TlsReportCollector collector = open(directory)) {
            count(collector, 3);
        }
        byte[] whole = Files.readAllBytes(directory.resolve(FILE));
        for (int round = 0; round < 300; round++) {
            byte[] garbage = whole.clone();
            for (int i = random.nextInt(30); i >= 0; i--) {
                garbage[random.nextInt(garbage.length)] = (byte) random.nextInt(256);
            }
            DayReader.Content content = DayReader.read(new ByteArrayInputStream(garbage), CollectorLimits.defaults());
            if (content instanceof DayReader.Content.Counts counts) {
                assertThat(Sessions.totals(DayOfReports.of(counts.days().get(0), Sessions.US))
                                .values())
                        .allMatch(total -> total <= 6);
            }
        }
        for (String lines : List.of(
                "",
                "\n",
                "mtasts4j-tls-report-counts 1\n",
                "mtasts4j-tls-report-counts 1\n\0\0\0\0",
                "mtasts4j-tls-report-counts x\n",
                "mtasts4j-tls-report-counts 1\n" + line("D\t2026-01-02\t" + "0".repeat(32)))) {
            Path copy = copyOf(directory);
            Files.writeString(copy.resolve(FILE), lines);
            events.clear();

            assertThat(totalsIn(copy)).as(lines).isEmpty();
            assertThat(events).as(lines).extracting(Event::kind).containsExactly(Kind.JOURNAL_REFUSED);
            assertThat(copy.resolve("refused-2026-01-01")).hasContent(lines);
        }
    }

    @Test
    void linesWithTheRightSumAndNoSenseAreLeftOut() throws IOException {
        String[] senseless = {
            "",
            "Z",
            "X\t1",
            "S\t1\t1",
            "S\t1\t-1\t0",
            "S\t1\t9007199254740992\t0",
            "S\t2\t1\t1",
            "S\tx\t1\t1",
            "F\t1\t1\t\t\t\t\t\t\t",
            "F\t1\t1\tx\tlocalhost\t\t\t\t\t",
            "F\t1",
            "P\t1\ta..b\tsts\texample.com\t0",
            "P\t1\texample.com\tsts\texample.com\t9",
            "P\t0\texample.com\tsts\texample.com\t0",
            "P\t99999999\texample.com\tsts\texample.com\t0",
            "P\t1\texample.com\tdane\texample.com\t0",
            "D\tyesterday\t" + "0".repeat(32),
            "D\t2026-01-01\tseed",
        };
        StringBuilder file = new StringBuilder("mtasts4j-tls-report-counts 1\n")
                .append(line("D\t2026-01-01\t" + "0".repeat(32)))
                .append(line("P\t1\texample.com\tsts\texample.com\t1\tversion: STSv1\tmx.example.com"));
        for (String payload : senseless) {
            file.append(line(payload));
        }
        file.append(line("S\t1\t4\t2"));
        DayReader.Content.Counts counts = (DayReader.Content.Counts) DayReader.read(
                new ByteArrayInputStream(file.toString().getBytes(StandardCharsets.UTF_8)), CollectorLimits.defaults());

        assertThat(counts.damaged()).isEqualTo(senseless.length);
        assertThat(Sessions.totals(DayOfReports.of(counts.days().get(0), Sessions.US)))
                .isEqualTo(Map.of("successful", 4L, "failed", 2L, "failures", 0L));
    }

    private static String line(String payload) {
        return DayLines.checksum(payload.getBytes(StandardCharsets.UTF_8)) + " " + payload + "\n";
    }

    @Test
    void aLaterReleasesFileIsLeftAlone() throws IOException {
        Files.createDirectory(directory);
        Files.writeString(directory.resolve("counts-2-2026-01-01"), "whatever");
        Files.writeString(directory.resolve(FILE), "mtasts4j-tls-report-counts 17\nsomething\n");
        try (TlsReportCollector collector = open(directory)) {
            count(collector, 5);
            collector.flush();
            assertThat(collectorTotals(collector)).containsEntry("failed", 5L);
            collector.taken(DAY);
        }

        open(directory).close(); // The day was taken, and the file is still not ours to delete.
        assertThat(events)
                .extracting(Event::kind)
                .containsOnly(Kind.JOURNAL_NEWER)
                .hasSize(4);
        assertThat(directory.resolve("counts-2-2026-01-01")).hasContent("whatever");
        assertThat(directory.resolve(FILE)).hasContent("mtasts4j-tls-report-counts 17\nsomething\n");
    }

    @Test
    void tenGigabytesAreRefusedUnread() throws IOException {
        Files.createDirectory(directory);
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve(FILE).toFile(), "rw")) {
            file.setLength(10L << 30); // A hole, as far as the disk is concerned.
        }

        assertThat(totalsIn(directory)).isEmpty();
        assertThat(events).extracting(Event::kind).containsExactly(Kind.JOURNAL_REFUSED);
        assertThat(directory.resolve("refused-2026-01-01")).exists();
    }

    @Test
    void whatIsNoFileIsNotOpened() throws IOException {
        Files.createDirectories(directory.resolve(FILE).resolve("inside"));

        assertThat(totalsIn(directory)).isEmpty();
        assertThat(events).extracting(Event::kind).containsExactly(Kind.JOURNAL_REFUSED);
    }

    @Test
    void ofTooManyDaysThoseNearestToTodayAreKept() throws IOException {
        Files.createDirectory(directory);
        for (int day = 1; day <= 5; day++) {
            String date = "2025-12-2" + day;
            Files.writeString(
                    directory.resolve("counts-1-" + date),
                    "mtasts4j-tls-report-counts 1\n" + line("D\t" + date + "\t" + "0".repeat(32)));
        }
        try (TlsReportCollector collector = open(directory)) {
            assertThat(collector.finishedDays()).containsExactly(DAY.minusDays(9), DAY.minusDays(8), DAY.minusDays(7));
        }
        assertThat(events).extracting(Event::kind).containsExactly(Kind.DAY_DROPPED, Kind.DAY_DROPPED);
    }

    // ---- disk trouble ----

    @Test
    void whileTheDiskFailsCountingGoesOnAndNothingIsLostInTheEnd() throws IOException {
        try (TlsReportCollector collector = open(directory)) {
            Path obstacle =
                    Files.createDirectories(directory.resolve("temp-2026-01-01").resolve("inside"));
            count(collector, 5);
            collector.flush();
            collector.flush();
            assertThat(events).extracting(Event::kind).containsExactly(Kind.JOURNAL_FAILING);
            count(collector, 5);
            Files.delete(obstacle);
            Files.delete(directory.resolve("temp-2026-01-01"));
            collector.flush();

            assertThat(events).extracting(Event::kind).containsExactly(Kind.JOURNAL_FAILING, Kind.JOURNAL_RECOVERED);
            assertThat(totalsIn(copyOf(directory))).containsEntry("failed", 10L).containsEntry("successful", 20L);
        }
    }

    @Test
    void whoDeletesTheFilesLosesNothingThatIsStillCounted() throws IOException {
        try (TlsReportCollector collector = open(directory)) {
            count(collector, 5);
            collector.flush();
            Path gone = temporary.resolve("gone");
            Files.move(directory, gone);
            count(collector, 1);
            collector.flush();
            assertThat(events).extracting(Event::kind).containsExactly(Kind.JOURNAL_FAILING);
            Files.createDirectory(directory);
            collector.flush();

            assertThat(totalsIn(copyOf(directory))).containsEntry("failed", 6L);
        }
    }

    @Test
    void anInterruptedThreadSpoilsNothing() throws IOException {
        try (TlsReportCollector collector = open(directory)) {
            count(collector, 5);
            collector.flush();
            count(collector, 5);
            Thread.currentThread().interrupt();
            collector.flush(); // Closes the channel, as Java has it.
            assertThat(Thread.interrupted()).isTrue();
            collector.flush();

            assertThat(totalsIn(copyOf(directory))).containsEntry("failed", 10L);
        }
    }
}
