// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jakartamail;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.ReuseKey;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.testkit.smtp.MxFault;
import io.github.mtasts4j.testkit.smtp.ReceivedMail;
import io.github.mtasts4j.testkit.tls.TestCa;
import io.github.mtasts4j.tls.TlsOutcome;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts, or somebody on the way to them, who do what they should not. Whatever they do is a value. */
final class HostileMxTest {

    private static final String DOMAIN = "example.com";
    private static final String MX = "mx.example.com";

    private final MailWorld world = new MailWorld();

    @AfterEach
    void close() {
        world.close();
    }

    // ---- STARTTLS ----

    @Test
    void plaintextBehindTheReplyToStartTlsIsAnAttackAndNoTls() throws Exception {
        world.enforces(DOMAIN, MX).mx(MX).behave(MxFault.injectsAfterStartTls());

        DeliveryDecision decision = assertTurnedAway();

        assertThat(decision.attempt().tls())
                .isInstanceOfSatisfying(
                        TlsOutcome.HandshakeFailed.class,
                        failed -> assertThat(failed.reason()).isEqualTo("starttls-injection"));
    }

    @Test
    void whatIsInjectedIsNotBelievedByAnOpportunisticSenderEither() throws Exception {
        world.mx(MX).behave(new MxFault.Answers("STARTTLS", "220 go\r\n250-mx.testkit\r\n250 REQUIRETLS"));

        MxConnection connection = world.connect(DOMAIN, MX);

        assertThat(connection).isInstanceOfSatisfying(OpenMx.class, open -> {
            assertThat(open.isOverTls()).isFalse();
            assertThat(open.decision().reuseKey().map(ReuseKey::proof)).contains(ReuseKey.Proof.NONE);
            open.close();
        });
    }

    @ParameterizedTest
    @CsvSource({
        "PLAINTEXT, handshake-failure",
        "ALERT, handshake-failure",
        "HANG_UP, connection-lost",
        "SILENCE, timeout",
        "TLS_1_1, tls-version"
    })
    void aHandshakeThatFailsTurnsTheHostAway(MxFault.InsteadOfTls fault, String reason) throws Exception {
        world.enforces(DOMAIN, MX).mx(MX).behave(fault);

        DeliveryDecision decision = assertTurnedAway();

        assertThat(decision.attempt().tls())
                .isInstanceOfSatisfying(
                        TlsOutcome.HandshakeFailed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(reason));
    }

    @ParameterizedTest
    @EnumSource(MxFault.InsteadOfTls.class)
    void anOpportunisticSenderComesBackInTheClearAndIsJudgedOnce(MxFault.InsteadOfTls fault) throws Exception {
        world.publishes(DOMAIN, Mode.TESTING, MX).mx(MX).behave(fault);

        MxConnection connection = world.send(DOMAIN, MX);

        assertThat(connection.decision()).isInstanceOf(DeliveryDecision.ReportOnly.class);
        assertThat(world.mx(MX).mails()).hasSize(1).noneMatch(ReceivedMail::isOverTls);
        assertThat(world.judged()).containsExactly(connection.decision());
    }

    @Test
    void itComesBackInTheClearToAHostWhoseChainIsLongerThanAnybodyReads() throws Exception {
        TestCa authority = TestCa.root("Deep");
        for (int i = 0; i < 20; i++) {
            authority = authority.intermediate("Level " + i);
        }
        world.publishes(DOMAIN, Mode.TESTING, MX).mx(MX).present(authority.issue(MX));

        MxConnection connection = world.send(DOMAIN, MX);

        assertThat(connection.decision().attempt().tls()).isInstanceOf(TlsOutcome.CertificateRejected.class);
        assertThat(world.mx(MX).mails()).hasSize(1).noneMatch(ReceivedMail::isOverTls);
    }

    @ParameterizedTest
    @ValueSource(ints = {454, 502, 554})
    void anOpportunisticSenderDoesWithoutTlsWhereItIsRefused(int code) throws Exception {
        world.mx(MX).behave(MxFault.refusesStartTls(code));

        MxConnection connection = world.send(DOMAIN, MX);

        assertThat(connection.decision().attempt().tls()).isEqualTo(new TlsOutcome.Refused(code));
        assertThat(world.mx(MX).mails()).hasSize(1).noneMatch(ReceivedMail::isOverTls);
    }

    @Test
    void aHostThatHangsUpAtStartTlsHasRefusedIt() throws Exception {
        world.enforces(DOMAIN, MX).mx(MX).behave(new MxFault.HangsUpAt("STARTTLS"));

        assertThat(assertTurnedAway().attempt().tls()).isEqualTo(new TlsOutcome.Refused(0));
    }

    @ParameterizedTest
    @CsvSource({"220-go, 454 or rather not", "454-no, 220 or rather go"})
    void aReplyToStartTlsOfTwoCodesIsARefusalWhicheverLineAProviderLooksAt(String first, String last) throws Exception {
        world.enforces(DOMAIN, MX).mx(MX).behave(new MxFault.Answers("STARTTLS", first + "\r\n" + last));

        assertThat(assertTurnedAway().attempt().tls()).isEqualTo(new TlsOutcome.Refused(454));
        assertThat(world.mx(MX).handshakes()).isEmpty();
    }

    @Test
    void whatBreaksAfterTheHandshakeTakesNothingFromItAndNoMailGoesInTheClear() throws Exception {
        world.enforces(DOMAIN, MX).mx(MX).behave(new MxFault.HangsUpAfter(2));

        assertClosedOverTls("no reply to EHLO over TLS");
    }

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"ENFORCE", "TESTING"})
    void aHostThatRefusesEhloOverTlsGetsNoMailBecauseWhatItOfferedBeforeCountsNoMore(Mode mode) throws Exception {
        world.publishes(DOMAIN, mode, MX)
                .mx(MX)
                .behave(
                        new MxFault.OverTls(MxFault.refuses("EHLO", 550)),
                        new MxFault.OverTls(MxFault.refuses("HELO", 550)));

        assertClosedOverTls("EHLO over TLS was answered with 550");
    }

    @Test
    void anAnswerToEhloOfTwoCodesOverTlsIsNone() throws Exception {
        world.enforces(DOMAIN, MX)
                .mx(MX)
                .behave(new MxFault.OverTls(new MxFault.Answers("EHLO", "250-mx.example.com\r\n550 or rather not")));

        assertClosedOverTls("EHLO over TLS was answered with 550");
    }

    @Test
    void anAnswerToEhloOverTlsHasAnEndToo() throws Exception {
        world.enforces(DOMAIN, MX).mx(MX).behave(new MxFault.OverTls(MxFault.answersEhloWith(10_000)));

        assertClosedOverTls("without an end");
    }

    private void assertClosedOverTls(String why) throws Exception {
        MxConnection connection = world.send(DOMAIN, MX);

        assertThat(connection)
                .isInstanceOfSatisfying(
                        ClosedMx.class, closed -> assertThat(closed.reason()).hasMessageContaining(why));
        assertThat(connection.decision().attempt().tls()).isInstanceOf(TlsOutcome.Verified.class);
        assertThat(world.verbs(MX)).containsOnlyOnce("STARTTLS").doesNotContain("MAIL");
        assertThat(world.judged()).containsExactly(connection.decision());
    }

    @Test
    void whatTheHostOfferedBeforeTlsIsForgotten() throws Exception {
        world.enforces(DOMAIN, MX)
                .mx(MX)
                .behave(new MxFault.Answers("NOOP", "250 still here"), new MxFault.OffersOverTls(List.of("SIZE 1000")));

        try (OpenMx open = world.connect(DOMAIN, MX).orDefer()) {
            assertThat(MailWorld.offers(open.transport(), "SIZE")).isTrue();
            assertThat(MailWorld.offers(open.transport(), "8BITMIME")).isFalse();
            assertThat(MailWorld.offers(open.transport(), "STARTTLS")).isFalse();
        }
    }

    // ---- before STARTTLS ----

    @Test
    void aHostThatCannotBeConnectedToIsAnOrdinaryFailure() throws Exception {
        InetSocketAddress nobody;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = (InetSocketAddress) closed.getLocalSocketAddress();
        }
        MxCandidate listening = world.candidate(DOMAIN, MX);
        MxConnection connection = world.connector(MailWorld.impatient())
                .connect(new MxCandidate(listening.policy(), listening.mx(), nobody));

        assertNotConnected(connection);
    }

    @Test
    void aNameThatDoesNotResolveIsAnOrdinaryFailure() throws Exception {
        MxCandidate listening = world.candidate(DOMAIN, MX);
        MxConnection connection = world.connector(MailWorld.impatient())
                .connect(new MxCandidate(
                        listening.policy(), listening.mx(), InetSocketAddress.createUnresolved("mx.invalid", 25)));

        assertNotConnected(connection);
    }

    @ParameterizedTest
    @ValueSource(ints = {421, 554})
    void aHostThatGreetsWithAnErrorIsAnOrdinaryFailure(int code) throws Exception {
        world.mx(MX).behave(MxFault.refuses(MxFault.CONNECT, code));

        assertNotConnected(world.connect(DOMAIN, MX));
    }

    @Test
    void aHostThatRefusesEhloAndHeloIsAnOrdinaryFailureAndNoRefusalOfTls() throws Exception {
        world.mx(MX).behave(MxFault.refuses("EHLO", 502), MxFault.refuses("HELO", 550));

        assertNotConnected(world.connect(DOMAIN, MX));
    }

    @Test
    void aGreetingWithoutAnEndDoesNotFillTheMemory() throws Exception {
        world.mx(MX).behave(MxFault.greetsWith(8 * 1024 * 1024));

        assertNotConnected(world.connect(DOMAIN, MX));
    }

    @Test
    void repliesThatNobodyAskedForDoNotPassForStartTls() throws Exception {
        world.enforces(DOMAIN, MX)
                .mx(MX)
                .behave(new MxFault.Answers(
                        MxFault.CONNECT, "220 hello\r\n250-mx.testkit\r\n250 STARTTLS\r\n220 go\r\n250 and so on"));

        assertTurnedAway();
    }

    @Test
    void noiseInPlaceOfRepliesIsNoTls() throws Exception {
        world.enforces(DOMAIN, MX).mx(MX).behave(new MxFault.Answers(MxFault.CONNECT, "220 hello\r\n\0\1\2 \u00ff"));

        assertTurnedAway();
    }

    private static void assertNotConnected(MxConnection connection) {
        assertThat(connection).isInstanceOf(ClosedMx.class);
        assertThat(connection.decision().attempt().tls()).isInstanceOf(TlsOutcome.NotConnected.class);
        assertThat(connection.decision().violations()).isEmpty();
        assertThat(connection.toString()).startsWith(MX).isPrintable();
    }

    private DeliveryDecision assertTurnedAway() throws Exception {
        MxConnection connection = world.send(DOMAIN, MX);

        assertThat(connection).isInstanceOf(ClosedMx.class);
        assertThat(connection.decision()).isInstanceOf(DeliveryDecision.Defer.class);
        assertThat(world.verbs(MX)).doesNotContain("MAIL", "RCPT", "DATA");
        assertThat(world.judged()).containsExactly(connection.decision());
        return connection.decision();
    }
}
