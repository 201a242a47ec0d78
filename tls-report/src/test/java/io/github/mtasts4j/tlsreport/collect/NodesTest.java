// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.collect;

import static io.github.mtasts4j.tlsreport.collect.Sessions.DAY;
import static io.github.mtasts4j.tlsreport.collect.Sessions.DOMAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mtasts4j.delivery.SessionFacts;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.tlsreport.MailAddress;
import io.github.mtasts4j.tlsreport.TlsReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster, each node of which has seen a part of the day. */
final class NodesTest {

    private static DayOfReports node(int seed) {
        MovableClock clock = new MovableClock(Sessions.NOON);
        TlsReportCollector collector =
                TlsReportCollector.builder(Sessions.US).clock(clock).build();
        Random random = new Random(seed);
        for (int i = 0; i < 400; i++) {
            DomainName domain = DomainName.of("d" + random.nextInt(5) + ".example");
            Sessions.record(
                    collector,
                    random.nextBoolean()
                            ? Sessions.good(domain)
                            : Sessions.bad(domain, SessionFacts.NONE.withHelo("h" + random.nextInt(300))));
        }
        Sessions.record(collector, Sessions.plain(DomainName.of("only" + seed + ".example")));
        return Sessions.handedOut(collector, clock);
    }

    private static Map<DomainName, Optional<TlsReport>> reports(DayOfReports day) {
        return day.domains().stream().collect(Collectors.toMap(domain -> domain, day::report));
    }

    @Test
    void theDaysOfSeveralNodesAreOneInWhateverOrderTheyAreMerged() {
        DayOfReports a = node(1);
        DayOfReports b = node(2);
        DayOfReports c = node(3);

        DayOfReports all = a.merge(b).merge(c);
        assertThat(reports(c.merge(b.merge(a)))).isEqualTo(reports(all));
        assertThat(reports(b.merge(a.merge(c)))).isEqualTo(reports(all));
        assertThat(all.domains()).hasSize(5 + 3);
        assertThat(Sessions.total(all, "successful") + Sessions.total(all, "failed"))
                .isEqualTo(3 * 401);
    }

    @Test
    void aPartThatIsThereTwiceCountsOnce() {
        DayOfReports a = node(1);
        DayOfReports b = node(2);

        assertThat(reports(a.merge(b).merge(a).merge(b.merge(a)))).isEqualTo(reports(a.merge(b)));
    }

    @Test
    void whatANodeHasSavedAnotherReads(@TempDir Path shared) throws IOException {
        DayOfReports a = node(1);
        DayOfReports b = node(2);
        a.save(shared.resolve("a"));
        b.save(shared.resolve("b"));
        DayOfReports merged = DayOfReports.load(shared.resolve("b"), Sessions.US)
                .merge(DayOfReports.load(shared.resolve("a"), Sessions.US));
        merged.save(shared.resolve("both"));

        assertThat(merged.date()).isEqualTo(DAY);
        assertThat(reports(merged)).isEqualTo(reports(a.merge(b)));
        assertThat(reports(DayOfReports.load(shared.resolve("both"), Sessions.US)))
                .isEqualTo(reports(merged));
        try (var files = Files.list(shared)) {
            assertThat(files).hasSize(3);
        }
    }

    @Test
    void eachNodeHasIdsOfItsOwnSoThatUnmergedReportsAreDifferentOnes() {
        DomainName domain = DomainName.of("d1.example");

        assertThat(node(1).report(domain).orElseThrow().reportId())
                .isNotEqualTo(node(1).report(domain).orElseThrow().reportId())
                .matches("[0-9a-f]{32}");
    }

    @Test
    void whatIsNoDayIsAnError(@TempDir Path shared) throws IOException {
        Path file = shared.resolve("file");
        node(1).save(file);
        byte[] whole = Files.readAllBytes(file);

        Files.writeString(file, "garbage");
        assertThatThrownBy(() -> DayOfReports.load(file, Sessions.US)).isInstanceOf(IOException.class);
        Files.writeString(file, "mtasts4j-tls-report-counts 9\n");
        assertThatThrownBy(() -> DayOfReports.load(file, Sessions.US)).hasMessageContaining("format 9");
        Files.write(file, Arrays.copyOf(whole, whole.length - 100));
        assertThatThrownBy(() -> DayOfReports.load(file, Sessions.US)).hasMessageContaining("not whole");
    }

    @Test
    void twoDaysOrTwoOrganizationsAreNotMerged() {
        DayOfReports day = node(1);
        MovableClock clock = new MovableClock(Sessions.NOON);
        ReportingOrganization others = new ReportingOrganization("Other", MailAddress.of("a@other.example"));
        TlsReportCollector collector =
                TlsReportCollector.builder(others).clock(clock).build();
        Sessions.record(collector, Sessions.good(DOMAIN));
        DayOfReports theirs = Sessions.handedOut(collector, clock);

        assertThatThrownBy(() -> day.merge(theirs)).isInstanceOf(IllegalArgumentException.class);
        assertThat(List.of(day.domains(), theirs.domains())).doesNotHaveDuplicates();
        assertThatThrownBy(() -> new ReportingOrganization("", others.contact()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
