// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.collect;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.delivery.DanePrecedence;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.DeliveryJudge;
import io.github.mtasts4j.delivery.MxAttempt;
import io.github.mtasts4j.delivery.SessionFacts;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.Freshness;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.policy.PolicyParser;
import io.github.mtasts4j.report.SessionResult;
import io.github.mtasts4j.report.TlsReportRecorder;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.tls.TlsOutcome;
import io.github.mtasts4j.tls.VerifiedPeer;
import io.github.mtasts4j.tlsreport.FailureCount;
import io.github.mtasts4j.tlsreport.MailAddress;
import io.github.mtasts4j.tlsreport.PolicyReport;
import io.github.mtasts4j.tlsreport.TlsReport;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Sessions to count, and what a day's reports add up to. */
final class Sessions {

    static final ReportingOrganization US =
            new ReportingOrganization("Sender", MailAddress.of("tls-reports@sender.example"));
    static final LocalDate DAY = LocalDate.of(2026, 1, 1);
    static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    static final DomainName DOMAIN = DomainName.of("example.com");
    static final DomainName MX = DomainName.of("mx.example.com");

    private Sessions() {}

    static CachedPolicy policy(DomainName domain, Mode mode, String more) {
        String text = "version: STSv1\nmode: " + mode.keyword() + "\nmx: mx." + domain + "\nmax_age: 86400" + more;
        return new CachedPolicy(
                domain,
                "1",
                new PolicyParser(Grammar.STRICT)
                        .parse(text.getBytes(StandardCharsets.UTF_8))
                        .orElseThrow(),
                NOON.minusSeconds(60));
    }

    static PolicyResolution found(DomainName domain, Mode mode) {
        return new PolicyResolution.Found(policy(domain, mode, ""), Freshness.CACHED, Optional.empty());
    }

    static PolicyResolution absent(DomainName domain) {
        return new PolicyResolution.Absent(new PolicyDomain.Named(domain));
    }

    static TlsOutcome verified(DomainName mx) {
        return new TlsOutcome.Verified(VerifiedPeer.assertedBy("test", mx));
    }

    static DeliveryDecision decide(MxAttempt attempt) {
        return new DeliveryJudge(DanePrecedence.BOTH_MUST_HOLD).decide(attempt);
    }

    /** A session that complies with an enforce policy of the domain. */
    static DeliveryDecision good(DomainName domain) {
        DomainName mx = DomainName.of("mx." + domain);
        return decide(new MxAttempt(found(domain, Mode.ENFORCE), mx, verified(mx), DaneOutcome.NOT_APPLICABLE));
    }

    /** A session without TLS under an enforce policy of the domain. */
    static DeliveryDecision bad(DomainName domain, SessionFacts facts) {
        DomainName mx = DomainName.of("mx." + domain);
        return decide(
                new MxAttempt(found(domain, Mode.ENFORCE), mx, new TlsOutcome.NotOffered(), DaneOutcome.NOT_APPLICABLE)
                        .withSession(facts));
    }

    /** A session with a domain without a policy. */
    static DeliveryDecision plain(DomainName domain) {
        DomainName mx = DomainName.of("mx." + domain);
        return decide(new MxAttempt(absent(domain), mx, verified(mx), DaneOutcome.NOT_APPLICABLE));
    }

    static void record(TlsReportRecorder recorder, Instant at, DeliveryDecision decision) {
        recorder.sessionJudged(at, decision, SessionResult.of(decision));
    }

    static void record(TlsReportRecorder recorder, DeliveryDecision decision) {
        record(recorder, NOON, decision);
    }

    /** What was counted on the day, which is over now. */
    static DayOfReports handedOut(TlsReportCollector collector, MovableClock clock) {
        clock.set(Instant.parse("2026-01-02T00:01:00Z"));
        return collector.handOut(DAY).orElseThrow();
    }

    static List<PolicyReport> policies(DayOfReports day, DomainName domain) {
        return day.report(domain).map(TlsReport::policies).orElse(List.of());
    }

    static PolicyReport only(DayOfReports day, DomainName domain) {
        List<PolicyReport> policies = policies(day, domain);
        assertThat(policies).hasSize(1);
        return policies.get(0);
    }

    static long total(DayOfReports day, String which) {
        return totals(day).getOrDefault(which, 0L);
    }

    /** Successes, failed sessions and failures in all reports of a day. */
    static Map<String, Long> totals(DayOfReports day) {
        Map<String, Long> totals = new TreeMap<>();
        for (DomainName domain : day.domains()) {
            for (PolicyReport policy : policies(day, domain)) {
                totals.merge("successful", policy.sessions().successful(), Long::sum);
                totals.merge("failed", policy.sessions().failed(), Long::sum);
                totals.merge(
                        "failures",
                        policy.failures().stream()
                                .mapToLong(FailureCount::sessions)
                                .sum(),
                        Long::sum);
            }
        }
        return totals;
    }
}
