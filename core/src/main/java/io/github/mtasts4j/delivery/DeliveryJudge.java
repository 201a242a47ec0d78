// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.delivery;

import io.github.mtasts4j.delivery.MxPlan.TlsDemand;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.tls.TlsOutcome;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Judges one MX host (§4, §5). A pure function: the same arguments give the same decision, and nothing is asked, kept or
 * told. Whatever is not proved is a violation, so that what is forgotten cannot let mail through.
 */
public final class DeliveryJudge {

    private static final Set<DaneOutcome> DANE_FAILURES = EnumSet.of(DaneOutcome.FAILED, DaneOutcome.ERROR);

    private final DanePrecedence precedence;
    private final Enforcement enforcement;

    /**
     * Makes a judge that enforces.
     *
     * @param precedence what counts when DANE passes and the policy is violated
     */
    public DeliveryJudge(DanePrecedence precedence) {
        this(precedence, Enforcement.HONOR);
    }

    /**
     * Makes a judge.
     *
     * @param precedence what counts when DANE passes and the policy is violated
     * @param enforcement whether a policy may hold mail back; DANE always may
     */
    public DeliveryJudge(DanePrecedence precedence, Enforcement enforcement) {
        this.precedence = precedence;
        this.enforcement = enforcement;
    }

    /**
     * Whether to connect to a host at all.
     *
     * @param resolution what is known of the domain's policy
     * @param mx the name in the MX record; for a domain without MX records, the domain itself
     * @param dane what DANE is expected to say: {@link DaneOutcome#PASSED} for usable secure TLSA records whose check is
     *     still to come
     * @return skip it, or how to connect
     */
    public MxPlan plan(PolicyResolution resolution, DomainName mx, DaneOutcome dane) {
        return plan(new MxAttempt(resolution, mx, new TlsOutcome.NotContacted(), dane));
    }

    /**
     * The same for a message that asks for something.
     *
     * @param attempt the attempt as it is before there is a connection: with {@link TlsOutcome.NotContacted}
     * @return skip it, or how to connect
     */
    public MxPlan plan(MxAttempt attempt) {
        return switch (requirement(attempt)) {
            case NONE -> planByPolicy(attempt);
            case REQUIRETLS -> planVerified(attempt);
            case TLS_NOT_REQUIRED, TLS_REPORT ->
                new MxPlan.Connect(
                        attempt.mx(),
                        attempt.resolution().mode() == Mode.NONE ? TlsDemand.OPPORTUNISTIC : TlsDemand.JUDGED);
        };
    }

    private MxPlan planByPolicy(MxAttempt attempt) {
        PolicyResolution resolution = attempt.resolution();
        boolean mayCome = resolution.lists(attempt.mx()) || daneSuffices(attempt.dane());
        if ((holdsBack(resolution) && !mayCome) || DANE_FAILURES.contains(attempt.dane())) {
            return new MxPlan.Skip(defer(attempt, Violations.of(attempt)));
        }
        return new MxPlan.Connect(
                attempt.mx(),
                switch (resolution.mode()) {
                    case ENFORCE -> holdsBack(resolution) ? TlsDemand.VERIFIED : TlsDemand.JUDGED;
                    case TESTING -> TlsDemand.JUDGED;
                    case NONE -> TlsDemand.OPPORTUNISTIC;
                });
    }

    private MxPlan planVerified(MxAttempt attempt) {
        MxPlan plan = planByPolicy(attempt);
        if (plan instanceof MxPlan.Skip) {
            return plan;
        }
        List<Violation> unproved = RequireTls.ofName(attempt);
        return unproved.isEmpty()
                ? new MxPlan.Connect(attempt.mx(), TlsDemand.VERIFIED)
                : new MxPlan.Skip(new DeliveryDecision.Defer(attempt, unproved, true));
    }

    /**
     * Whether the mail may go to a host, after STARTTLS and before MAIL FROM.
     *
     * @param attempt what happened
     * @return the decision
     */
    public DeliveryDecision decide(MxAttempt attempt) {
        return switch (requirement(attempt)) {
            case NONE -> byPolicy(attempt);
            case REQUIRETLS -> verified(attempt);
            case TLS_NOT_REQUIRED, TLS_REPORT -> regardless(attempt);
        };
    }

    /** Not even a message that does without the recipient's policies does without the operator's own rule. */
    private TlsRequirement requirement(MxAttempt attempt) {
        boolean ownRule = attempt.resolution() instanceof PolicyResolution.Overridden overridden
                && !overridden.isJudgedAsPublished()
                && holdsBack(overridden);
        return attempt.requirement().ignoresPolicies() && ownRule ? TlsRequirement.NONE : attempt.requirement();
    }

    /** RFC 8689 §4.2.1. What the message demands comes on top of what the policy does. */
    private DeliveryDecision verified(MxAttempt attempt) {
        DeliveryDecision byPolicy = byPolicy(attempt);
        if (!byPolicy.mayDeliver()) {
            return byPolicy;
        }
        List<Violation> unmet = RequireTls.of(attempt);
        if (!unmet.isEmpty()) { // No policy is what keeps the message: a bounce is the sender's own affair.
            return new DeliveryDecision.Defer(attempt, unmet, true);
        }
        return byPolicy instanceof DeliveryDecision.ReportOnly
                ? new DeliveryDecision.ReportOnly(attempt, Channel.AUTHENTICATED, byPolicy.violations())
                : new DeliveryDecision.Deliver(attempt, Channel.AUTHENTICATED, byPolicy.violations());
    }

    /** RFC 8689 §4.2.2: MTA-STS and DANE are judged and reported, and hold nothing back. */
    private static DeliveryDecision regardless(MxAttempt attempt) {
        return attempt.tls().isContacted()
                ? new DeliveryDecision.Deliver(attempt, Channel.OPPORTUNISTIC, Violations.of(attempt))
                : new DeliveryDecision.Defer(attempt, List.of(), true);
    }

    private DeliveryDecision byPolicy(MxAttempt attempt) {
        if (!Violations.ofDane(attempt).isEmpty()) { // §2: MTA-STS never makes up for a failing DANE check.
            return defer(attempt, Violations.of(attempt));
        }
        List<Violation> sts = Violations.ofPolicy(attempt);
        if (!attempt.tls().isContacted()) { // Nobody can be given mail over no connection; whose fault is it?
            return defer(attempt, holdsBack(attempt.resolution()) ? sts : List.of());
        }
        return switch (attempt.resolution().mode()) {
            case ENFORCE -> enforce(attempt, sts);
            case TESTING -> testing(attempt, sts);
            case NONE -> new DeliveryDecision.Deliver(attempt, ownRules(attempt), List.of());
        };
    }

    /**
     * Whether an open connection may carry another message, of another domain as a rule: the decision on that message, made
     * with what the connection was proved to be.
     *
     * @param wanted the other attempt: its domain, which of its MX hosts the mail is to go to, what DANE says of the connection
     *     for it, and what its message asks for; its outcome of STARTTLS is not looked at
     * @param open the decision that the connection was opened for, or the latest one on it; if DANE failed then it fails now
     * @return the decision; {@link DeliveryDecision.Defer} means: not over this connection
     */
    public DeliveryDecision mayCarry(MxAttempt wanted, DeliveryDecision open) {
        MxAttempt session = open.attempt();
        if (!session.mx().equals(wanted.mx())) { // Whatever is proved of one host, another has not been connected to.
            TlsOutcome none = new TlsOutcome.NotConnected("the open connection is one to " + session.mx());
            return decide(over(wanted, none, DaneOutcome.NOT_APPLICABLE));
        }
        boolean failed = DANE_FAILURES.contains(session.dane());
        return decide(over(wanted, session.tls(), failed ? session.dane() : wanted.dane()));
    }

    private static MxAttempt over(MxAttempt wanted, TlsOutcome tls, DaneOutcome dane) {
        return new MxAttempt(wanted.resolution(), wanted.mx(), tls, dane, wanted.requirement(), wanted.facts());
    }

    private DeliveryDecision enforce(MxAttempt attempt, List<Violation> violations) {
        if (violations.isEmpty() || daneSuffices(attempt.dane())) {
            return new DeliveryDecision.Deliver(attempt, Channel.AUTHENTICATED, violations);
        }
        return holdsBack(attempt.resolution())
                ? defer(attempt, violations) // §5: MUST NOT deliver, and not a permanent failure either.
                : new DeliveryDecision.ReportOnly(attempt, ownRules(attempt), violations);
    }

    private static DeliveryDecision testing(MxAttempt attempt, List<Violation> violations) {
        if (violations.isEmpty()) {
            return new DeliveryDecision.Deliver(attempt, Channel.AUTHENTICATED, List.of());
        }
        Channel channel = ownRules(attempt);
        return channel == Channel.AUTHENTICATED
                ? new DeliveryDecision.Deliver(attempt, channel, violations)
                : new DeliveryDecision.ReportOnly(attempt, channel, violations);
    }

    /** What the mail may go over as far as MTA-STS has no say. */
    private static Channel ownRules(MxAttempt attempt) {
        return switch (attempt.dane()) {
            case PASSED -> Channel.AUTHENTICATED;
            case UNUSABLE -> Channel.ENCRYPTED;
            case NOT_APPLICABLE, FAILED, ERROR -> Channel.OPPORTUNISTIC;
        };
    }

    private DeliveryDecision.Defer defer(MxAttempt attempt, List<Violation> violations) {
        boolean enforced = holdsBack(attempt.resolution()) && !violations.isEmpty();
        return new DeliveryDecision.Defer(
                attempt, violations, !enforced || attempt.resolution().isRechecked());
    }

    private boolean holdsBack(PolicyResolution resolution) {
        return resolution.mode() == Mode.ENFORCE && enforcement == Enforcement.HONOR;
    }

    private boolean daneSuffices(DaneOutcome dane) {
        return dane == DaneOutcome.PASSED && precedence == DanePrecedence.DANE_SUFFICES;
    }
}
