// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.ResolverListener;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.jfr.FlightRecorderListener;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.report.TlsReportRecorder;
import io.github.mtasts4j.tls.TlsOutcome;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A front door with metrics, a recording, a listener and a recorder of the embedder's own, as docs/embedding.md has it. */
final class WatchingTest {

    private static final PolicyDomain DOMAIN = PolicyDomain.ofRecipient("alice@example.com");
    private static final DomainName EVIL = DomainName.of("mx.evil.example");

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final ResolverListener alerts = ResolverListener.NONE;
    private final TlsReportRecorder reports = TlsReportRecorder.NONE;
    private final TxtLookup txt = name ->
            new TxtLookup.Records(List.of("v=STSv1; id=1;".getBytes(StandardCharsets.US_ASCII)), Duration.ofMinutes(5));
    private final PolicyFetcher fetcher = request -> new PolicyFetcher.Response(
            200,
            List.of("text/plain"),
            List.of(),
            "version: STSv1\nmode: enforce\nmx: mx.example.com\nmax_age: 604800\n".getBytes(StandardCharsets.US_ASCII));

    @Test
    void oneAttemptIsSeenInTheMetricsAndInTheRecording(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("mtasts.jfr");
        try (Recording recording = new Recording();
                MtaSts sts = watched()) {
            recording.start();
            sts.decide(sts.resolve(DOMAIN), EVIL, new TlsOutcome.NotOffered());
            recording.stop();
            recording.dump(file);
        }

        assertThat(RecordingFile.readAllEvents(file))
                .extracting(WatchingTest::nameOf)
                .contains("io.github.mtasts4j.PolicyFetched", "io.github.mtasts4j.AttemptFailed");
        assertThat(registry.get("mtasts.policy.fetched")
                        .tag("mode", "enforce")
                        .functionCounter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("mtasts.decisions")
                        .tags("verdict", "defer", "mode", "enforce", "policy", "found")
                        .functionCounter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void thePageShowsTheVeryCodeThatIsTestedHere() throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/github/mtasts4j/metrics/WatchingTest.java"));
        String region = source.split("// \\[/?embedding]\n", -1)[1];

        assertThat(Files.readString(Path.of("../docs/embedding.md")))
                .contains(region.stripTrailing().stripIndent());
    }

    private MtaSts watched() {
        // [embedding]
        MtaStsMetrics metrics = new MtaStsMetrics();
        metrics.bindTo(registry);
        FlightRecorderListener recording = new FlightRecorderListener();
        MtaSts sts = MtaSts.builder(txt, fetcher)
                .listener(ResolverListener.all(metrics, recording, alerts))
                .recorder(TlsReportRecorder.all(metrics, recording, reports))
                .build();
        // [/embedding]
        return sts;
    }

    private static String nameOf(RecordedEvent event) {
        return event.getEventType().getName();
    }
}
