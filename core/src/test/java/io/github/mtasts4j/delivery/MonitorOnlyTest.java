// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.discovery.FailureCode;
import io.github.mtasts4j.discovery.PolicyOverride;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.StsFailure;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.report.SessionResult;
import io.github.mtasts4j.tls.TlsOutcome;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole decision table once more with nothing enforced, cell by cell beside the decision that would block. */
final class MonitorOnlyTest {

    private static final String CELLS = "io.github.mtasts4j.delivery.DecisionTableTest#cells";
    private static final DomainName MX = DomainName.of("mx.example.com");
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final PolicyDomain DOMAIN = PolicyDomain.ofDomain("example.com");

    @ParameterizedTest(name = "{0}, DANE {1}: {2}")
    @MethodSource(CELLS)
    void onlyDaneAndHostsThatCannotBeReachedHoldMailBack(DecisionTableTest.Row row, DaneOutcome dane, String ignored) {
        MxAttempt attempt = row.attempt(dane);

        DeliveryDecision decision = judge(Enforcement.MONITOR).decide(attempt);

        boolean blocked =
                !Violations.ofDane(attempt).isEmpty() || !attempt.tls().isContacted();
        assertThat(decision.mayDeliver()).isEqualTo(!blocked);
        if (decision instanceof DeliveryDecision.Defer defer) {
            assertThat(defer.bounceAllowed()).isTrue(); // No policy is what keeps the message.
            assertThat(defer.explain()).doesNotContain("re-check");
            assertThat(defer.violations().isEmpty())
                    .isEqualTo(Violations.ofDane(attempt).isEmpty());
        }
    }

    @ParameterizedTest(name = "{0}, DANE {1}: {2}")
    @MethodSource(CELLS)
    void whatWouldHaveBeenDeferredIsReportOnlyAndCountedAlike(
            DecisionTableTest.Row row, DaneOutcome dane, String ignored) {
        MxAttempt attempt = row.attempt(dane);
        DeliveryDecision enforced = judge(Enforcement.HONOR).decide(attempt);

        DeliveryDecision monitored = judge(Enforcement.MONITOR).decide(attempt);

        assertThat(SessionResult.of(monitored)).isEqualTo(SessionResult.of(enforced));
        if (enforced.mayDeliver()) {
            assertThat(monitored).isEqualTo(enforced);
        } else if (monitored.mayDeliver()) {
            assertThat(monitored.verdict()).isEqualTo(DeliveryDecision.Verdict.REPORT_ONLY);
            assertThat(monitored.violations()).isEqualTo(enforced.violations()).isNotEmpty();
            assertThat(monitored.explain())
                    .startsWith("REPORT ONLY: would have been deferred: monitor only (RFC 8461 §")
                    .contains("the domain learns of it by TLS reporting")
                    .doesNotContain("re-check");
        }
    }

    @ParameterizedTest(name = "{0}, DANE {1}: {2}")
    @MethodSource(CELLS)
    void thePlanSkipsForTheSakeOfDaneOnlyAndLetsTheSendersOwnRulesHold(
            DecisionTableTest.Row row, DaneOutcome dane, String ignored) {
        MxPlan plan = judge(Enforcement.MONITOR).plan(row.resolution(), row.host(), dane);

        boolean daneFails = dane == DaneOutcome.FAILED || dane == DaneOutcome.ERROR;
        assertThat(plan instanceof MxPlan.Skip).isEqualTo(daneFails);
        if (plan instanceof MxPlan.Connect connect) {
            assertThat(connect.demand())
                    .isEqualTo(
                            row.mode().equals("enforce") || row.mode().equals("testing")
                                    ? MxPlan.TlsDemand.JUDGED
                                    : MxPlan.TlsDemand.OPPORTUNISTIC);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DaneOutcome.class,
            names = {"NOT_APPLICABLE", "PASSED", "UNUSABLE"})
    void whatDaneVouchesForStaysAsSafeAsDaneMakesIt(DaneOutcome dane) {
        MxAttempt attempt = new MxAttempt(withheld(), MX, new TlsOutcome.SniNotSendable(MX), dane);

        DeliveryDecision.ReportOnly decision =
                (DeliveryDecision.ReportOnly) judge(Enforcement.MONITOR).decide(attempt);

        assertThat(decision.channel())
                .isEqualTo(
                        switch (dane) {
                            case PASSED -> Channel.AUTHENTICATED;
                            case UNUSABLE -> Channel.ENCRYPTED;
                            default -> Channel.OPPORTUNISTIC;
                        });
    }

    @Test
    void withheldMailGoesAndIsReportedToNobody() {
        assertGoes(withheld(), Violation.Kind.POLICY_UNKNOWN);
    }

    @Test
    void aRequiredPolicyThatIsMissingHoldsNothingBackEither() {
        PolicyOverride require = new PolicyOverride(
                MX.parent().orElseThrow(), new PolicyOverride.Require(), NOW.plusSeconds(1), "a contract");

        assertGoes(require.over(new PolicyResolution.Absent(DOMAIN), NOW), Violation.Kind.POLICY_REQUIRED);
    }

    private static void assertGoes(PolicyResolution resolution, Violation.Kind kind) {
        DeliveryJudge judge = judge(Enforcement.MONITOR);
        DeliveryDecision decision =
                judge.decide(new MxAttempt(resolution, MX, new TlsOutcome.NotOffered(), DaneOutcome.NOT_APPLICABLE));

        assertThat(judge.plan(resolution, MX, DaneOutcome.NOT_APPLICABLE)).isInstanceOf(MxPlan.Connect.class);
        assertThat(decision.verdict()).isEqualTo(DeliveryDecision.Verdict.REPORT_ONLY);
        assertThat(decision.violations()).extracting(Violation::kind).isEqualTo(List.of(kind));
        assertThat(SessionResult.of(decision)).isEmpty();
        assertThat(decision.explain())
                .startsWith("REPORT ONLY: would have been deferred: monitor only")
                .contains("the domain is not told")
                .doesNotContain("the mail waits");
    }

    private static PolicyResolution withheld() {
        return new PolicyResolution.Withheld(
                DOMAIN, new StsFailure(FailureCode.POLICY_STATE_UNKNOWN, "store", "the store does not answer", NOW));
    }

    private static DeliveryJudge judge(Enforcement enforcement) {
        return new DeliveryJudge(DanePrecedence.BOTH_MUST_HOLD, enforcement);
    }
}
