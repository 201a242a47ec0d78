// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.MxFact;
import io.github.mtasts4j.delivery.TlsRequirement;
import io.github.mtasts4j.delivery.Violation;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.testkit.StsWorld;
import io.github.mtasts4j.testkit.smtp.MxFault;
import io.github.mtasts4j.testkit.smtp.ReceivedCommand;
import io.github.mtasts4j.testkit.smtp.SmtpConnection;
import io.github.mtasts4j.tls.MxTls;
import io.github.mtasts4j.tls.TlsOutcome;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a message asks of TLS (RFC 8689), before servers that do and do not offer it. */
final class RequireTlsTest {

    private static final String DOMAIN = "bank.example";
    private static final String ALICE = "alice@" + DOMAIN;
    private static final DomainName MX = DomainName.of("mx.bank.example");
    private static final MxFault OFFERS_IT_OVER_TLS = new MxFault.OffersOverTls(List.of("SIZE 1000000", "REQUIRETLS"));

    private final StsWorld world = StsWorld.start();
    private final Relay relay = Relay.in(world);
    private final MxTls tls = new MxTls(world.verifier(), world.clock());

    @BeforeEach
    void publish() {
        world.domain(DOMAIN).mx(MX.toString()).enforces(MX.toString());
    }

    @AfterEach
    void close() {
        relay.close();
        world.close();
    }

    @Test
    void aMessageWithRequireTlsGoesToAnEnforcedMxThatOffersIt() throws Exception {
        world.mx(MX.toString()).behave(OFFERS_IT_OVER_TLS);

        assertThat(send(TlsRequirement.REQUIRETLS)).isInstanceOf(DeliveryDecision.Deliver.class);
        assertThat(world.mailsTo(ALICE)).hasSize(1);
    }

    @Test
    void anMxThatDoesNotOfferItHasNoOctetOfTheEnvelope() throws Exception {
        assertThat(violations(send(TlsRequirement.REQUIRETLS))).containsExactly(Violation.Kind.REQUIRETLS_NOT_OFFERED);
        assertNoEnvelope();
        assertThat(send(TlsRequirement.NONE)).isInstanceOf(DeliveryDecision.Deliver.class);
    }

    @Test
    void whatIsOfferedInTheClearIsAnybodysOffer() throws Exception {
        world.mx(MX.toString())
                .behave(
                        new MxFault.Answers("EHLO", "250-mx.bank.example\r\n250-REQUIRETLS\r\n250 STARTTLS"),
                        new MxFault.OverTls(new MxFault.Answers("EHLO", "250-mx.bank.example\r\n250 SIZE 1000000")));

        assertThat(violations(send(TlsRequirement.REQUIRETLS))).containsExactly(Violation.Kind.REQUIRETLS_NOT_OFFERED);
        assertNoEnvelope();
    }

    @Test
    void aTestingPolicyProvesNoName() throws Exception {
        world.domain(DOMAIN).tests(MX.toString());
        world.mx(MX.toString()).behave(OFFERS_IT_OVER_TLS);

        assertThat(violations(send(TlsRequirement.REQUIRETLS)))
                .containsExactly(Violation.Kind.REQUIRETLS_NAME_UNPROVED);
        assertNoEnvelope();
    }

    @Test
    void aMessageThatDoesWithoutTlsGoesToAnMxThatTheirPolicyForbids() throws Exception {
        world.mx(MX.toString()).present(world.untrustedCa().issue(MX.toString()));

        assertThat(send(TlsRequirement.NONE)).isInstanceOf(DeliveryDecision.Defer.class);
        assertNoEnvelope();
        assertThat(send(TlsRequirement.TLS_NOT_REQUIRED).mayDeliver()).isTrue();
        assertThat(world.mailsTo(ALICE)).hasSize(1);
    }

    private static List<Violation.Kind> violations(DeliveryDecision decision) {
        assertThat(decision).isInstanceOf(DeliveryDecision.Defer.class);
        return decision.violations().stream().map(Violation::kind).toList();
    }

    private void assertNoEnvelope() {
        assertThat(world.mx(MX.toString()).commands())
                .extracting(ReceivedCommand::line)
                .isNotEmpty()
                .allMatch(line -> line.matches("(EHLO|STARTTLS|QUIT).*"));
    }

    private DeliveryDecision send(TlsRequirement requirement) throws InterruptedException {
        Duration patience = Duration.ofSeconds(20);
        PolicyResolution policy = relay.sts().resolve(PolicyDomain.ofDomain(DOMAIN));
        try (SmtpConnection smtp = SmtpConnection.connect(world.addressOf(MX), patience, patience)) {
            TlsOutcome outcome = smtp.startTls(tls, MX);
            Set<MxFact> facts = EnumSet.noneOf(MxFact.class);
            if (smtp.capabilities().contains("REQUIRETLS")) {
                facts.add(MxFact.OFFERS_REQUIRETLS);
            }
            DeliveryDecision decision =
                    relay.sts().decide(policy, MX, outcome, DaneOutcome.NOT_APPLICABLE, requirement, facts);
            if (decision.mayDeliver()) {
                smtp.approve().send(Relay.SENDER, List.of(ALICE), "Subject: Hello\r\n\r\nHello.\r\n");
            }
            smtp.quit();
            return decision;
        }
    }
}
