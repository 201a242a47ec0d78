// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.metrics;

import io.github.mtasts4j.delivery.Channel;
import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.DeliveryDecision.Verdict;
import io.github.mtasts4j.delivery.MxAttempt;
import io.github.mtasts4j.delivery.TlsRequirement;
import io.github.mtasts4j.delivery.Violation;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.FailureCode;
import io.github.mtasts4j.discovery.Freshness;
import io.github.mtasts4j.discovery.HealthEvent;
import io.github.mtasts4j.discovery.OverrideEvent;
import io.github.mtasts4j.discovery.PolicyEvent;
import io.github.mtasts4j.discovery.PolicyOverride;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.StsFailure;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.MxPattern;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.report.DiscoveryResult;
import io.github.mtasts4j.report.SessionResult;
import io.github.mtasts4j.tls.TlsOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** All that there is to tell of one domain, as it is told. */
record News(MtaStsMetrics metrics, DomainName domain, String text) {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    static News to(MtaStsMetrics metrics) {
        return new News(metrics, DomainName.of("example.com"), "text");
    }

    void fetched(Mode mode) {
        metrics.policyFetched(policy(mode), Optional.of(policy(Mode.ENFORCE)));
    }

    /** Listener and recorder both hear of it. */
    void failed(FailureCode code, Optional<CachedPolicy> kept) {
        metrics.discoveryFailed(domain, failure(code), kept);
        metrics.discoveryFailed(new DiscoveryResult(domain, failure(code), kept));
    }

    void event(PolicyEvent.Kind kind) {
        metrics.policyEvent(new PolicyEvent(kind, policy(Mode.ENFORCE), Optional.empty(), Optional.empty(), NOW));
    }

    void event(HealthEvent.Kind kind) {
        metrics.healthEvent(new HealthEvent(kind, Optional.of(domain), text, NOW));
    }

    void event(OverrideEvent.Kind kind) {
        metrics.overrideEvent(new OverrideEvent(kind, override(), found(Mode.ENFORCE), NOW));
    }

    private PolicyOverride override() {
        return new PolicyOverride(domain, new PolicyOverride.Testing(), NOW.plusSeconds(60), "ticket 4711");
    }

    void judged(Verdict verdict, PolicyResolution policy, Violation.Kind... kinds) {
        MxAttempt attempt =
                new MxAttempt(policy, domain, new TlsOutcome.HandshakeFailed(text, text), DaneOutcome.NOT_APPLICABLE);
        List<Violation> violations =
                Stream.of(kinds).map(kind -> new Violation(kind, text, text)).toList();
        DeliveryDecision decision = switch (verdict) {
            case DELIVER -> new DeliveryDecision.Deliver(attempt, Channel.OPPORTUNISTIC, violations);
            case REPORT_ONLY -> new DeliveryDecision.ReportOnly(attempt, Channel.OPPORTUNISTIC, violations);
            case DEFER -> new DeliveryDecision.Defer(attempt, violations, true);
        };
        metrics.sessionJudged(NOW, decision, SessionResult.of(decision));
    }

    void judged(TlsRequirement requirement) {
        MxAttempt attempt = new MxAttempt(
                absent(), domain, new TlsOutcome.NotOffered(), DaneOutcome.NOT_APPLICABLE, requirement, Set.of());
        DeliveryDecision decision = new DeliveryDecision.Deliver(attempt, Channel.OPPORTUNISTIC, List.of());
        metrics.sessionJudged(NOW, decision, SessionResult.of(decision));
    }

    void everything() {
        for (Mode mode : Mode.values()) {
            fetched(mode);
        }
        for (FailureCode code : FailureCode.values()) {
            failed(code, Optional.empty());
            failed(code, Optional.of(policy(Mode.ENFORCE)));
        }
        for (PolicyEvent.Kind kind : PolicyEvent.Kind.values()) {
            event(kind);
        }
        for (HealthEvent.Kind kind : HealthEvent.Kind.values()) {
            event(kind);
        }
        for (OverrideEvent.Kind kind : OverrideEvent.Kind.values()) {
            event(kind);
        }
        for (Verdict verdict : Verdict.values()) {
            resolutions().forEach(policy -> judged(verdict, policy, Violation.Kind.values()));
        }
    }

    Stream<PolicyResolution> resolutions() {
        return Stream.of(
                found(Mode.ENFORCE),
                found(Mode.TESTING),
                found(Mode.NONE),
                absent(),
                unusable(),
                withheld(),
                overridden());
    }

    PolicyResolution overridden() {
        return override().over(found(Mode.ENFORCE), NOW);
    }

    PolicyResolution found(Mode mode) {
        return new PolicyResolution.Found(
                policy(mode), Freshness.KEPT, Optional.of(failure(FailureCode.DNS_TRANSIENT)));
    }

    PolicyResolution absent() {
        return new PolicyResolution.Absent(new PolicyDomain.None(PolicyDomain.Why.INVALID, text));
    }

    PolicyResolution unusable() {
        return new PolicyResolution.Unusable(PolicyDomain.of(domain), failure(FailureCode.HTTP_STATUS));
    }

    PolicyResolution withheld() {
        return new PolicyResolution.Withheld(PolicyDomain.of(domain), failure(FailureCode.POLICY_STATE_UNKNOWN));
    }

    CachedPolicy policy(Mode mode) {
        Policy policy =
                new Policy(mode, List.of(new MxPattern.Exact(domain)), Duration.ofDays(7), List.of("mode: " + text));
        return new CachedPolicy(domain, text, policy, NOW);
    }

    private StsFailure failure(FailureCode code) {
        return new StsFailure(code, text, text, NOW);
    }
}
