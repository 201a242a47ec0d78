// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.discovery.FailureCode;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.StsFailure;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.report.PolicyType;
import io.github.mtasts4j.report.SessionResult;
import io.github.mtasts4j.tls.TlsOutcome;
import io.github.mtasts4j.tls.VerifiedPeer;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** A domain whose policy is known to bind and is not at hand gets no mail, and no blame. */
final class WithheldMailTest {

    private static final DomainName MX = DomainName.of("mx.example.com");
    private static final TlsOutcome VERIFIED = new TlsOutcome.Verified(VerifiedPeer.assertedBy("test", MX));
    private static final PolicyResolution WITHHELD = new PolicyResolution.Withheld(
            PolicyDomain.ofDomain("example.com"),
            new StsFailure(
                    FailureCode.POLICY_STATE_UNKNOWN,
                    "policy-state-unknown",
                    "the store is down",
                    Instant.parse("2026-01-01T00:00:00Z")));

    private final DeliveryJudge judge = new DeliveryJudge(DanePrecedence.BOTH_MUST_HOLD);

    @Test
    void noHostIsWorthAConnection() {
        MxPlan plan = judge.plan(WITHHELD, MX, DaneOutcome.NOT_APPLICABLE);

        assertThat(plan).isInstanceOf(MxPlan.Skip.class);
        assertDeferred(((MxPlan.Skip) plan).decision());
    }

    @Test
    void aVerifiedHostIsNotEnough() {
        assertDeferred(judge.decide(new MxAttempt(WITHHELD, MX, VERIFIED, DaneOutcome.NOT_APPLICABLE)));
        assertDeferred(judge.decide(new MxAttempt(WITHHELD, MX, VERIFIED, DaneOutcome.PASSED)));
    }

    @Test
    void daneIsEnoughForWhoeverSaysSo() {
        DeliveryJudge trusting = new DeliveryJudge(DanePrecedence.DANE_SUFFICES);

        assertThat(trusting.plan(WITHHELD, MX, DaneOutcome.PASSED)).isInstanceOf(MxPlan.Connect.class);
        assertThat(trusting.decide(new MxAttempt(WITHHELD, MX, VERIFIED, DaneOutcome.PASSED))
                        .mayDeliver())
                .isTrue();
    }

    @Test
    void thePostmasterReadsWhy() {
        assertThat(judge.decide(new MxAttempt(WITHHELD, MX, new TlsOutcome.NotOffered(), DaneOutcome.NOT_APPLICABLE))
                        .explain())
                .contains("DEFER: mx.example.com must not have mail for example.com (RFC 8461 §3.3)")
                .contains("discovery  POLICY_STATE_UNKNOWN (policy-state-unknown): the store is down; the mail waits")
                .contains("keep the message in the queue with status 4.7.0")
                .doesNotContain("its owner has to publish");
    }

    private static void assertDeferred(DeliveryDecision decision) {
        assertThat(decision).isInstanceOf(DeliveryDecision.Defer.class);
        DeliveryDecision.Defer defer = (DeliveryDecision.Defer) decision;
        assertThat(defer.violations()).extracting(Violation::kind).containsExactly(Violation.Kind.POLICY_UNKNOWN);
        assertThat(defer.enhancedStatus()).isEqualTo("4.7.0");
        assertThat(defer.bounceAllowed()).isFalse();
        assertThat(SessionResult.of(decision))
                .filteredOn(result -> result.policyType() != PolicyType.TLSA)
                .isEmpty();
    }
}
