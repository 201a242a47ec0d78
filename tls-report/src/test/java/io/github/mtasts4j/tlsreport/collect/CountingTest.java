// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.collect;

import static io.github.mtasts4j.tlsreport.collect.Sessions.DOMAIN;
import static io.github.mtasts4j.tlsreport.collect.Sessions.MX;
import static io.github.mtasts4j.tlsreport.collect.Sessions.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.MxAttempt;
import io.github.mtasts4j.delivery.SessionFacts;
import io.github.mtasts4j.delivery.TlsRequirement;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.FailureCode;
import io.github.mtasts4j.discovery.Freshness;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.StsFailure;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.report.DiscoveryResult;
import io.github.mtasts4j.report.FailureDetail;
import io.github.mtasts4j.report.PolicyType;
import io.github.mtasts4j.report.ResultType;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.tls.CertificateProblem;
import io.github.mtasts4j.tls.TlsOutcome;
import io.github.mtasts4j.tlsreport.AppliedPolicy;
import io.github.mtasts4j.tlsreport.DateRange;
import io.github.mtasts4j.tlsreport.FailureCount;
import io.github.mtasts4j.tlsreport.FailureKey;
import io.github.mtasts4j.tlsreport.IpAddress;
import io.github.mtasts4j.tlsreport.PolicyReport;
import io.github.mtasts4j.tlsreport.SessionCounts;
import io.github.mtasts4j.tlsreport.TlsReport;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class CountingTest {

    private static final StsFailure NOT_FOUND = new StsFailure(FailureCode.HTTP_STATUS, "http-404", "404", NOON);

    private final MovableClock clock = new MovableClock(Sessions.NOON);
    private final TlsReportCollector collector =
            TlsReportCollector.builder(Sessions.US).clock(clock).build();

    @Test
    void sessionsAreCountedByThePolicyThatTheyWereHeldTo() {
        for (int i = 0; i < 3; i++) {
            Sessions.record(collector, Sessions.good(DOMAIN));
        }
        Sessions.record(collector, Sessions.bad(DOMAIN, SessionFacts.NONE));
        Sessions.record(collector, Sessions.plain(DomainName.of("other.example")));
        DayOfReports day = Sessions.handedOut(collector, clock);

        assertThat(day.domains()).extracting(DomainName::toString).containsExactly("example.com", "other.example");
        TlsReport report = day.report(DOMAIN).orElseThrow();
        assertThat(report.organizationName()).isEqualTo("Sender");
        assertThat(report.contactInfo()).isEqualTo(Sessions.US.contact());
        assertThat(report.range()).isEqualTo(DateRange.ofDay(Sessions.DAY));
        assertThat(report.policies())
                .containsExactly(new PolicyReport(
                        AppliedPolicy.sts(
                                DOMAIN,
                                Sessions.policy(DOMAIN, Mode.ENFORCE, "").policy()),
                        new SessionCounts(3, 1),
                        List.of(new FailureCount(
                                FailureKey.of(new FailureDetail(
                                                ResultType.STARTTLS_NOT_SUPPORTED, "starttls-not-offered"))
                                        .at(MX),
                                1))));
        assertThat(Sessions.only(day, DomainName.of("other.example")))
                .isEqualTo(new PolicyReport(
                        AppliedPolicy.none(DomainName.of("other.example")), new SessionCounts(1, 0), List.of()));
        assertThat(day.report(DomainName.of("third.example"))).isEmpty();
    }

    @Test
    void aSessionThatWasDeliveredInSpiteOfATestingPolicyIsAFailure() {
        DeliveryDecision decision = Sessions.decide(new MxAttempt(
                Sessions.found(DOMAIN, Mode.TESTING), MX, new TlsOutcome.NotOffered(), DaneOutcome.NOT_APPLICABLE));
        assertThat(decision.mayDeliver()).isTrue();
        Sessions.record(collector, decision);

        assertThat(Sessions.only(Sessions.handedOut(collector, clock), DOMAIN).sessions())
                .isEqualTo(new SessionCounts(0, 1));
    }

    @Test
    void aSessionUnderDaneAndMtaStsIsInBothEntries() {
        SessionFacts tlsa = SessionFacts.NONE.withTlsa(MX, List.of("3 1 1 bb", "3 1 1 aa"));
        PolicyResolution policy = Sessions.found(DOMAIN, Mode.ENFORCE);
        Sessions.record(
                collector,
                Sessions.decide(
                        new MxAttempt(policy, MX, Sessions.verified(MX), DaneOutcome.FAILED).withSession(tlsa)));
        SessionFacts otherOrder = SessionFacts.NONE.withTlsa(MX, List.of("3 1 1 aa", "3 1 1 bb"));
        Sessions.record(
                collector,
                Sessions.decide(
                        new MxAttempt(policy, MX, Sessions.verified(MX), DaneOutcome.PASSED).withSession(otherOrder)));
        List<PolicyReport> policies = Sessions.policies(Sessions.handedOut(collector, clock), DOMAIN);

        assertThat(policies).hasSize(2);
        assertThat(policies.get(0).policy().type()).isEqualTo(PolicyType.STS);
        assertThat(policies.get(0).sessions()).isEqualTo(new SessionCounts(2, 0));
        assertThat(policies.get(1).policy()).isEqualTo(AppliedPolicy.tlsa(MX, List.of("3 1 1 aa", "3 1 1 bb")));
        assertThat(policies.get(1).sessions()).isEqualTo(new SessionCounts(1, 1));
        assertThat(policies.get(1).failures()).hasSize(1);
    }

    @Test
    void aFailedFetchThatACachedPolicyOutlivesIsADetailAndNoSession() {
        CachedPolicy kept = Sessions.policy(DOMAIN, Mode.ENFORCE, "");
        collector.discoveryFailed(new DiscoveryResult(DOMAIN, NOT_FOUND, Optional.of(kept)));
        collector.discoveryFailed(new DiscoveryResult(DOMAIN, NOT_FOUND, Optional.of(kept)));
        collector.discoveryFailed(new DiscoveryResult(
                DomainName.of("none.example"),
                NOT_FOUND,
                Optional.of(Sessions.policy(DomainName.of("none.example"), Mode.NONE, ""))));
        DayOfReports day = Sessions.handedOut(collector, clock);

        assertThat(day.domains()).containsExactly(DOMAIN);
        assertThat(Sessions.only(day, DOMAIN))
                .isEqualTo(new PolicyReport(
                        AppliedPolicy.sts(DOMAIN, kept.policy()),
                        SessionCounts.NONE,
                        List.of(new FailureCount(
                                FailureKey.of(new FailureDetail(ResultType.STS_POLICY_FETCH_ERROR, "http-404")), 2))));
    }

    @Test
    void aFailedFetchWithoutACachedPolicyCountsWithEachSessionAndNamesNoHost() {
        PolicyResolution unusable = new PolicyResolution.Unusable(new PolicyDomain.Named(DOMAIN), NOT_FOUND);
        collector.discoveryFailed(new DiscoveryResult(DOMAIN, NOT_FOUND, Optional.empty()));
        for (int i = 0; i < 2; i++) {
            Sessions.record(
                    collector,
                    Sessions.decide(new MxAttempt(unusable, MX, Sessions.verified(MX), DaneOutcome.NOT_APPLICABLE)
                            .withSession(SessionFacts.NONE.withHelo("mx.example.com"))));
        }

        assertThat(Sessions.only(Sessions.handedOut(collector, clock), DOMAIN))
                .isEqualTo(new PolicyReport(
                        AppliedPolicy.stsNotAvailable(DOMAIN),
                        new SessionCounts(0, 2),
                        List.of(new FailureCount(
                                FailureKey.of(new FailureDetail(ResultType.STS_POLICY_FETCH_ERROR, "http-404")), 2))));
    }

    @Test
    void theDeliveryOfATlsReportIsNotCounted() {
        for (TlsOutcome tls : List.of(Sessions.verified(MX), new TlsOutcome.NotOffered())) {
            Sessions.record(
                    collector,
                    Sessions.decide(new MxAttempt(
                            Sessions.found(DOMAIN, Mode.ENFORCE),
                            MX,
                            tls,
                            DaneOutcome.NOT_APPLICABLE,
                            TlsRequirement.TLS_REPORT,
                            Set.of())));
        }

        assertThat(collector.losses()).isEqualTo(new TlsReportCollector.Losses(0, 0, 0));
        clock.set(Instant.parse("2026-01-02T00:01:00Z"));
        assertThat(collector.finishedDays()).isEmpty();
    }

    @Test
    void whatIsNoSessionWithADomainIsNotCounted() {
        Sessions.record(
                collector,
                Sessions.decide(new MxAttempt(
                        Sessions.found(DOMAIN, Mode.ENFORCE),
                        MX,
                        new TlsOutcome.NotConnected("refused"),
                        DaneOutcome.NOT_APPLICABLE)));
        Sessions.record(
                collector,
                Sessions.decide(new MxAttempt(
                        new PolicyResolution.Absent(PolicyDomain.ofRecipient("alice@[192.0.2.1]")),
                        MX,
                        new TlsOutcome.NotOffered(),
                        DaneOutcome.NOT_APPLICABLE)));

        clock.set(Instant.parse("2026-01-02T00:01:00Z"));
        assertThat(collector.finishedDays()).isEmpty();
    }

    @Test
    void aSessionWithSeveralFailuresIsOneFailedSession() {
        CertificateProblem expired = new CertificateProblem(CertificateProblem.Kind.EXPIRED, "not-after", "expired");
        CertificateProblem name = new CertificateProblem(CertificateProblem.Kind.NAME_MISMATCH, "name", "another");
        CertificateProblem again = new CertificateProblem(CertificateProblem.Kind.EXPIRED, "not-after", "issuer");
        Sessions.record(
                collector,
                Sessions.decide(new MxAttempt(
                        Sessions.found(DOMAIN, Mode.TESTING),
                        MX,
                        new TlsOutcome.CertificateRejected(List.of(expired, name, again)),
                        DaneOutcome.NOT_APPLICABLE)));
        PolicyReport report = Sessions.only(Sessions.handedOut(collector, clock), DOMAIN);

        assertThat(report.sessions()).isEqualTo(new SessionCounts(0, 1));
        assertThat(report.failures())
                .extracting(failure -> failure.key().resultType() + " " + failure.sessions())
                .containsExactly("certificate-expired 1", "certificate-host-mismatch 1");
    }

    @Test
    void aPolicyThatChangesDuringTheDayIsTwoEntries() {
        for (String more : List.of("", "\nx: second", "")) {
            PolicyResolution policy = new PolicyResolution.Found(
                    Sessions.policy(DOMAIN, Mode.ENFORCE, more), Freshness.CACHED, Optional.empty());
            Sessions.record(
                    collector,
                    Sessions.decide(new MxAttempt(policy, MX, Sessions.verified(MX), DaneOutcome.NOT_APPLICABLE)));
        }

        assertThat(Sessions.policies(Sessions.handedOut(collector, clock), DOMAIN))
                .extracting(policy -> policy.sessions().successful())
                .containsExactly(2L, 1L);
    }

    @Test
    void whatTheServerTellsOfASessionIsInTheReport() throws UnknownHostException {
        Sessions.record(collector, Sessions.bad(DOMAIN, facts()));

        assertThat(key(collector))
                .isEqualTo(FailureKey.of(new FailureDetail(ResultType.STARTTLS_NOT_SUPPORTED, "starttls-not-offered"))
                        .at(MX)
                        .between(IpAddress.of("192.0.2.1"), IpAddress.of("198.51.100.7"))
                        .withHelo("mx7.example.com")
                        .withInformation("https://sender.example/why"));
    }

    @Test
    void whatIsNotToBeToldIsNotCollected() throws UnknownHostException {
        TlsReportCollector discreet = TlsReportCollector.builder(Sessions.US)
                .clock(clock)
                .telling(Set.of())
                .build();
        Sessions.record(discreet, Sessions.bad(DOMAIN, facts()));

        FailureKey key = key(discreet);
        assertThat(key.sendingMtaIp()).isEmpty();
        assertThat(key.receivingIp()).isEmpty();
        assertThat(key.receivingMxHelo()).isEmpty();
        assertThat(key.failureReasonCode()).isEmpty();
        assertThat(key.receivingMxHostname()).contains("mx.example.com");
    }

    private static SessionFacts facts() throws UnknownHostException {
        return SessionFacts.between(
                        InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1}),
                        InetAddress.getByAddress(new byte[] {(byte) 198, 51, 100, 7}))
                .withHelo("mx7.example.com")
                .withInformation("https://sender.example/why");
    }

    private FailureKey key(TlsReportCollector from) {
        return Sessions.only(Sessions.handedOut(from, clock), DOMAIN)
                .failures()
                .get(0)
                .key();
    }
}
