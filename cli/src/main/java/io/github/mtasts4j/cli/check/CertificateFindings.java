// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.check;

import io.github.mtasts4j.cli.finding.Finding;
import io.github.mtasts4j.cli.finding.FindingKind;
import io.github.mtasts4j.cli.finding.Severity;
import io.github.mtasts4j.cli.net.Certificates;
import io.github.mtasts4j.tls.CertificateProblem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is the matter with a certificate: the same for a policy host and for an MX, under different names. */
enum CertificateFindings {
    POLICY_HOST(
            FindingKind.POLICY_CERT_NAME,
            FindingKind.POLICY_CERT_CN_ONLY,
            FindingKind.POLICY_CERT_EXPIRED,
            FindingKind.POLICY_CERT_UNTRUSTED,
            FindingKind.POLICY_CERT_UNFIT,
            FindingKind.POLICY_CERT_EXPIRES_SOON),
    MX(
            FindingKind.MX_CERT_NAME,
            FindingKind.MX_CERT_CN_ONLY,
            FindingKind.MX_CERT_EXPIRED,
            FindingKind.MX_CERT_UNTRUSTED,
            FindingKind.MX_CERT_UNFIT,
            FindingKind.MX_CERT_EXPIRES_SOON);

    /** Those who renew by themselves do it a month before the end, or a third of the life. */
    static final int SOON_DAYS = 14;

    private final FindingKind name;
    private final FindingKind commonName;
    private final FindingKind expired;
    private final FindingKind untrusted;
    private final FindingKind unfit;
    private final FindingKind soon;

    CertificateFindings(
            FindingKind name,
            FindingKind commonName,
            FindingKind expired,
            FindingKind untrusted,
            FindingKind unfit,
            FindingKind soon) {
        this.name = name;
        this.commonName = commonName;
        this.expired = expired;
        this.untrusted = untrusted;
        this.unfit = unfit;
        this.soon = soon;
    }

    List<Finding> of(
            Object subject, List<CertificateProblem> problems, Optional<Certificates> shown, Severity severity) {
        List<Finding> found = new ArrayList<>();
        for (CertificateProblem problem : problems) {
            FindingKind kind = kindOf(problem, shown);
            if (found.stream().noneMatch(finding -> finding.kind() == kind)) {
                found.add(Finding.of(kind, subject, detail(problem, shown)).as(severity));
            }
        }
        return found;
    }

    private FindingKind kindOf(CertificateProblem problem, Optional<Certificates> shown) {
        return switch (problem.kind()) {
            case NAME_MISMATCH -> shown.filter(Certificates::hasNoDnsName).isPresent() ? commonName : name;
            case EXPIRED -> expired;
            case UNTRUSTED -> untrusted;
            case WEAK, REVOKED, TOO_LARGE -> unfit;
        };
    }

    private static String detail(CertificateProblem problem, Optional<Certificates> shown) {
        return switch (problem.reason()) {
            case "unknown-ca" -> "an authority that is not trusted has issued the certificate" + issuer(shown);
            case "self-signed" -> "the server has made the certificate itself" + issuer(shown);
            case "incomplete-chain" ->
                "its authority is not trusted, or intermediate certificates are missing" + issuer(shown);
            default -> problem.detail();
        };
    }

    private static String issuer(Optional<Certificates> shown) {
        return shown.map(chain -> " (issued by " + chain.issuer() + "; "
                        + count(chain.chain().size()) + ")")
                .orElse("");
    }

    private static String count(int certificates) {
        return certificates == 1 ? "1 certificate shown" : certificates + " certificates shown";
    }

    Optional<Finding> soon(Object subject, Certificates shown, Instant now) {
        long days = shown.daysLeft(now);
        boolean ends = !shown.chain().isEmpty() && days < SOON_DAYS && now.isBefore(shown.notAfter());
        return ends
                ? Optional.of(Finding.of(
                        soon,
                        subject,
                        "the certificate ends in " + days + (days == 1 ? " day" : " days") + ", at "
                                + shown.notAfter()))
                : Optional.empty();
    }
}
