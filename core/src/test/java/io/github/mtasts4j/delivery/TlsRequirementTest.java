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
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What REQUIRETLS and TLS-Required: No make of the decision table (RFC 8689). */
final class TlsRequirementTest {

    private static final String CELLS = "io.github.mtasts4j.delivery.DecisionTableTest#cells";
    private static final DomainName MX = DomainName.of("mx.example.com");
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    /**
     * Policy, MX and TLS are words of {@link DecisionTableTest}; {@code offers} and {@code signed} are the facts. The plan is
     * {@code connect} or {@code skip}; behind the decision is what it is deferred for.
     */
    private static final String REQUIRETLS = """
            # mode   mx       tls         dane           facts         | plan    decision | for
            enforce  match    OK          NOT_APPLICABLE offers        | connect DELIVER  | -
            enforce  match    OK          NOT_APPLICABLE -             | connect DEFER    | REQUIRETLS_NOT_OFFERED
            enforce  match    UNTRUSTED   NOT_APPLICABLE offers        | connect DEFER    | CERTIFICATE_NOT_TRUSTED
            enforce  match    NO-STARTTLS NOT_APPLICABLE offers        | connect DEFER    | STARTTLS_NOT_OFFERED
            enforce  mismatch OK          NOT_APPLICABLE offers,signed | skip    DEFER    | MX_NOT_LISTED
            testing  match    OK          NOT_APPLICABLE offers        | skip    DEFER    | REQUIRETLS_NAME_UNPROVED
            testing  match    OK          NOT_APPLICABLE offers,signed | connect DELIVER  | -
            testing  mismatch OK          NOT_APPLICABLE offers,signed | connect REPORT   | -
            none     match    OK          NOT_APPLICABLE offers        | skip    DEFER    | REQUIRETLS_NAME_UNPROVED
            none     match    OK          NOT_APPLICABLE offers,signed | connect DELIVER  | -
            -        -        OK          NOT_APPLICABLE offers        | skip    DEFER    | REQUIRETLS_NAME_UNPROVED
            -        -        OK          NOT_APPLICABLE offers,signed | connect DELIVER  | -
            -        -        OK          PASSED         offers        | connect DELIVER  | -
            -        -        UNTRUSTED   PASSED         offers        | connect DELIVER  | -
            -        -        UNTRUSTED   PASSED         -             | connect DEFER    | REQUIRETLS_NOT_OFFERED
            -        -        UNTRUSTED   UNUSABLE       offers,signed | connect DEFER    | REQUIRETLS_PEER_UNPROVED
            -        -        OK          FAILED         offers,signed | skip    DEFER    | DANE_FAILED
            -        -        UNTRUSTED   NOT_APPLICABLE offers,signed | connect DEFER    | REQUIRETLS_PEER_UNPROVED
            -        -        HANDSHAKE   NOT_APPLICABLE signed        | connect DEFER    | REQUIRETLS_PEER_UNPROVED,REQUIRETLS_NOT_OFFERED
            -        -        NO-STARTTLS NOT_APPLICABLE -             | skip    DEFER    | REQUIRETLS_NAME_UNPROVED,REQUIRETLS_PEER_UNPROVED,REQUIRETLS_NOT_OFFERED
            -        -        CONN        NOT_APPLICABLE signed        | connect DEFER    | -
            """;

    static Stream<Arguments> rows() {
        return REQUIRETLS.lines().filter(line -> !line.startsWith("#")).map(line -> {
            String[] cells = line.replace("|", " ").trim().split("\\s+", -1);
            DecisionTableTest.Row row = new DecisionTableTest.Row("RT", cells[0], cells[1], cells[2], "");
            Set<MxFact> facts = EnumSet.noneOf(MxFact.class);
            if (cells[4].contains("offers")) {
                facts.add(MxFact.OFFERS_REQUIRETLS);
            }
            if (cells[4].contains("signed")) {
                facts.add(MxFact.NAME_IS_SIGNED);
            }
            return Arguments.of(row, DaneOutcome.valueOf(cells[3]), facts, cells[5], cells[6], cells[7]);
        });
    }

    @ParameterizedTest(name = "{0}, DANE {1}, {2}: {3} {4} {5}")
    @MethodSource("rows")
    void requireTlsWantsTheNameAndThePeerProvedAndItselfOffered(
            DecisionTableTest.Row row,
            DaneOutcome dane,
            Set<MxFact> facts,
            String plan,
            String expected,
            String kinds) {
        MxAttempt attempt = asked(row.attempt(dane), TlsRequirement.REQUIRETLS, facts);
        DeliveryDecision decision = judge().decide(attempt);

        assertThat(judge().plan(unconnected(attempt)) instanceof MxPlan.Skip).isEqualTo(plan.equals("skip"));
        assertThat(decision.verdict().name()).startsWith(expected);
        if (decision.mayDeliver()) {
            assertThat(decision.reuseKey().orElseThrow().channel()).isEqualTo(Channel.AUTHENTICATED);
        } else {
            assertThat(kindsOf(decision)).isEqualTo(kinds);
        }
    }

    @ParameterizedTest(name = "{0}, DANE {1}: {2}")
    @MethodSource(CELLS)
    void requireTlsNeverLetsThroughWhatThePolicyForbids(DecisionTableTest.Row row, DaneOutcome dane, String ignored) {
        MxAttempt attempt = row.attempt(dane);
        DeliveryDecision plain = judge().decide(attempt);
        DeliveryDecision asked = judge().decide(asked(attempt, TlsRequirement.REQUIRETLS, EnumSet.allOf(MxFact.class)));
        DeliveryDecision unsaid = judge().decide(asked(attempt, TlsRequirement.REQUIRETLS, Set.of()));

        boolean verified = attempt.tls() instanceof TlsOutcome.Verified || dane == DaneOutcome.PASSED;
        assertThat(asked.mayDeliver()).isEqualTo(plain.mayDeliver() && verified);
        assertThat(unsaid.mayDeliver()).as("what is not said is not so").isFalse();
        assertThat(SessionResult.of(asked)).isEqualTo(SessionResult.of(plain));
        if (asked instanceof DeliveryDecision.Defer defer) {
            assertThat(defer.enhancedStatus()).startsWith("4.");
        }
    }

    @ParameterizedTest(name = "{0}, DANE {1}: {2}")
    @MethodSource(CELLS)
    void aMessageThatNeedsNoTlsGoesWhateverThePolicyAndDaneSayAndIsCountedAsItWent(
            DecisionTableTest.Row row, DaneOutcome dane, String ignored) {
        MxAttempt attempt = asked(row.attempt(dane), TlsRequirement.TLS_NOT_REQUIRED, Set.of());
        DeliveryDecision decision = judge().decide(attempt);

        assertThat(judge().plan(unconnected(attempt))).isInstanceOf(MxPlan.Connect.class);
        assertThat(decision.mayDeliver()).isEqualTo(attempt.tls().isContacted());
        if (decision instanceof DeliveryDecision.Deliver deliver) {
            assertThat(deliver.channel()).isEqualTo(Channel.OPPORTUNISTIC);
            assertThat(deliver.violations()).isEqualTo(Violations.of(attempt));
            assertThat(deliver.explain())
                    .startsWith("DELIVER: the message does without MTA-STS and DANE (RFC 8689 §4.2.2)")
                    .contains("message    has TLS-Required: No");
        }
        assertThat(SessionResult.of(decision)).isEqualTo(SessionResult.of(judge().decide(row.attempt(dane))));
    }

    @ParameterizedTest(name = "{0}, DANE {1}: {2}")
    @MethodSource(CELLS)
    void aTlsReportGoesAsAMessageThatNeedsNoTlsAndIsNotCounted(
            DecisionTableTest.Row row, DaneOutcome dane, String ignored) {
        MxAttempt report = asked(row.attempt(dane), TlsRequirement.TLS_REPORT, Set.of());
        MxAttempt message = asked(row.attempt(dane), TlsRequirement.TLS_NOT_REQUIRED, Set.of());
        DeliveryDecision decision = judge().decide(report);

        assertThat(judge().plan(unconnected(report))).isInstanceOf(MxPlan.Connect.class);
        assertThat(decision.verdict()).isEqualTo(judge().decide(message).verdict());
        assertThat(decision.violations()).isEqualTo(judge().decide(message).violations());
        assertThat(decision.explain()).contains("message    is a TLS report of ours");
        assertThat(SessionResult.of(decision)).isEmpty();
    }

    @ParameterizedTest(name = "{0}, DANE {1}: {2}")
    @MethodSource(CELLS)
    void whatAReportMayTellOfASessionChangesNoDecision(DecisionTableTest.Row row, DaneOutcome dane, String ignored) {
        MxAttempt attempt = row.attempt(dane);
        SessionFacts known = SessionFacts.between(InetAddress.getLoopbackAddress(), InetAddress.getLoopbackAddress())
                .withHelo("mx.example.com")
                .withTlsa(MX, List.of("3 1 1 00"))
                .withInformation("https://sender.example/why");
        DeliveryDecision decision = judge().decide(attempt.withSession(known));

        assertThat(decision.attempt().session()).isEqualTo(known);
        assertThat(decision.verdict()).isEqualTo(judge().decide(attempt).verdict());
        assertThat(decision.violations()).isEqualTo(judge().decide(attempt).violations());
        assertThat(decision.reuseKey()).isEqualTo(judge().decide(attempt).reuseKey());
        assertThat(decision.explain()).isEqualTo(judge().decide(attempt).explain());
        assertThat(SessionResult.of(decision)).isEqualTo(SessionResult.of(judge().decide(attempt)));
    }

    @Test
    void aSocketThatIsNotConnectedTellsNothing() throws IOException {
        try (Socket socket = new Socket()) {
            assertThat(SessionFacts.of(socket)).isEqualTo(SessionFacts.NONE);
        }
    }

    @Test
    void mailThatIsWithheldGoesIfItNeedsNoTlsAndNeverWithRequireTls() {
        PolicyResolution withheld = new PolicyResolution.Withheld(
                PolicyDomain.ofDomain("example.com"),
                new StsFailure(FailureCode.POLICY_STATE_UNKNOWN, "store", "the store does not answer", NOW));
        MxAttempt attempt = new MxAttempt(withheld, MX, new TlsOutcome.NotOffered(), DaneOutcome.NOT_APPLICABLE);

        DeliveryDecision goes = judge().decide(asked(attempt, TlsRequirement.TLS_NOT_REQUIRED, Set.of()));
        assertThat(kindsOf(goes)).startsWith("POLICY_UNKNOWN");
        assertThat(goes.mayDeliver()).isTrue();
        assertThat(goes.explain()).contains("the mail goes all the same");
        assertThat(judge().decide(asked(attempt, TlsRequirement.REQUIRETLS, EnumSet.allOf(MxFact.class)))
                        .mayDeliver())
                .isFalse();
    }

    @Test
    void noHeaderLiftsTheOperatorsOwnRule() {
        PolicyResolution required = new PolicyOverride(
                        DomainName.of("example.com"), new PolicyOverride.Require(), NOW.plusSeconds(60), "a contract")
                .over(new PolicyResolution.Absent(PolicyDomain.ofDomain("example.com")), NOW);
        MxAttempt attempt = asked(
                new MxAttempt(required, MX, new TlsOutcome.NotOffered(), DaneOutcome.NOT_APPLICABLE),
                TlsRequirement.TLS_NOT_REQUIRED,
                Set.of());

        assertThat(kindsOf(judge().decide(attempt))).isEqualTo("POLICY_REQUIRED");
        assertThat(judge().plan(unconnected(attempt))).isInstanceOf(MxPlan.Skip.class);
        assertThat(new DeliveryJudge(DanePrecedence.BOTH_MUST_HOLD, Enforcement.MONITOR)
                        .decide(attempt)
                        .mayDeliver())
                .isTrue();
    }

    @Test
    void aDeferralForRequireTlsSaysThatNoPolicyIsToBlame() {
        DecisionTableTest.Row row = new DecisionTableTest.Row("RT", "enforce", "match", "OK", "");
        DeliveryDecision.Defer defer = (DeliveryDecision.Defer)
                judge().decide(asked(row.attempt(DaneOutcome.NOT_APPLICABLE), TlsRequirement.REQUIRETLS, Set.of()));

        assertThat(defer.bounceAllowed()).isTrue();
        assertThat(defer.enhancedStatus()).isEqualTo("4.7.30");
        assertThat(defer.explain())
                .startsWith("DEFER: mx.example.com must not have mail for example.com (RFC 8689 §4.2.1)")
                .contains("message    has REQUIRETLS")
                .contains("it may be bounced when the queue's own time limit is reached, with 5.7.30")
                .doesNotContain("re-check", "its owner has to publish");
    }

    // ---- the world ----

    private static DeliveryJudge judge() {
        return new DeliveryJudge(DanePrecedence.BOTH_MUST_HOLD);
    }

    private static MxAttempt asked(MxAttempt attempt, TlsRequirement requirement, Set<MxFact> facts) {
        return new MxAttempt(attempt.resolution(), attempt.mx(), attempt.tls(), attempt.dane(), requirement, facts);
    }

    /** As it is before there is a connection. */
    private static MxAttempt unconnected(MxAttempt attempt) {
        return new MxAttempt(
                attempt.resolution(),
                attempt.mx(),
                new TlsOutcome.NotContacted(),
                attempt.dane(),
                attempt.requirement(),
                attempt.facts());
    }

    private static String kindsOf(DeliveryDecision decision) {
        List<Violation> violations = decision.violations();
        return violations.isEmpty()
                ? "-"
                : violations.stream().map(violation -> violation.kind().name()).collect(Collectors.joining(","));
    }
}
