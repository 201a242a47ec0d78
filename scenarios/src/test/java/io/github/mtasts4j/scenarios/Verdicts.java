// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.delivery.DanePrecedence;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.DeliveryDecision.Verdict;
import io.github.mtasts4j.delivery.DeliveryJudge;
import io.github.mtasts4j.delivery.MxAttempt;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.FailureCode;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.StsFailure;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tls.TlsOutcome;
import io.github.mtasts4j.tls.VerifiedPeer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What was wrong in a cell of a matrix whose network is scripted, and the invariants that hold in each. */
final class Verdicts {

    private static final DomainName EVIL_MX = DomainName.of("mx.evil.example");
    private static final Set<FailureCode> POSSIBLE = EnumSet.of(
            FailureCode.DNS_TRANSIENT,
            FailureCode.HTTP_STATUS,
            FailureCode.HTTP_UNREACHABLE,
            FailureCode.BACKING_OFF,
            FailureCode.POLICY_STATE_UNKNOWN);

    private final DeliveryJudge judge = new DeliveryJudge(DanePrecedence.BOTH_MUST_HOLD);
    private final List<String> broken = new ArrayList<>();

    /** The breaches so far, each with the name of its cell. */
    List<String> of(String cell) {
        return broken.stream().map(what -> cell + ": " + what).toList();
    }

    void broken(String what) {
        broken.add(what);
    }

    void check(String what, boolean holds) {
        if (!holds) {
            broken(what);
        }
    }

    void equal(String what, Object expected, Object actual) {
        check(what + ": " + actual + " instead of " + expected, expected.equals(actual));
    }

    /** But for the time of the fetch. */
    void same(String what, Optional<CachedPolicy> expected, Optional<CachedPolicy> actual) {
        check(what + ": " + actual + " instead of " + expected, isSame(expected, actual));
    }

    static boolean isSame(Optional<CachedPolicy> one, Optional<CachedPolicy> other) {
        return one.map(CachedPolicy::id).equals(other.map(CachedPolicy::id))
                && one.map(CachedPolicy::policy).equals(other.map(CachedPolicy::policy));
    }

    /** I1, I2, I3, I5: what becomes of a message at the right host with and without TLS, and at a wrong one. */
    void judge(PolicyResolution answer, DomainName domain, boolean dnsAnswers) {
        Verdict bad = switch (answer.mode()) {
            case ENFORCE -> Verdict.DEFER;
            case TESTING -> Verdict.REPORT_ONLY;
            case NONE -> Verdict.DELIVER;
        };
        boolean withheld = answer instanceof PolicyResolution.Withheld;
        boolean mayBounce = dnsAnswers && !withheld;
        DomainName good = CacheState.goodMx(domain);
        decide(answer, good, verified(good), withheld ? Verdict.DEFER : Verdict.DELIVER, mayBounce);
        decide(answer, good, new TlsOutcome.NotOffered(), bad, mayBounce);
        decide(answer, EVIL_MX, verified(EVIL_MX), bad, mayBounce);
        Optional<FailureCode> code = answer.failure().map(StsFailure::code);
        check("I5 code " + code, code.isEmpty() || POSSIBLE.contains(code.get()));
        check(
                "I5 code of what is withheld: " + code,
                withheld
                        == code.filter(c -> c == FailureCode.POLICY_STATE_UNKNOWN)
                                .isPresent());
    }

    private static TlsOutcome verified(DomainName mx) {
        return new TlsOutcome.Verified(VerifiedPeer.assertedBy("matrix", mx));
    }

    private void decide(PolicyResolution answer, DomainName mx, TlsOutcome tls, Verdict expected, boolean mayBounce) {
        DeliveryDecision decision = judge.decide(new MxAttempt(answer, mx, tls, DaneOutcome.NOT_APPLICABLE));
        equal("I1/I2 verdict for " + mx, expected, decision.verdict());
        if (decision instanceof DeliveryDecision.Defer defer) {
            check("I3 status " + defer.enhancedStatus(), defer.enhancedStatus().startsWith("4."));
            equal("I3 bounce", answer.isRechecked(), defer.bounceAllowed());
            check("I3 bounce without the DNS", mayBounce || !defer.bounceAllowed());
        }
    }
}
