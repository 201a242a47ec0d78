// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.collect;

import static io.github.mtasts4j.tlsreport.collect.Sessions.DAY;
import static io.github.mtasts4j.tlsreport.collect.Sessions.DOMAIN;
import static io.github.mtasts4j.tlsreport.collect.Sessions.MX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.delivery.MxAttempt;
import io.github.mtasts4j.delivery.SessionFacts;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.report.FailureDetail;
import io.github.mtasts4j.report.PolicyType;
import io.github.mtasts4j.report.ResultType;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.tlsreport.AppliedPolicy;
import io.github.mtasts4j.tlsreport.FailureCount;
import io.github.mtasts4j.tlsreport.FailureKey;
import io.github.mtasts4j.tlsreport.PolicyReport;
import io.github.mtasts4j.tlsreport.SessionCounts;
import io.github.mtasts4j.tlsreport.collect.TlsReportCollector.Event;
import io.github.mtasts4j.tlsreport.collect.TlsReportCollector.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Strangers who would like it to grow. */
final class BoundsTest {

    private final MovableClock clock = new MovableClock(Sessions.NOON);
    private final List<Event> events = new CopyOnWriteArrayList<>();

    private TlsReportCollector collector(CollectorLimits limits) {
        return TlsReportCollector.builder(Sessions.US)
                .clock(clock)
                .limits(limits)
                .listener(events::add)
                .build();
    }

    @Test
    void aNewHeloEachSessionPushesOutItsOwnEntriesOnly() {
        TlsReportCollector collector = collector(CollectorLimits.defaults());
        for (int i = 0; i < 5000; i++) {
            String helo = "\u001b[2J\r\n" + "x".repeat(10_000) + new StringBuilder("" + i).reverse();
            Sessions.record(collector, Sessions.bad(DOMAIN, SessionFacts.NONE.withHelo(i % 2 == 0 ? helo : "h" + i)));
        }
        Sessions.record(collector, Sessions.bad(DOMAIN, SessionFacts.NONE)); // The honest one comes last.
        PolicyReport report = Sessions.only(Sessions.handedOut(collector, clock), DOMAIN);

        assertThat(report.sessions()).isEqualTo(new SessionCounts(0, 5001));
        assertThat(report.failures()).hasSize(PolicyReport.MAX_FAILURES + 1);
        assertThat(report.failures().get(0).key().receivingMxHelo()).isEmpty();
        assertThat(report.failures().stream().mapToLong(FailureCount::sessions).sum())
                .isEqualTo(5001);
    }

    @Test
    void whatIsKeptDoesNotDependOnTheOrder() {
        List<Integer> order = new ArrayList<>(IntStream.range(0, 700).boxed().toList());
        PolicyReport first = null;
        for (int round = 0; round < 5; round++) {
            Collections.shuffle(order, new Random(round));
            clock.set(Instant.parse("2026-01-01T12:00:00Z"));
            TlsReportCollector collector = collector(CollectorLimits.defaults());
            order.forEach(i ->
                    Sessions.record(collector, Sessions.bad(DOMAIN, SessionFacts.NONE.withHelo("h" + i % 350))));
            PolicyReport report = Sessions.only(Sessions.handedOut(collector, clock), DOMAIN);
            first = first == null ? report : first;

            assertThat(report).isEqualTo(first);
        }
    }

    @Test
    void newTlsaRecordsEachSessionLeaveThePolicyOfTheDomainAlone() {
        TlsReportCollector collector = collector(CollectorLimits.defaults());
        for (int i = 0; i < 1000; i++) {
            SessionFacts tlsa = SessionFacts.NONE.withTlsa(MX, List.of("3 1 1 " + (2000 - i)));
            Sessions.record(
                    collector,
                    Sessions.decide(
                            new MxAttempt(Sessions.found(DOMAIN, Mode.ENFORCE), MX, Sessions.verified(MX), dane(i))
                                    .withSession(tlsa)));
        }
        DayOfReports day = Sessions.handedOut(collector, clock);
        List<PolicyReport> policies = Sessions.policies(day, DOMAIN);

        assertThat(policies).hasSize(33);
        assertThat(policies.get(0).policy().type()).isEqualTo(PolicyType.STS);
        assertThat(policies.get(0).sessions().successful()).isEqualTo(1000);
        assertThat(policies.get(1).policy().policyString()).containsExactly("3 1 1 1001");
        assertThat(policies.get(32).policy().policyString()).containsExactly("other");
        assertThat(policies.get(32).policy().domain()).isEqualTo(MX);
        assertThat(Sessions.totals(day)).isEqualTo(Map.of("successful", 1500L, "failed", 500L, "failures", 500L));
    }

    private static DaneOutcome dane(int i) {
        return i % 2 == 0 ? DaneOutcome.PASSED : DaneOutcome.FAILED;
    }

    @Test
    void domainsBeyondTheLimitAreNotCountedAndThatIsToldOnceADay() {
        TlsReportCollector collector = collector(new CollectorLimits(100, 16 << 20, 3));
        for (int i = 0; i < 500; i++) {
            Sessions.record(collector, Sessions.plain(DomainName.of("junk" + i + ".example")));
        }
        assertThat(collector.losses().noRoom()).isEqualTo(425);
        for (int i = 0; i < 50; i++) {
            Sessions.record(collector, Sessions.good(DomainName.of("bank" + i + ".example")));
        }

        assertThat(collector.losses().noRoom()).isEqualTo(450);
        assertThat(events).extracting(Event::kind).containsExactly(Kind.DOMAINS_LEFT_OUT);
        assertThat(Sessions.handedOut(collector, clock).domains()).hasSize(100);
        assertThat(Sessions.totals(collector.handOut(DAY).orElseThrow())).containsEntry("successful", 100L);
    }

    @Test
    void oneDomainTakesA64thOfTheHeapAtMostAndTheOthersHaveTheirRoom() {
        CollectorLimits limits = new CollectorLimits(1000, 4 << 20, 3);
        TlsReportCollector collector = collector(limits);
        for (int i = 0; i < 32; i++) {
            for (int j = 0; j < 120; j++) {
                String information = "https://sender.example/" + "x".repeat(1000) + i + "/" + j;
                SessionFacts facts = SessionFacts.NONE
                        .withTlsa(MX, List.of("3 1 1 " + i))
                        .withHelo("h".repeat(250) + j)
                        .withInformation(information);
                Sessions.record(
                        collector,
                        Sessions.decide(
                                new MxAttempt(Sessions.absent(DOMAIN), MX, Sessions.verified(MX), DaneOutcome.FAILED)
                                        .withSession(facts)));
            }
        }
        for (int i = 0; i < 500; i++) {
            Sessions.record(collector, Sessions.bad(DomainName.of("bank" + i + ".example"), SessionFacts.NONE));
        }
        DayOfReports day = Sessions.handedOut(collector, clock);
        long octets = Sessions.policies(day, DOMAIN).stream()
                .flatMap(policy -> policy.failures().stream())
                .filter(failure -> !failure.key().equals(FailureKey.OTHER))
                .mapToLong(failure -> Budget.of(failure.key()))
                .sum();

        assertThat(octets).isBetween(1000L, limits.octetsOfADomain());
        assertThat(Sessions.totals(day))
                .containsEntry("failed", 32 * 120 + 500L)
                .containsEntry("failures", 32 * 120 + 500L);
        assertThat(Sessions.policies(day, DomainName.of("bank499.example"))
                        .get(0)
                        .failures())
                .extracting(FailureCount::key)
                .doesNotContain(FailureKey.OTHER);
    }

    /** Two mebibytes of text are offered for each of the two that a day may take. */
    @ParameterizedTest
    @ValueSource(ints = {1, 1000})
    void theEstimateNeverExceedsTheLimitWhateverIsCounted(int domains) {
        CollectorLimits limits = new CollectorLimits(1_000_000, 2 << 20, 3);
        TlsReportCollector collector = collector(limits);
        long charged = 0;
        for (int i = 0; i < 20_000; i++) {
            DomainName domain = DomainName.of("d" + i % domains + "." + "l".repeat(60) + ".example");
            Sessions.record(collector, Sessions.bad(domain, SessionFacts.NONE.withHelo("h".repeat(200) + i)));
        }
        DayOfReports day = Sessions.handedOut(collector, clock);
        for (DomainName domain : day.domains()) {
            charged += Budget.of(domain);
            for (PolicyReport policy : Sessions.policies(day, domain)) {
                charged += Held.isOther(policy.policy()) ? 0 : Budget.of(policy.policy());
                charged += policy.failures().stream()
                        .map(FailureCount::key)
                        .filter(key -> !key.equals(FailureKey.OTHER))
                        .mapToLong(Budget::of)
                        .sum();
            }
        }

        assertThat(charged).isLessThanOrEqualTo(limits.maxOctets());
        assertThat(Sessions.total(day, "failed") + collector.losses().noRoom()).isEqualTo(20_000);
    }

    @Test
    void countsStopWhereAJsonNumberEnds() {
        Day day = new Day(DAY, "0".repeat(32), CollectorLimits.defaults());
        Held held = Held.of(DOMAIN, AppliedPolicy.none(DOMAIN));
        FailureKey key = FailureKey.of(new FailureDetail(ResultType.VALIDATION_FAILURE, "tls-version"));
        for (int i = 0; i < 2000; i++) {
            day.add(held, SessionCounts.MAX, SessionCounts.MAX, List.of(key), SessionCounts.MAX);
        }
        day.succeed(held);

        assertThat(Sessions.only(DayOfReports.of(day, Sessions.US), DOMAIN))
                .isEqualTo(new PolicyReport(
                        AppliedPolicy.none(DOMAIN),
                        new SessionCounts(SessionCounts.MAX, SessionCounts.MAX),
                        List.of(new FailureCount(key, SessionCounts.MAX))));
    }

    @Test
    void limitsThatLeaveNoRoomAreRefused() {
        assertThatThrownBy(() -> new CollectorLimits(0, 1 << 20, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new CollectorLimits(1, 1000, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new CollectorLimits(1, 1 << 20, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
