// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.collect;

import static io.github.mtasts4j.tlsreport.collect.Sessions.DOMAIN;
import static io.github.mtasts4j.tlsreport.collect.Sessions.MX;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.MxAttempt;
import io.github.mtasts4j.delivery.SessionFacts;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.tls.TlsOutcome;
import io.github.mtasts4j.tlsreport.MailAddress;
import io.github.mtasts4j.tlsreport.TlsReport;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of the part about collecting in {@code docs/tls-reporting.md}. */
final class CollectingPageTest {

    private static final Path SOURCE =
            Path.of("src/test/java/io/github/mtasts4j/tlsreport/collect/CollectingPageTest.java");

    private final MovableClock clock = new MovableClock(Sessions.NOON);
    private final List<String> queued = new ArrayList<>();

    @Test
    void tenLinesWireItIn(@TempDir Path directory) throws IOException {
        TxtLookup dns = name -> new TxtLookup.None(Duration.ofMinutes(1));
        PolicyFetcher fetcher = request -> new PolicyFetcher.Unreachable("test", "nobody is asked");
        // region wire
        TlsReportCollector collector = TlsReportCollector.builder(
                        new ReportingOrganization("Sender Inc.", MailAddress.of("tls-reports@sender.example")))
                .journal(directory)
                .build();
        MtaSts sts = MtaSts.builder(dns, fetcher).recorder(collector).build();
        // endregion wire
        try (collector;
                sts;
                Socket socket = new Socket()) {
            assertThat(decide(sts, socket).mayDeliver()).isFalse();
        }
        try (TlsReportCollector tomorrow = TlsReportCollector.builder(Sessions.US)
                .clock(() -> Sessions.NOON.plus(Duration.ofDays(40_000)))
                .journal(directory)
                .build()) {
            handOver(tomorrow);
            assertThat(queued).containsExactly("example.com: 1 policies");
            assertThat(tomorrow.finishedDays()).isEmpty();
        }
    }

    private static DeliveryDecision decide(MtaSts sts, Socket socket) {
        PolicyResolution policy = Sessions.found(DOMAIN, Mode.ENFORCE);
        DomainName mx = MX;
        TlsOutcome tls = new TlsOutcome.NotOffered();
        String helo = "mx.example.com";
        // region facts
        SessionFacts facts = SessionFacts.of(socket).withHelo(helo);
        DeliveryDecision decision =
                sts.decide(new MxAttempt(policy, mx, tls, DaneOutcome.NOT_APPLICABLE).withSession(facts));
        // endregion facts
        return decision;
    }

    private void handOver(TlsReportCollector collector) {
        // region handover
        for (LocalDate date : collector.finishedDays()) {
            DayOfReports day = collector.handOut(date).orElseThrow();
            for (DomainName domain : day.domains()) {
                queue(day.report(domain).orElseThrow(), domain);
            }
            collector.taken(date); // Not before all of them are safe.
        }
        // endregion handover
    }

    private void queue(TlsReport report, DomainName domain) {
        queued.add(domain + ": " + report.policies().size() + " policies");
    }

    @Test
    void aNodeOfAClusterLeavesItsDayToAnother(@TempDir Path shared) throws IOException {
        try (TlsReportCollector collector =
                TlsReportCollector.builder(Sessions.US).clock(clock).build()) {
            Sessions.record(collector, Sessions.good(DOMAIN));
            clock.set(Instant.parse("2026-01-02T08:00:00Z"));
            leave(collector, shared, "node1");
        }
        clock.set(Instant.parse("2026-01-01T12:00:00Z"));
        try (TlsReportCollector collector =
                TlsReportCollector.builder(Sessions.US).clock(clock).build()) {
            Sessions.record(collector, Sessions.good(DOMAIN));
            clock.set(Instant.parse("2026-01-02T08:00:00Z"));
            leave(collector, shared, "node2");
        }

        assertThat(Sessions.total(merged(shared, Sessions.DAY), "successful")).isEqualTo(2);
    }

    private static void leave(TlsReportCollector collector, Path shared, String node) throws IOException {
        // region leave
        for (LocalDate date : collector.finishedDays()) {
            Path day = Files.createDirectories(shared.resolve(date.toString()));
            collector.handOut(date).orElseThrow().save(day.resolve(node));
            collector.taken(date);
        }
        // endregion leave
    }

    private static DayOfReports merged(Path shared, LocalDate date) throws IOException {
        ReportingOrganization who = Sessions.US;
        // region merge
        List<DayOfReports> parts = new ArrayList<>();
        try (Stream<Path> nodes = Files.list(shared.resolve(date.toString()))) {
            for (Path node :
                    nodes.filter(file -> !file.toString().endsWith(".part")).toList()) {
                parts.add(DayOfReports.load(node, who));
            }
        }
        DayOfReports day = parts.stream().reduce(DayOfReports::merge).orElseThrow();
        // endregion merge
        return day;
    }

    @Test
    void thePageShowsThisCode() throws IOException {
        String page = Files.readString(Path.of("../docs/tls-reporting.md"));

        assertThat(page)
                .contains(region("wire"), region("facts"), region("handover"), region("leave"), region("merge"));
    }

    private static String region(String name) throws IOException {
        List<String> lines = Files.readAllLines(SOURCE);
        int from = lines.indexOf("        // region " + name);
        int to = lines.indexOf("        // endregion " + name);
        assertThat(from).isBetween(0, to);
        return String.join("\n", lines.subList(from + 1, to)).indent(-8).stripTrailing();
    }
}
