// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.report;

import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.MxAttempt;
import io.github.mtasts4j.delivery.TlsRequirement;
import io.github.mtasts4j.delivery.Violation;
import io.github.mtasts4j.delivery.Violation.Kind;
import io.github.mtasts4j.delivery.Violations;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.policy.Mode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How one session counts under one policy (RFC 8460 §4.2): as a success, or as one failure with one or more details. A
 * {@code testing} session that violates the policy counts as a failure although it was delivered (decision D21).
 *
 * @param policyType under which policy
 * @param failures what went wrong; empty for a success
 */
public record SessionResult(PolicyType policyType, List<FailureDetail> failures) {

    private static final Set<Kind> CERTIFICATE = EnumSet.of(
            Kind.CERTIFICATE_EXPIRED,
            Kind.CERTIFICATE_NAME_MISMATCH,
            Kind.CERTIFICATE_NOT_TRUSTED,
            Kind.SNI_NOT_SENDABLE);

    /**
     * Copies the list.
     *
     * @param policyType under which policy
     * @param failures what went wrong
     */
    public SessionResult {
        failures = List.copyOf(failures);
    }

    /**
     * Whether the session counts as a success.
     *
     * @return whether there is no failure
     */
    public boolean isSuccess() {
        return failures.isEmpty();
    }

    /**
     * Under which policies a judged attempt counts, and how.
     *
     * @param decision the decision on it
     * @return one result per policy; none for a host that could not be reached (RFC 8460 §4.3.4), nor for the delivery of a TLS
     *     report itself (RFC 8460 §3)
     */
    public static List<SessionResult> of(DeliveryDecision decision) {
        MxAttempt attempt = decision.attempt();
        if (attempt.requirement() == TlsRequirement.TLS_REPORT) {
            return List.of(); // RFC 8460 §3: a report on the delivery of the last report would never end.
        }
        List<SessionResult> results = new ArrayList<>();
        List<Violation> dane = Violations.ofDane(attempt);
        List<Violation> sts = Violations.ofPolicy(attempt);
        boolean contacted = attempt.tls().isContacted();
        // A host that was skipped for the policy's sake counts; one that merely could not be reached does not.
        boolean forbidden = attempt.resolution().mode() == Mode.ENFORCE && !sts.isEmpty();
        if (attempt.dane() != DaneOutcome.NOT_APPLICABLE && (contacted || !dane.isEmpty())) {
            results.add(new SessionResult(PolicyType.TLSA, details(dane)));
        }
        if (attempt.resolution() instanceof PolicyResolution.Withheld) {
            return results; // That we do not know the policy is not the domain's fault.
        }
        if (attempt.resolution() instanceof PolicyResolution.Overridden overridden
                && !overridden.isJudgedAsPublished()) {
            return results; // Held against the operator's rule, it says nothing of the domain's (decision 0013).
        }
        if (attempt.resolution().mode() != Mode.NONE && (contacted || forbidden)) {
            results.add(new SessionResult(PolicyType.STS, details(sts)));
        } else if (attempt.resolution().mode() == Mode.NONE && contacted) {
            unprotected(attempt, results.isEmpty()).ifPresent(results::add);
        }
        return results;
    }

    /** Without a policy nothing constrains the certificate, but a policy that should be there is missed. */
    private static Optional<SessionResult> unprotected(MxAttempt attempt, boolean alone) {
        Optional<FailureDetail> missed = attempt.resolution().failure().flatMap(DiscoveryResult::ofUnprotectedSession);
        if (missed.isPresent() && attempt.resolution().applicable().isEmpty()) {
            return Optional.of(new SessionResult(PolicyType.STS, List.of(missed.get())));
        }
        List<Violation> noTls = Violations.ofTls(attempt).stream()
                .filter(violation -> !CERTIFICATE.contains(violation.kind()))
                .toList();
        return alone ? Optional.of(new SessionResult(PolicyType.NO_POLICY_FOUND, details(noTls))) : Optional.empty();
    }

    private static List<FailureDetail> details(List<Violation> violations) {
        return violations.isEmpty()
                ? List.of()
                : violations.stream()
                        .map(violation -> new FailureDetail(ResultType.of(violation.kind()), violation.reason()))
                        .toList();
    }
}
