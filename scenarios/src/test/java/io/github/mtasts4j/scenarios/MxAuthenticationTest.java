// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.DeliveryDecision.Verdict;
import io.github.mtasts4j.discovery.StsFailure;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.report.DiscoveryResult;
import io.github.mtasts4j.report.FailureDetail;
import io.github.mtasts4j.report.PolicyType;
import io.github.mtasts4j.report.ResultType;
import io.github.mtasts4j.report.SessionResult;
import io.github.mtasts4j.report.TlsReportRecorder;
import io.github.mtasts4j.testkit.RecipientDomain;
import io.github.mtasts4j.testkit.SimulatedSender.Attempt;
import io.github.mtasts4j.testkit.SimulatedSender.Delivery;
import io.github.mtasts4j.testkit.SimulatedSender.Fate;
import io.github.mtasts4j.testkit.StsWorld;
import io.github.mtasts4j.testkit.smtp.MxFault;
import io.github.mtasts4j.testkit.smtp.MxHandshake;
import io.github.mtasts4j.testkit.tls.TestCa;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets the mail, over real SMTP and real TLS. */
final class MxAuthenticationTest {

    private static final String ALICE = "alice@bank.example";
    private static final Duration WEEK = Duration.ofDays(7);

    private final StsWorld world = StsWorld.start();
    private final List<SessionResult> sessions = new ArrayList<>();
    private final List<DiscoveryResult> discoveries = new ArrayList<>();
    private final Relay relay = Relay.in(world, new TlsReportRecorder() {
        @Override
        public void sessionJudged(Instant at, DeliveryDecision decision, List<SessionResult> results) {
            sessions.addAll(results);
        }

        @Override
        public void discoveryFailed(DiscoveryResult result) {
            discoveries.add(result);
        }
    });

    @AfterEach
    void close() {
        relay.close();
        world.close();
    }

    @Test
    void notAnOctetOfTheEnvelopeGoesToAHostThatFails() throws Exception {
        world.domain("bank.example").mx("mx.bank.example").enforces("mx.bank.example");
        world.mx("mx.bank.example").present(world.untrustedCa().issue("mx.bank.example"));

        assertThat(relay.sendTo(ALICE).fate()).isEqualTo(Fate.DEFERRED);
        assertThat(world.mx("mx.bank.example").commands())
                .isNotEmpty()
                .extracting(command -> command.line())
                .allSatisfy(
                        line -> assertThat(line).doesNotContain("bank.example>").matches("(EHLO|STARTTLS|QUIT).*"));
    }

    @Test
    void aHostThatIsNotListedIsNotEvenContacted() throws Exception {
        world.domain("bank.example").enforces("mx.bank.example").mxForgedAs("mx.evil.example");

        assertThat(relay.sendTo(ALICE).fate()).isEqualTo(Fate.DEFERRED);
        assertThat(world.mx("mx.evil.example").commands()).isEmpty();
        assertThat(sessions)
                .containsExactly(new SessionResult(
                        PolicyType.STS, List.of(new FailureDetail(ResultType.VALIDATION_FAILURE, "sts-mx-mismatch"))));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void theNameOfTheMxIsSentInEveryMode(Mode mode) throws Exception {
        world.domain("bank.example")
                .mx("MX.Bank.Example")
                .publishes("1", RecipientDomain.policy(mode, WEEK, "mx.bank.example"));

        assertThat(relay.sendTo(ALICE).fate()).isEqualTo(Fate.DELIVERED);
        assertThat(world.mx("mx.bank.example").handshakes())
                .extracting(MxHandshake::sni)
                .containsExactly(Optional.of("mx.bank.example"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void serversOfEitherVersionGetTheMail(String version) throws Exception {
        world.domain("bank.example").mx("mx.bank.example").enforces("mx.bank.example");
        world.mx("mx.bank.example").speak(version);

        assertThat(relay.sendTo(ALICE).fate()).isEqualTo(Fate.DELIVERED);
        assertThat(world.mx("mx.bank.example").handshakes())
                .extracting(MxHandshake::protocol)
                .containsExactly(version);
    }

    @Test
    void aServerOfTls11IsNoServerUnderEnforceAndAPlainOneUnderTesting() throws Exception {
        world.domain("bank.example").mx("mx.bank.example").enforces("mx.bank.example");
        world.domain("shop.example").mx("mx.shop.example").tests("mx.shop.example");
        world.mx("mx.bank.example").behave(MxFault.InsteadOfTls.TLS_1_1);
        world.mx("mx.shop.example").behave(MxFault.InsteadOfTls.TLS_1_1);

        assertThat(relay.sendTo(ALICE).fate()).isEqualTo(Fate.DEFERRED);
        Delivery inTheClear = relay.sendTo("carol@shop.example");

        assertThat(inTheClear.fate()).isEqualTo(Fate.DELIVERED);
        assertThat(inTheClear.last().decision().verdict()).isEqualTo(Verdict.REPORT_ONLY);
        assertThat(world.mailsTo("carol@shop.example")).noneMatch(mail -> mail.isOverTls());
    }

    @Test
    void whatIsInjectedBehindTheReplyToStartTlsIsNeverBelieved() throws Exception {
        world.domain("bank.example").mx("mx.bank.example").enforces("mx.bank.example");
        world.mx("mx.bank.example").behave(MxFault.injectsAfterStartTls());

        Delivery delivery = relay.sendTo(ALICE);

        assertThat(delivery.fate()).isEqualTo(Fate.DEFERRED);
        assertThat(sessions)
                .flatExtracting(SessionResult::failures)
                .containsExactly(new FailureDetail(ResultType.VALIDATION_FAILURE, "starttls-injection"));
    }

    @Test
    void theListIsWalkedInItsOwnOrderAndAFailingHostCountsAsDown() throws Exception {
        world.domain("bank.example")
                .mx("a.bank.example", "b.bank.example", "c.bank.example")
                .enforces("a.bank.example", "c.bank.example");
        world.mx("a.bank.example").behave(MxFault.refusesStartTls(454));

        Delivery delivery = relay.sendTo(ALICE);

        assertThat(delivery.attempts())
                .extracting(Attempt::mx)
                .extracting(Object::toString)
                .containsExactly("a.bank.example", "b.bank.example", "c.bank.example");
        assertThat(delivery.attempts())
                .extracting(attempt -> attempt.decision().verdict())
                .containsExactly(Verdict.DEFER, Verdict.DEFER, Verdict.DELIVER);
        assertThat(world.mx("c.bank.example").mails()).hasSize(1);
        assertThat(sessions)
                .flatExtracting(SessionResult::failures)
                .containsExactly(
                        new FailureDetail(ResultType.STARTTLS_NOT_SUPPORTED, "454"),
                        new FailureDetail(ResultType.VALIDATION_FAILURE, "sts-mx-mismatch"));
    }

    @Test
    void aHostThatIsDownIsAnOrdinaryFailureAndIsNotReported() throws Exception {
        world.domain("bank.example").mx("mx.bank.example").enforces("mx.bank.example");
        world.mx("mx.bank.example").close();

        Delivery delivery = relay.sendTo(ALICE);

        assertThat(delivery.fate()).isEqualTo(Fate.DEFERRED);
        assertThat(delivery.last().decision().violations()).isEmpty();
        assertThat(sessions).isEmpty();
    }

    @Test
    void oneDomainsPolicyDoesNotTouchAnotherOnTheSameMx() throws Exception {
        for (int i = 0; i < 20; i++) {
            world.domain("vanity" + i + ".example").mx("mx.provider.example").enforces("mx.provider.example");
        }
        world.domain("hostile.example").mx("mx.provider.example").enforces("mx.nowhere.example");

        assertThat(relay.sendTo("x@hostile.example").fate()).isEqualTo(Fate.DEFERRED);
        for (int i = 0; i < 20; i++) {
            assertThat(relay.sendTo("x@vanity" + i + ".example").fate()).isEqualTo(Fate.DELIVERED);
        }
    }

    @Test
    void everyFaultOfACertificateIsReportedAndTheMailOfATestingDomainArrives() throws Exception {
        world.domain("bank.example").mx("mx.bank.example").tests("mx.bank.example");
        world.mx("mx.bank.example")
                .present(world.untrustedCa()
                        .issue(new TestCa.Spec().dns("mx.shop.example").expired()));

        assertThat(relay.sendTo(ALICE).last().decision().verdict()).isEqualTo(Verdict.REPORT_ONLY);
        assertThat(world.mailsTo(ALICE)).hasSize(1).allMatch(mail -> mail.isOverTls());
        assertThat(sessions)
                .flatExtracting(SessionResult::failures)
                .extracting(FailureDetail::type)
                .containsExactlyInAnyOrder(
                        ResultType.CERTIFICATE_EXPIRED,
                        ResultType.CERTIFICATE_NOT_TRUSTED,
                        ResultType.CERTIFICATE_HOST_MISMATCH);
    }

    @Test
    void aFailedFetchIsReportedOncePerAttemptAndEverySessionItLeavesUnprotected() throws Exception {
        world.domain("bank.example").mx("mx.bank.example").policyHostDown("1");

        relay.sendTo(ALICE);
        relay.sendTo(ALICE);

        assertThat(discoveries).hasSize(1).extracting(DiscoveryResult::failure).allMatch(StsFailure.class::isInstance);
        assertThat(sessions)
                .hasSize(2)
                .flatExtracting(SessionResult::failures)
                .extracting(FailureDetail::type)
                .containsOnly(ResultType.STS_POLICY_FETCH_ERROR);
    }

    @Test
    void aDecisionExplainsItselfToAPostmaster() throws Exception {
        world.domain("bank.example")
                .enforces("mx.bank.example", "*.backup.example")
                .mxForgedAs("mx.evil.example");

        String explanation = relay.sendTo(ALICE).last().decision().explain();

        assertThat(explanation)
                .contains("bank.example", "mx.evil.example", "mx.bank.example", "*.backup.example")
                .contains("mode enforce", "id 1", "2026-01-01T00:00:00Z", "2026-01-08T00:00:00Z", "§4.1", "4.7.0");
    }
}
