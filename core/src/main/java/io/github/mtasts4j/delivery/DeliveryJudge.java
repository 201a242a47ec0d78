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
        boolean mayCome = Violations.lists(resolution, mx) || daneSuffices(dane);
        if ((holdsBack(resolution) && !mayCome) || DANE_FAILURES.contains(dane)) {
            MxAttempt attempt = new MxAttempt(resolution, mx, new TlsOutcome.NotContacted(), dane);
            return new MxPlan.Skip(defer(attempt, Violations.of(attempt)));
        }
        return new MxPlan.Connect(
                mx,
                switch (resolution.mode()) {
                    case ENFORCE -> holdsBack(resolution) ? TlsDemand.VERIFIED : TlsDemand.JUDGED;
                    case TESTING -> TlsDemand.JUDGED;
                    case NONE -> TlsDemand.OPPORTUNISTIC;
                });
    }

    /**
     * Whether the mail may go to a host, after STARTTLS and before MAIL FROM.
     *
     * @param attempt what happened
     * @return the decision
     */
    public DeliveryDecision decide(MxAttempt attempt) {
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
     * Whether an open connection may carry another domain's mail: the decision on that domain, made with what the
     * connection was proved to be.
     *
     * @param other what is known of the other domain's policy
     * @param mx which of its MX hosts the mail is to go to
     * @param dane what DANE says of the connection for the other domain; if it fails for the first one it fails for both
     * @param open the decision that the connection was opened for, or the latest one on it
     * @return the decision; {@link DeliveryDecision.Defer} means: not over this connection
     */
    public DeliveryDecision mayCarry(PolicyResolution other, DomainName mx, DaneOutcome dane, DeliveryDecision open) {
        MxAttempt session = open.attempt();
        if (!session.mx().equals(mx)) { // Whatever is proved of one host, another has not been connected to.
            TlsOutcome none = new TlsOutcome.NotConnected("the open connection is one to " + session.mx());
            return decide(new MxAttempt(other, mx, none, DaneOutcome.NOT_APPLICABLE));
        }
        DaneOutcome both = DANE_FAILURES.contains(session.dane()) ? session.dane() : dane;
        return decide(new MxAttempt(other, mx, session.tls(), both));
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
