// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.delivery;

import io.github.mtasts4j.delivery.Violation.Kind;
import io.github.mtasts4j.discovery.FailureCode;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.StsFailure;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.tls.CertificateProblem;
import io.github.mtasts4j.tls.TlsOutcome;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with an attempt, whoever may or may not mind: the facts that decisions and reports are made of. */
public final class Violations {

    private Violations() {}

    /** What is wrong by DANE's rules, then what is wrong by the policy's. */
    static List<Violation> of(MxAttempt attempt) {
        List<Violation> all = new ArrayList<>(ofDane(attempt));
        all.addAll(ofPolicy(attempt));
        return all;
    }

    /**
     * What is wrong by the rules of the domain's MTA-STS policy (§4).
     *
     * @param attempt what happened
     * @return every violation; none where there is no policy, or one of mode none
     */
    public static List<Violation> ofPolicy(MxAttempt attempt) {
        PolicyResolution resolution = attempt.resolution();
        if (resolution.mode() == Mode.NONE) {
            return List.of();
        }
        if (resolution.lists(attempt.mx())) {
            return ofTls(attempt);
        }
        if (resolution.applicable().isEmpty()) {
            return List.of(ofUnknown(resolution.failure().orElseThrow()));
        }
        Policy policy = resolution.applicable().orElseThrow().policy();
        List<Violation> violations = new ArrayList<>();
        violations.add(new Violation(
                Kind.MX_NOT_LISTED,
                "sts-mx-mismatch",
                attempt.mx() + " is not listed in the policy, which lists " + Explanation.patterns(policy)));
        violations.addAll(ofTls(attempt));
        return violations;
    }

    private static Violation ofUnknown(StsFailure cause) {
        Kind kind = cause.code() == FailureCode.POLICY_REQUIRED ? Kind.POLICY_REQUIRED : Kind.POLICY_UNKNOWN;
        return new Violation(kind, cause.reason(), cause.detail());
    }

    /**
     * What is wrong with the session itself, policy or no policy (§4.2).
     *
     * @param attempt what happened
     * @return every violation; none for a verified peer, nor for a host that could not be reached
     */
    public static List<Violation> ofTls(MxAttempt attempt) {
        TlsOutcome tls = attempt.tls();
        if (!tls.isContacted()) {
            return List.of();
        }
        if (tls instanceof TlsOutcome.Verified verified) {
            return ofEvidence(verified, attempt.mx());
        }
        if (tls instanceof TlsOutcome.CertificateRejected rejected) {
            return rejected.problems().stream().map(Violations::of).toList();
        }
        if (tls instanceof TlsOutcome.NotOffered) {
            return List.of(new Violation(Kind.STARTTLS_NOT_OFFERED, "starttls-not-offered", tls.toString()));
        }
        if (tls instanceof TlsOutcome.Refused refused) {
            String code = refused.replyCode() == 0 ? "closed" : Integer.toString(refused.replyCode());
            return List.of(new Violation(Kind.STARTTLS_REFUSED, code, tls.toString()));
        }
        if (tls instanceof TlsOutcome.HandshakeFailed failed) {
            return List.of(new Violation(Kind.HANDSHAKE_FAILED, failed.reason(), tls.toString()));
        }
        if (tls instanceof TlsOutcome.SniNotSendable) {
            return List.of(new Violation(Kind.SNI_NOT_SENDABLE, "sni-not-sendable", tls.toString()));
        }
        return List.of(new Violation(Kind.TLS_NOT_ATTEMPTED, "tls-not-attempted", tls.toString()));
    }

    /** Evidence for one host proves nothing about another, such as the one a pooled connection was opened for. */
    private static List<Violation> ofEvidence(TlsOutcome.Verified verified, DomainName mx) {
        DomainName proved = verified.evidence().host();
        return proved.equals(mx)
                ? List.of()
                : List.of(new Violation(
                        Kind.CERTIFICATE_NAME_MISMATCH,
                        "evidence-for-another-host",
                        "the peer was verified to be " + proved + ", not " + mx));
    }

    /**
     * What is wrong by the rules of DANE (RFC 7672), as far as the sender has told.
     *
     * @param attempt what happened
     * @return at most one violation
     */
    public static List<Violation> ofDane(MxAttempt attempt) {
        return switch (attempt.dane()) {
            case FAILED -> List.of(new Violation(Kind.DANE_FAILED, "dane-no-match", "DANE authentication failed"));
            case ERROR ->
                List.of(new Violation(Kind.DANE_ERROR, "dane-lookup", "the DANE records could not be looked up"));
            // Nobody passes DANE without a session; a caller who says so is not believed.
            case PASSED, UNUSABLE ->
                attempt.tls().isEncrypted() || !attempt.tls().isContacted()
                        ? List.of()
                        : List.of(new Violation(
                                Kind.DANE_WITHOUT_TLS, "dane-without-tls", "DANE demands TLS: " + attempt.tls()));
            case NOT_APPLICABLE -> List.of();
        };
    }

    private static Violation of(CertificateProblem problem) {
        Kind kind = switch (problem.kind()) {
            case EXPIRED -> Kind.CERTIFICATE_EXPIRED;
            case NAME_MISMATCH -> Kind.CERTIFICATE_NAME_MISMATCH;
            case UNTRUSTED, WEAK, REVOKED, TOO_LARGE -> Kind.CERTIFICATE_NOT_TRUSTED;
        };
        return new Violation(kind, problem.reason(), problem.detail());
    }
}
