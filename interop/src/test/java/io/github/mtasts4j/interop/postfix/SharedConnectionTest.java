// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.testkit.smtp.SendResult;
import io.github.mtasts4j.testkit.smtp.SmtpConnection;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The mail of several domains over one connection to Postfix, their common MX. */
final class SharedConnectionTest {

    private static final String BOB = "bob@sender.example";
    private static final DomainName PROVIDER = DomainName.of("mx.provider.example");
    private static final DomainName UNTRUSTED = DomainName.of("mx.untrusted.example");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final PostfixWorld WORLD = new PostfixWorld(internet -> List.of(
            Smtpd.presenting(PROVIDER.toString(), internet.ca().issue(PROVIDER.toString())),
            Smtpd.presenting(UNTRUSTED.toString(), internet.untrustedCa().issue(UNTRUSTED.toString()))));

    @Test
    void aProvedConnectionCarriesTheMailOfEveryDomainThatListsTheHostAndOfNoOther() throws Exception {
        WORLD.domain("one.example", PROVIDER.toString()).enforces("mx.provider.example");
        WORLD.domain("two.example", PROVIDER.toString()).enforces("*.provider.example");
        WORLD.domain("other.example", PROVIDER.toString()).enforces("mx.other.example");
        MtaSts sts = WORLD.sendingSide().sts();
        int mark = WORLD.postfix().log().mark();

        try (SmtpConnection connection = connect(PROVIDER)) {
            DeliveryDecision open = open(connection, PROVIDER, "one.example");
            assertThat(open.mayDeliver()).isTrue();
            assertThat(send(connection, "alice@one.example")).isInstanceOf(SendResult.Accepted.class);
            assertThat(sts.mayCarry(policyOf("other.example"), PROVIDER, open).mayDeliver())
                    .isFalse();
            assertThat(sts.mayCarry(policyOf("two.example"), PROVIDER, open).mayDeliver())
                    .isTrue();
            assertThat(send(connection, "alice@two.example")).isInstanceOf(SendResult.Accepted.class);
            connection.quit();
        }

        SmtpSession session = WORLD.postfix().awaitSession(mark, PROVIDER.toString());
        assertThat(session.count("starttls")).isEqualTo(1);
        assertThat(session.count("data")).isEqualTo(2);
        assertThat(WORLD.postfix().awaitMail(mark, "alice@one.example")).hasSize(1);
        assertThat(WORLD.postfix().awaitMail(mark, "alice@two.example")).hasSize(1);
    }

    @Test
    void aConnectionThatProvedNothingCarriesOnlyMailThatNeedsNoProof() throws Exception {
        WORLD.domain("tested.example", UNTRUSTED.toString()).tests("mx.untrusted.example");
        WORLD.domain("without.example", UNTRUSTED.toString());
        WORLD.domain("enforced.example", UNTRUSTED.toString()).enforces("mx.untrusted.example");
        MtaSts sts = WORLD.sendingSide().sts();
        int mark = WORLD.postfix().log().mark();

        try (SmtpConnection connection = connect(UNTRUSTED)) {
            DeliveryDecision open = open(connection, UNTRUSTED, "tested.example");
            assertThat(send(connection, "alice@tested.example")).isInstanceOf(SendResult.Accepted.class);
            assertThat(sts.mayCarry(policyOf("enforced.example"), UNTRUSTED, open)
                            .mayDeliver())
                    .isFalse();
            assertThat(sts.mayCarry(policyOf("without.example"), UNTRUSTED, open)
                            .mayDeliver())
                    .isTrue();
            assertThat(send(connection, "alice@without.example")).isInstanceOf(SendResult.Accepted.class);
            connection.quit();
        }

        assertThat(WORLD.postfix().awaitSession(mark, UNTRUSTED.toString()).count("data"))
                .isEqualTo(2);
        assertThat(WORLD.postfix().awaitMail(mark, "alice@tested.example")).hasSize(1);
        assertThat(WORLD.postfix().awaitMail(mark, "alice@without.example")).hasSize(1);
    }

    private static SmtpConnection connect(DomainName mx) {
        return SmtpConnection.connect(WORLD.postfix().addressOf(mx), PATIENCE, PATIENCE);
    }

    private static DeliveryDecision open(SmtpConnection connection, DomainName mx, String domain)
            throws InterruptedException {
        SendingSide side = WORLD.sendingSide();
        return side.sts().decide(policyOf(domain), mx, connection.startTls(side.tls(), mx));
    }

    private static PolicyResolution policyOf(String domain) throws InterruptedException {
        return WORLD.sendingSide().sts().resolve(PolicyDomain.ofDomain(domain));
    }

    private static SendResult send(SmtpConnection connection, String recipient) {
        return connection.approve().send(BOB, List.of(recipient), "Subject: Hello\r\n\r\nHello.\r\n");
    }
}
