// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.tlsreport.send.ReportSender;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that queue and send reports are killed with SIGKILL in the midst of it, after so many acknowledged reports. */
final class ReportQueueCrashTest {

    private static final int ROUNDS = 20;
    private static final int MOST_REPORTS_BEFORE_A_KILL = 40;

    @Test
    void noAcknowledgedReportIsLostNorTakenTwice(@TempDir Path queue) throws Exception {
        Random random = new Random(3);
        List<String> acknowledged = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            acknowledged.addAll(killed(start(queue, round * 100_000), random.nextInt(MOST_REPORTS_BEFORE_A_KILL)));

            try (ReportSender sender = ReportQueuer.sender(queue, ReportQueuer.NOW)) {
                assertThat(acknowledged)
                        .allSatisfy(id -> assertThat(sender.hand(ReportQueuer.report(id), ReportQueuer.DOMAIN))
                                .isEqualTo(ReportSender.Handover.KNOWN));
            }
        }
        assertThat(acknowledged).hasSizeGreaterThan(ROUNDS).doesNotHaveDuplicates();
        assertThat(queue.resolve("damaged")).isEmptyDirectory();
    }

    private static List<String> killed(Process process, int after) throws IOException, InterruptedException {
        List<String> ids = new ArrayList<>();
        try (BufferedReader lines = process.inputReader()) {
            lines.lines().limit(after).forEach(ids::add);
            process.toHandle().destroyForcibly(); // Process.destroyForcibly would throw away what is yet unread.
            lines.lines().forEach(ids::add);
        }
        process.waitFor();
        return ids.stream()
                .filter(line -> line.endsWith("."))
                .map(line -> line.substring(0, line.length() - 1))
                .toList();
    }

    private static Process start(Path queue, int first) throws IOException {
        return ChildJvm.start(ReportQueuer.class, "64m", queue.toString(), Integer.toString(first));
    }
}
