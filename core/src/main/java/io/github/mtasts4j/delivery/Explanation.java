// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.delivery;

import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.PolicyOverride;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.StsFailure;
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
    private final Optional<PolicyResolution.Overridden> overridden;
    private final StringBuilder out = new StringBuilder();

    Explanation(DeliveryDecision decision) {
        this.decision = decision;
        this.attempt = decision.attempt();
        this.cached = attempt.resolution().applicable();
        this.overridden =
                attempt.resolution() instanceof PolicyResolution.Overridden over ? Optional.of(over) : Optional.empty();
    }

    String text() {
        out.append(printable(summary()));
        line("domain", attempt.resolution().domain().toString());
        line("MX tried", attempt.mx().toString());
        overridden.ifPresent(this::override);
        cached.ifPresent(this::policy);
        if (overridden.isEmpty()) {
            attempt.resolution().failure().ifPresent(this::discovery);
        }
        switch (attempt.requirement()) {
            case NONE -> {}
            case REQUIRETLS -> line("message", "has REQUIRETLS (RFC 8689)");
            case TLS_NOT_REQUIRED -> line("message", "has TLS-Required: No (RFC 8689)");
            case TLS_REPORT -> line("message", "is a TLS report of ours (RFC 8460 §3)");
        }
        line("TLS", attempt.tls().toString());
        if (attempt.dane() != DaneOutcome.NOT_APPLICABLE) {
            line("DANE", attempt.dane().toString());
        }
        for (Violation violation : decision.violations()) {
            line("violated", violation.kind().clause() + ": " + violation.detail());
        }
        if (isEnforced()) {
            line("re-check", recheck());
        }
        line("next", nextStep());
        return out.toString();
    }

    private void policy(CachedPolicy policy) {
        line("MX allowed", patterns(policy.policy()));
        if (isOwnRule()) {
            line("policy", "mode " + policy.policy().mode().keyword() + ", pinned by the operator");
            return;
        }
        line("policy", "mode " + policy.policy().mode().keyword() + ", id " + policy.id());
        line("fetched", policy.fetchedAt() + ", in force until " + policy.expiresAt());
    }

    private void override(PolicyResolution.Overridden over) {
        PolicyOverride override = over.override();
        line("override", override.action().keyword() + " until " + override.until() + ": " + override.reason());
        line("published", over.published().inWords());
    }

    /** Whether the host is held against a rule of the operator's, and not against what the domain publishes. */
    private boolean isOwnRule() {
        return overridden.filter(over -> !over.isJudgedAsPublished()).isPresent();
    }

    private void discovery(StsFailure failure) {
        line("discovery", failure + "; " + consequence() + " (RFC 8461 §3.3)");
    }

    private String consequence() {
        if (attempt.resolution() instanceof PolicyResolution.Withheld) {
            return decision.mayDeliver() ? "the mail goes all the same" : "the mail waits";
        }
        return cached.isPresent() ? "the policy stays in force all the same" : "the mail goes as without a policy";
    }

    /** Whether mail is held back for the sake of an enforce policy. */
    private boolean isEnforced() {
        return decision instanceof DeliveryDecision.Defer defer
                && attempt.resolution().mode() == Mode.ENFORCE
                && !defer.violations().isEmpty()
                && !isAskedByMessage(defer)
                && defer.bounceAllowed() == attempt.resolution().isRechecked(); // Else it is only monitored.
    }

    /** The weightiest violation is the domain's if the domain minds at all. */
    private static boolean isAskedByMessage(DeliveryDecision.Defer defer) {
        return defer.violations().stream().limit(1).anyMatch(RequireTls::demands);
    }

    private String recheck() {
        if (isOwnRule()) {
            return "not needed, because the rule is the operator's own";
        }
        return attempt.resolution().isRechecked()
                ? "the DNS was asked for a new policy in this attempt, and this is the latest one"
                : "the DNS has not been asked for a new policy in this attempt, or has not answered";
    }

    private String summary() {
        return switch (decision.verdict()) {
            case DELIVER -> "DELIVER: " + whyDelivered();
            case REPORT_ONLY -> "REPORT ONLY: " + whyReportedOnly();
            case DEFER ->
                decision.violations().isEmpty()
                        ? "DEFER: the MX could not be reached; no policy is involved"
                        : "DEFER: " + attempt.mx() + " must not have mail for "
                                + attempt.resolution().domain() + " ("
                                + decision.violations().get(0).kind().clause() + ")";
        };
    }

    private String whyReportedOnly() {
        if (attempt.resolution().mode() == Mode.ENFORCE) {
            return "would have been deferred: monitor only ("
                    + decision.violations().get(0).kind().clause() + ")";
        }
        return overridden.isPresent() && !isPinned()
                ? "would have been deferred, but for the override"
                : "the policy is violated, but its mode is testing (RFC 8461 §5)";
    }

    private boolean isPinned() {
        return isOwnRule() && cached.isPresent();
    }

    private String whyDelivered() {
        DeliveryDecision.Deliver deliver = (DeliveryDecision.Deliver) decision;
        if (attempt.requirement() == TlsRequirement.REQUIRETLS) {
            return "the MX is what REQUIRETLS demands (RFC 8689 §4.2.1)";
        }
        if (attempt.requirement().ignoresPolicies() && deliver.channel() == Channel.OPPORTUNISTIC) {
            return "the message does without MTA-STS and DANE (RFC "
                    + (attempt.requirement() == TlsRequirement.TLS_REPORT ? "8460 §3)" : "8689 §4.2.2)");
        }
        if (deliver.channel() == Channel.AUTHENTICATED) {
            return attempt.dane() == DaneOutcome.PASSED
                    ? "the MX is authenticated by DANE"
                    : "the MX is listed and its certificate is verified (RFC 8461 §4)";
        }
        if (overridden.isPresent()) {
            return "the published policy is ignored, by override";
        }
        return cached.isPresent() ? "the policy's mode is none (RFC 8461 §5)" : "no policy applies (RFC 8461 §3.3)";
    }

    private String nextStep() {
        return switch (decision.verdict()) {
            case DEFER -> whenDeferred((DeliveryDecision.Defer) decision);
            case REPORT_ONLY ->
                cached.isEmpty() || isOwnRule()
                        ? "deliver as usual; the domain is not told"
                        : "deliver as usual; the domain learns of it by TLS reporting (RFC 8460)";
            case DELIVER ->
                ((DeliveryDecision.Deliver) decision).channel() != Channel.OPPORTUNISTIC
                        ? "send the message over this session"
                        : "deliver as without MTA-STS";
        };
    }

    private String whenDeferred(DeliveryDecision.Defer defer) {
        return "try the next MX; if there is none left, keep the message in the queue with status "
                + defer.enhancedStatus() + "; "
                + (defer.bounceAllowed()
                        ? "it may be bounced when the queue's own time limit is reached" + permanentStatus(defer)
                        : "before it may be bounced the DNS has to be asked for a new policy (RFC 8461 §5)")
                + whoCanHelp();
    }

    private static String permanentStatus(DeliveryDecision.Defer defer) {
        return isAskedByMessage(defer) ? ", with 5.7.30, or at once if no MX can do it" : "";
    }

    private String whoCanHelp() {
        if (!isEnforced()) {
            return "";
        }
        if (isOwnRule()) {
            return "; if the override is not right any more, change it or remove it";
        }
        return cached.isPresent()
                ? "; if the domain's mail has moved, its owner has to publish a new policy and a new id"
                : "";
    }

    private void line(String label, String text) {
        out.append('\n')
                .append("  ")
                .append(label)
                .append(" ".repeat(11 - label.length()))
                .append(printable(text));
    }

    /** What an MTA or a plug-in has put into a detail is not known to be one printable line. */
    private static String printable(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.chars().forEach(c -> safe.append((c >= 0x20 && c <= 0x7e) || c == '§' ? (char) c : '?'));
        return safe.toString();
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
