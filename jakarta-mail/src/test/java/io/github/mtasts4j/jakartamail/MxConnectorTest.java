// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jakartamail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mtasts4j.delivery.Channel;
import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.MxFact;
import io.github.mtasts4j.delivery.SessionFacts;
import io.github.mtasts4j.delivery.TlsRequirement;
import io.github.mtasts4j.delivery.Violation;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.report.SessionResult;
import io.github.mtasts4j.testkit.smtp.MxFault;
import io.github.mtasts4j.testkit.smtp.MxHandshake;
import io.github.mtasts4j.testkit.smtp.ReceivedMail;
import io.github.mtasts4j.testkit.tls.TestCa;
import io.github.mtasts4j.tls.TlsOutcome;
import java.io.IOException;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MxConnectorTest {

    private static final String DOMAIN = "example.com";
    private static final String MX = "mx.example.com";

    private final MailWorld world = new MailWorld();

    @AfterEach
    void close() {
        world.close();
    }

    // ---- enforce ----

    @Test
    void mailArrivesOverTlsWhereTheMxIsListedAndProved() throws Exception {
        world.enforces(DOMAIN, MX);

        MxConnection connection = world.send(DOMAIN, MX);

        assertThat(connection)
                .isInstanceOfSatisfying(
                        OpenMx.class, open -> assertThat(open.isOverTls()).isTrue());
        assertThat(connection.decision().attempt().tls()).isInstanceOf(TlsOutcome.Verified.class);
        assertThat(world.mx(MX).mails())
                .hasSize(1)
                .allMatch(ReceivedMail::isOverTls)
                .allMatch(mail -> mail.from().equals(MailWorld.BOB));
        assertThat(world.verbs(MX)).containsExactly("EHLO", "STARTTLS", "EHLO", "MAIL", "RCPT", "DATA", "QUIT");
        assertThat(world.judged()).containsExactly(connection.decision());
    }

    @Test
    void theServerSeesTheNameInTheMxRecordThoughTheSocketGoesToAnAddress() throws Exception {
        world.enforces(DOMAIN, MX);

        world.send(DOMAIN, MX);

        assertThat(world.mx(MX).address().getAddress().getHostAddress()).isEqualTo("127.0.0.1");
        assertThat(world.mx(MX).handshakes()).extracting(MxHandshake::sni).containsExactly(Optional.of(MX));
    }

    @Test
    void aHostThatIsNotListedIsNotEvenContacted() throws Exception {
        world.enforces(DOMAIN, MX);

        MxConnection connection = world.send(DOMAIN, "mx.evil.example");

        assertThat(connection).isInstanceOf(ClosedMx.class);
        assertThat(connection.decision().attempt().tls()).isInstanceOf(TlsOutcome.NotContacted.class);
        assertThat(world.verbs("mx.evil.example")).isEmpty();
        assertThat(world.judged()).containsExactly(connection.decision());
    }

    @Test
    void noOctetOfTheEnvelopeGoesToAHostWithAnotherName() throws Exception {
        world.enforces(DOMAIN, MX).mx(MX).present(world.world().ca().issue("mx.elsewhere.example"));

        assertTurnedAway(TlsOutcome.CertificateRejected.class);
    }

    @Test
    void noOctetOfTheEnvelopeGoesToAHostThatNobodyTrustedVouchesFor() throws Exception {
        world.enforces(DOMAIN, MX).mx(MX).present(world.world().untrustedCa().issue(MX));

        assertTurnedAway(TlsOutcome.CertificateRejected.class);
    }

    @Test
    void noOctetOfTheEnvelopeGoesToAHostWhoseCertificateHasExpired() throws Exception {
        world.enforces(DOMAIN, MX)
                .mx(MX)
                .present(world.world().ca().issue(new TestCa.Spec().dns(MX).expired()));

        assertTurnedAway(TlsOutcome.CertificateRejected.class);
    }

    @Test
    void noOctetOfTheEnvelopeGoesToAHostThatOffersNoTls() throws Exception {
        world.enforces(DOMAIN, MX).mx(MX).behave(MxFault.Always.NO_STARTTLS);

        assertTurnedAway(TlsOutcome.NotOffered.class);
    }

    @Test
    void noOctetOfTheEnvelopeGoesToAHostThatKnowsNoEhlo() throws Exception {
        world.enforces(DOMAIN, MX).mx(MX).behave(MxFault.knowsNoEhlo());

        assertTurnedAway(TlsOutcome.NotOffered.class);
    }

    @Test
    void noOctetOfTheEnvelopeGoesToAHostThatRefusesStartTls() throws Exception {
        world.enforces(DOMAIN, MX).mx(MX).behave(MxFault.refusesStartTls(454));

        DeliveryDecision decision = assertTurnedAway(TlsOutcome.Refused.class);

        assertThat(decision.attempt().tls()).isEqualTo(new TlsOutcome.Refused(454));
    }

    @Test
    void aDeferralIsNeverTakenForAPermanentFailureAndLetsTheSenderGoOnToTheNextHost() throws Exception {
        world.enforces(DOMAIN, MX).mx(MX).behave(MxFault.refusesStartTls(554));

        MxConnection connection = world.connect(DOMAIN, MX);

        assertThatThrownBy(connection::orDefer)
                .isInstanceOf(MxDeferredException.class)
                .hasMessageStartingWith(MX)
                .satisfies(e ->
                        assertThat(((MxDeferredException) e).getNextException()).isInstanceOf(IOException.class));
    }

    // ---- testing and none ----

    @Test
    void testingDeliversAndReports() throws Exception {
        world.publishes(DOMAIN, Mode.TESTING, MX)
                .mx(MX)
                .present(world.world().untrustedCa().issue(MX));

        MxConnection connection = world.send(DOMAIN, MX);

        assertThat(connection.decision()).isInstanceOf(DeliveryDecision.ReportOnly.class);
        assertThat(world.mx(MX).mails()).hasSize(1).allMatch(ReceivedMail::isOverTls);
        assertThat(world.judged()).containsExactly(connection.decision());
    }

    @Test
    void testingDeliversToAHostThatIsNotListed() throws Exception {
        world.publishes(DOMAIN, Mode.TESTING, "mx.other.example");

        MxConnection connection = world.send(DOMAIN, MX);

        assertThat(connection.decision()).isInstanceOf(DeliveryDecision.ReportOnly.class);
        assertThat(world.mx(MX).mails()).hasSize(1);
    }

    @Test
    void withoutAPolicyAnyCertificateWillDo() throws Exception {
        world.mx(MX).present(world.world().untrustedCa().issue("whoever.example"));

        MxConnection connection = world.send(DOMAIN, MX);

        assertThat(connection.decision())
                .isInstanceOfSatisfying(
                        DeliveryDecision.Deliver.class,
                        deliver -> assertThat(deliver.channel()).isEqualTo(Channel.OPPORTUNISTIC));
        assertThat(world.mx(MX).mails()).hasSize(1).allMatch(ReceivedMail::isOverTls);
    }

    @Test
    void withoutAPolicyMailGoesInTheClearWhereThereIsNoTls() throws Exception {
        world.mx(MX).behave(MxFault.Always.NO_STARTTLS);

        MxConnection connection = world.send(DOMAIN, MX);

        assertThat(connection)
                .isInstanceOfSatisfying(
                        OpenMx.class, open -> assertThat(open.isOverTls()).isFalse());
        assertThat(world.mx(MX).mails()).hasSize(1).noneMatch(ReceivedMail::isOverTls);
    }

    @Test
    void noMailGoesInTheClearWhereTheSendersOwnRulesForbidIt() throws Exception {
        world.mx(MX).behave(MxFault.Always.NO_STARTTLS);
        Properties strict = MailWorld.impatient();
        strict.setProperty("mail.smtp.starttls.required", "true");

        MxConnection connection = world.connector(strict).connect(world.candidate(DOMAIN, MX));

        assertThat(connection).isInstanceOf(ClosedMx.class);
        assertThat(world.verbs(MX)).containsExactly("EHLO", "QUIT");
    }

    // ---- what a message or DANE asks for ----

    @Test
    void requireTlsLetsAHostThroughThatOffersItInsideTls() throws Exception {
        world.enforces(DOMAIN, MX).mx(MX).behave(new MxFault.OffersOverTls(List.of("REQUIRETLS")));

        assertThat(withRequireTls().decision().mayDeliver()).isTrue();
    }

    @Test
    void requireTlsTurnsAHostAwayThatDoesNotOfferIt() throws Exception {
        world.enforces(DOMAIN, MX);

        assertThat(withRequireTls().decision().mayDeliver()).isFalse();
        assertThat(world.verbs(MX)).doesNotContain("MAIL");
    }

    @Test
    void whatIsOfferedInTheClearIsAnybodysOffer() throws Exception {
        MxFault forged = new MxFault.Answers("EHLO", "250-mx.example.com\r\n250-REQUIRETLS\r\n250 STARTTLS");
        List<MxFault> overTls = List.of(
                new MxFault.Answers("EHLO", "250-mx.example.com\r\n250 SIZE 1000000"),
                MxFault.refuses("EHLO", 550),
                new MxFault.StaysSilentAt("EHLO"));
        world.enforces(DOMAIN, MX);
        for (MxFault fault : overTls) {
            world.mx(MX).behave(forged, new MxFault.OverTls(fault));

            assertThat(withRequireTls().decision().violations())
                    .extracting(Violation::kind)
                    .containsExactly(Violation.Kind.REQUIRETLS_NOT_OFFERED);
        }
        assertThat(world.verbs(MX)).contains("STARTTLS").doesNotContain("MAIL");
    }

    @Test
    void norDoesAnOfferCountWhereThereIsNoTlsAtAll() throws Exception {
        world.mx(MX).behave(new MxFault.Answers("EHLO", "250-mx.example.com\r\n250 REQUIRETLS"));

        assertThat(withRequireTls().decision().violations())
                .extracting(Violation::kind)
                .contains(Violation.Kind.REQUIRETLS_NOT_OFFERED);
    }

    @Test
    void aTlsReportGoesToAHostThatItsPolicyForbidsAndIsNotCounted() throws Exception {
        world.enforces(DOMAIN, MX).mx(MX).present(world.world().untrustedCa().issue(MX));
        MxCandidate candidate = world.candidate(DOMAIN, MX);
        MxConnector connector = world.connector(MailWorld.impatient());

        assertThat(connector.connect(candidate)).isInstanceOf(ClosedMx.class);
        MxConnection connection = connector.connect(candidate.withRequirement(TlsRequirement.TLS_REPORT, Set.of()));

        assertThat(connection).isInstanceOf(OpenMx.class);
        connection.orDefer().close();
        assertThat(world.judged()).hasSize(2);
        assertThat(SessionResult.of(world.judged().get(0))).hasSize(1);
        assertThat(SessionResult.of(world.judged().get(1))).isEmpty();
    }

    @Test
    void aReportMayNameBothEndsOfAConnection() throws Exception {
        world.connector(MailWorld.impatient())
                .connect(world.candidate(DOMAIN, MX))
                .orDefer()
                .close();
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});

        assertThat(world.judged().get(0).attempt().session()).isEqualTo(SessionFacts.between(loopback, loopback));
    }

    private MxConnection withRequireTls() throws Exception {
        MxCandidate candidate =
                world.candidate(DOMAIN, MX).withRequirement(TlsRequirement.REQUIRETLS, Set.of(MxFact.NAME_IS_SIGNED));
        MxConnection connection = world.connector(MailWorld.impatient()).connect(candidate);
        if (connection instanceof OpenMx open) {
            open.close();
        }
        return connection;
    }

    @Test
    void daneSeesTheChainAndItsFailureTurnsTheHostAway() throws Exception {
        List<X509Certificate> seen = new ArrayList<>();
        MxConnection connection = connect(DaneOutcome.PASSED, chain -> {
            seen.addAll(chain);
            return DaneOutcome.FAILED;
        });

        assertThat(seen).isNotEmpty();
        assertThat(connection.decision().mayDeliver()).isFalse();
        assertThat(world.verbs(MX)).containsExactly("EHLO", "STARTTLS", "EHLO", "QUIT");
    }

    @Test
    void aDaneCheckThatThrowsCountsAsAnError() throws Exception {
        MxConnection connection = connect(DaneOutcome.PASSED, chain -> {
            throw new IllegalStateException("on the test's behalf");
        });

        assertThat(connection.decision().attempt().dane()).isEqualTo(DaneOutcome.ERROR);
        assertThat(connection).isInstanceOf(ClosedMx.class);
    }

    private interface Judge {
        DaneOutcome judge(List<X509Certificate> chain);
    }

    private MxConnection connect(DaneOutcome planned, Judge judge) throws Exception {
        DaneCheck check = new DaneCheck() {
            @Override
            public DaneOutcome planned() {
                return planned;
            }

            @Override
            public DaneOutcome judge(List<X509Certificate> chain) {
                return judge.judge(chain);
            }
        };
        return world.connector(MailWorld.impatient())
                .connect(world.candidate(DOMAIN, MX).withDane(check));
    }

    // ---- sharing ----

    @Test
    void aConnectionThatIsProvedCarriesAnotherDomainsMailAndOneThatIsNotDoesNot() throws Exception {
        DomainName mx = DomainName.of(MX);
        world.enforces("strict.example", MX).enforces("elsewhere.example", "mx.elsewhere.example");
        try (OpenMx proved = world.connect(DOMAIN, MX).orDefer()) {
            assertThat(proved.mayCarry(world.resolve("strict.example"), mx).mayDeliver())
                    .isTrue();
            assertThat(proved.mayCarry(world.resolve("elsewhere.example"), mx).mayDeliver())
                    .isFalse();
            proved.send(MailWorld.BOB, MailWorld.message(), MailWorld.alice(DOMAIN));
            proved.send("", MailWorld.message(), MailWorld.alice("strict.example"));
        }
        world.mx(MX).present(world.world().untrustedCa().issue(MX));
        try (OpenMx unproved = world.connect(DOMAIN, MX).orDefer()) {
            assertThat(unproved.mayCarry(world.resolve("strict.example"), mx).mayDeliver())
                    .isFalse();
        }
        assertThat(world.mx(MX).mails()).extracting(ReceivedMail::from).containsExactly(MailWorld.BOB, "");
        assertThat(world.judged()).hasSize(2);
    }

    private DeliveryDecision assertTurnedAway(Class<? extends TlsOutcome> outcome) throws Exception {
        MxConnection connection = world.send(DOMAIN, MX);

        assertThat(connection).isInstanceOf(ClosedMx.class);
        assertThat(connection.decision()).isInstanceOf(DeliveryDecision.Defer.class);
        assertThat(connection.decision().attempt().tls()).isInstanceOf(outcome);
        assertThat(world.verbs(MX)).isNotEmpty().doesNotContain("MAIL", "RCPT", "DATA");
        assertThat(world.judged()).containsExactly(connection.decision());
        return connection.decision();
    }
}
