// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.quickstart;

import io.github.mtasts4j.delivery.Channel;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.Violation;
import io.github.mtasts4j.testkit.SimulatedSender.Attempt;
import io.github.mtasts4j.testkit.SimulatedSender.Delivery;
import io.github.mtasts4j.tls.CertificateProblem;
import io.github.mtasts4j.tls.TlsOutcome;
import java.util.Locale;
import java.util.stream.Collectors;

/** What became of each message, for a person to read: a line for the situation, a row for each MX. */
final class ResultTable {

    private static final String ROW = "  %-19s%-22s%-24s%-13s%s";

    private final StringBuilder out = new StringBuilder();

    ResultTable() {
        line(String.format(Locale.ROOT, ROW, "domain", "MX", "TLS gave", "verdict", "why"));
        line("-".repeat(118));
    }

    void add(Scenario scenario, Delivery delivery) {
        line(scenario.situation());
        for (Attempt attempt : delivery.attempts()) {
            DeliveryDecision decision = attempt.decision();
            String verdict = decision.verdict().name().toLowerCase(Locale.ROOT).replace('_', '-');
            line(String.format(
                    Locale.ROOT,
                    ROW,
                    scenario.domain(),
                    attempt.mx(),
                    inShort(decision.attempt().tls()),
                    verdict,
                    why(decision)));
        }
    }

    private static String inShort(TlsOutcome tls) {
        if (tls instanceof TlsOutcome.Verified) {
            return "verified certificate";
        }
        if (tls instanceof TlsOutcome.CertificateRejected rejected) {
            return rejected.problems().stream().map(CertificateProblem::reason).collect(Collectors.joining(", "));
        }
        return tls.toString();
    }

    private static String why(DeliveryDecision decision) {
        if (!decision.violations().isEmpty()) {
            Violation.Kind kind = decision.violations().get(0).kind();
            return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " (" + kind.clause() + ")";
        }
        if (decision instanceof DeliveryDecision.Deliver deliver && deliver.channel() == Channel.AUTHENTICATED) {
            return "listed and verified (RFC 8461 §4)";
        }
        return decision.attempt()
                .resolution()
                .failure()
                .map(failure -> "no policy to be had: " + failure.reason() + " (RFC 8461 §3.3)")
                .orElseGet(() -> decision.attempt().resolution().applicable().isPresent()
                        ? "as if there were no policy (RFC 8461 §5)"
                        : "no policy is published (RFC 8461 §3.1)");
    }

    private void line(String text) {
        out.append(text.stripTrailing()).append('\n');
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
