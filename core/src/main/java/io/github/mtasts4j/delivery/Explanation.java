// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.delivery;

import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.MxPattern;
import io.github.mtasts4j.policy.Policy;
import java.util.Optional;
import java.util.stream.Collectors;

/** Puts a decision into words, for somebody who has a stuck message and no RFC at hand. */
final class Explanation {

    private static final int MOST_PATTERNS = 8;

    private final DeliveryDecision decision;
    private final MxAttempt attempt;
    private final Optional<CachedPolicy> cached;
    private final StringBuilder out = new StringBuilder();

    Explanation(DeliveryDecision decision) {
        this.decision = decision;
        this.attempt = decision.attempt();
        this.cached = attempt.resolution().applicable();
    }

    String text() {
        out.append(summary());
        line("domain", attempt.resolution().domain().toString());
        line("MX tried", attempt.mx().toString());
        cached.ifPresent(this::policy);
        attempt.resolution().failure().ifPresent(failure -> line("discovery", failure.toString()));
        line("TLS", attempt.tls().toString());
        if (attempt.dane() != DaneOutcome.NOT_APPLICABLE) {
            line("DANE", attempt.dane().toString());
        }
        for (Violation violation : decision.violations()) {
            line("violated", violation.kind().clause() + ": " + violation.detail());
        }
        line("next", nextStep());
        return out.toString();
    }

    private void policy(CachedPolicy policy) {
        line("MX allowed", patterns(policy.policy()));
        line("policy", "mode " + policy.policy().mode().keyword() + ", id " + policy.id());
        line("fetched", policy.fetchedAt() + ", in force until " + policy.expiresAt());
    }

    private String summary() {
        return switch (decision.verdict()) {
            case DELIVER -> "DELIVER: " + whyDelivered();
            case REPORT_ONLY -> "REPORT ONLY: the policy is violated, but its mode is testing (RFC 8461 §5)";
            case DEFER ->
                decision.violations().isEmpty()
                        ? "DEFER: the MX could not be reached; no policy is involved"
                        : "DEFER: this MX must not have the mail ("
                                + decision.violations().get(0).kind().clause() + ")";
        };
    }

    private String whyDelivered() {
        DeliveryDecision.Deliver deliver = (DeliveryDecision.Deliver) decision;
        if (deliver.channel() == Channel.AUTHENTICATED) {
            return attempt.dane() == DaneOutcome.PASSED
                    ? "the MX is authenticated by DANE"
                    : "the MX is listed and its certificate is verified (RFC 8461 §4)";
        }
        return cached.isPresent() ? "the policy's mode is none (RFC 8461 §5)" : "no policy applies (RFC 8461 §3.3)";
    }

    private String nextStep() {
        if (decision instanceof DeliveryDecision.Defer defer) {
            return "try the next MX; if there is none, keep the message and answer " + defer.enhancedStatus() + "; "
                    + (defer.bounceAllowed()
                            ? "it may be bounced when the queue's own limit is reached"
                            : "before it may be bounced the DNS has to be asked for a new policy (RFC 8461 §5)")
                    + remedy();
        }
        if (decision.verdict() == DeliveryDecision.Verdict.REPORT_ONLY) {
            return "deliver as usual; the domain learns of it by TLS reporting (RFC 8460)";
        }
        return decision instanceof DeliveryDecision.Deliver deliver && deliver.channel() != Channel.OPPORTUNISTIC
                ? "send the message over this session"
                : "deliver as without MTA-STS";
    }

    private String remedy() {
        boolean enforced = cached.filter(c -> c.policy().mode() == Mode.ENFORCE).isPresent();
        return enforced && !decision.violations().isEmpty()
                ? "; if the domain's mail has moved, its owner has to publish a new policy and a new id"
                : "";
    }

    private void line(String label, String text) {
        out.append('\n')
                .append("  ")
                .append(label)
                .append(" ".repeat(11 - label.length()))
                .append(text);
    }

    static String patterns(Policy policy) {
        if (policy.mx().isEmpty()) {
            return "(none)";
        }
        String first = policy.mx().stream()
                .limit(MOST_PATTERNS)
                .map(MxPattern::toString)
                .collect(Collectors.joining(", "));
        int more = policy.mx().size() - MOST_PATTERNS;
        return more > 0 ? first + " and " + more + " more" : first;
    }
}
