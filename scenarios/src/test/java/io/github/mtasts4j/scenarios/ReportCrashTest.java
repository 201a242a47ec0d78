// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tlsreport.FailureCount;
import io.github.mtasts4j.tlsreport.PolicyReport;
import io.github.mtasts4j.tlsreport.TlsReport;
import io.github.mtasts4j.tlsreport.collect.DayOfReports;
import io.github.mtasts4j.tlsreport.collect.TlsReportCollector;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that count sessions are killed with SIGKILL in the midst of it, or have little heap. How often is the system
 * property {@code mtasts.crash.rounds}, a tenth of it.
 */
final class ReportCrashTest {

    private static final int ROUNDS = Integer.getInteger("mtasts.crash.rounds", 150) / 10;
    private static final int MOST_BATCHES_BEFORE_A_KILL = 40;

    private final Path temporary;

    ReportCrashTest(@TempDir Path temporary) {
        this.temporary = temporary;
    }

    /** What a day's reports add up to. */
    private record Totals(long successful, long failed, long failures) {}

    @Test
    void aKilledProcessLosesNothingThatWasWrittenAndMakesNothingUp() throws Exception {
        Path directory = temporary.resolve("journal");
        Random random = new Random(8460);
        long counted = 0;
        for (int round = 0; round < ROUNDS; round++) {
            List<String> lines = killed(start(directory, "count", "64m"), random.nextInt(MOST_BATCHES_BEFORE_A_KILL));
            long done =
                    lines.stream().filter(line -> line.matches("done \\d+\\.")).count();
            long begun =
                    lines.stream().filter(line -> line.matches("begun \\d+\\.")).count();
            Totals totals = totals(directory, round);
            long now = totals.successful + totals.failed;

            assertThat(now - counted).isBetween(done * SessionCounter.BATCH, begun * SessionCounter.BATCH);
            // Each kill so far may have come between the line of a domain's sessions and those of their failures.
            long cut = (round + 1L) * SessionCounter.MOST_FAILURES_OF_A_DOMAIN;
            assertThat(totals.failures).isBetween(totals.failed - cut, totals.failed);
            counted = now;
        }
        assertThat(counted).isPositive();
    }

    @Test
    void whateverStrangersMakeUpTheHeapSuffices() throws Exception {
        Process process = start(temporary.resolve("journal"), "flood", "40m");
        try (BufferedReader lines = process.inputReader()) {
            assertThat(lines.readLine()).matches("done [1-9][0-9]*\\.");
        }

        assertThat(process.waitFor()).isZero();
        Totals totals = totals(temporary.resolve("journal"), 0);
        assertThat(totals.failed).isGreaterThan(60_000);
    }

    /** Kills a process after so many batches. Returns all that it has said. */
    private static List<String> killed(Process process, int after) throws IOException, InterruptedException {
        List<String> said = new ArrayList<>();
        try (BufferedReader lines = process.inputReader()) {
            for (int done = 0; done < after; ) {
                String line = requireNonNull(lines.readLine(), "the process has ended by itself");
                said.add(line);
                done += line.startsWith("done") ? 1 : 0;
            }
            process.toHandle().destroyForcibly(); // Process.destroyForcibly would throw away what is yet unread.
            lines.lines().forEach(said::add);
        }
        process.waitFor();
        return said;
    }

    /** In a copy, because to look is to hand out. */
    private Totals totals(Path directory, int round) throws IOException {
        Path copy = Files.createDirectory(temporary.resolve("copy" + round));
        if (Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file :
                        files.filter(path -> path.toString().contains("counts")).toList()) {
                    Files.copy(file, copy.resolve(String.valueOf(file.getFileName())));
                }
            }
        }
        List<TlsReportCollector.Event> events = new ArrayList<>();
        try (TlsReportCollector collector = TlsReportCollector.builder(SessionCounter.US)
                .clock(InstantSource.fixed(SessionCounter.NOON.plus(Duration.ofDays(1))))
                .listener(events::add)
                .journal(copy)
                .build()) {
            List<PolicyReport> policies = collector.finishedDays().stream()
                    .flatMap(day -> reports(collector.handOut(day).orElseThrow()))
                    .flatMap(report -> report.policies().stream())
                    .toList();
            assertThat(events).isEmpty();
            return new Totals(
                    policies.stream()
                            .mapToLong(policy -> policy.sessions().successful())
                            .sum(),
                    policies.stream()
                            .mapToLong(policy -> policy.sessions().failed())
                            .sum(),
                    policies.stream()
                            .flatMap(policy -> policy.failures().stream())
                            .mapToLong(FailureCount::sessions)
                            .sum());
        }
    }

    private static Stream<TlsReport> reports(DayOfReports day) {
        List<DomainName> domains = day.domains();
        return domains.stream().map(domain -> day.report(domain).orElseThrow());
    }

    private static Process start(Path directory, String what, String heap) throws IOException {
        return ChildJvm.start(SessionCounter.class, heap, directory.toString(), what);
    }
}
