// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.smtp.SmtpConnection;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which of several hosts of Postfix gets the mail. All of them would take it. */
final class MxOrderTest {

    private static final String BOB = "bob@sender.example";
    private static final String HELLO = "Subject: Hello\r\n\r\nHello.\r\n";
    private static final String GOOD = "mx.good.example";
    private static final String BAD = "mx.bad.example";
    private static final String EVIL = "mx.evil.example";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final PostfixWorld WORLD = new PostfixWorld(internet -> List.of(
            Smtpd.presenting(GOOD, internet.ca().issue(GOOD)),
            Smtpd.presenting(EVIL, internet.ca().issue(EVIL)),
            Smtpd.presenting(BAD, internet.untrustedCa().issue(BAD))));

    static Stream<SenderKind> senders() {
        return SenderKind.all().stream();
    }

    @ParameterizedTest
    @MethodSource("senders")
    void mailGoesToTheNextHostWhereTheFirstFailsAnEnforcedPolicy(SenderKind kind) throws Exception {
        String recipient = "alice@next." + kind + ".example";
        WORLD.domain("next." + kind + ".example", BAD, GOOD).enforces(BAD, GOOD);
        int mark = WORLD.postfix().log().mark();

        assertThat(send(kind, recipient)).isTrue();
        assertThat(WORLD.postfix().awaitSession(mark, BAD).hasEnvelope()).isFalse();
        assertThat(WORLD.postfix().awaitMail(mark, recipient)).hasSize(1);
        assertThat(WORLD.postfix().awaitSession(mark, GOOD).hasEnvelope()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("senders")
    void mailGoesToTheFirstHostWhereThePolicyIsOnlyTested(SenderKind kind) throws Exception {
        String recipient = "alice@tested." + kind + ".example";
        WORLD.domain("tested." + kind + ".example", EVIL, GOOD).tests(GOOD);
        int mark = WORLD.postfix().log().mark();

        assertThat(send(kind, recipient)).isTrue();
        assertThat(WORLD.postfix().awaitMail(mark, recipient)).hasSize(1);
        assertThat(WORLD.postfix().awaitSession(mark, EVIL).hasEnvelope()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("senders")
    void aHostThatIsNotListedIsNotEvenGreetedHoweverGoodItsCertificate(SenderKind kind) throws Exception {
        String recipient = "alice@forged." + kind + ".example";
        WORLD.domain("forged." + kind + ".example", EVIL).enforces(GOOD);
        int mark = WORLD.postfix().log().mark();

        assertThat(send(kind, recipient)).isFalse();
        knockAt(EVIL);
        WORLD.postfix().awaitSession(mark, EVIL);
        assertThat(WORLD.postfix().saidBy(EVIL, mark))
                .filteredOn(line -> line.contains("]: connect from "))
                .as("only the test's own connection")
                .hasSize(1);
        assertThat(WORLD.postfix().mailbox(recipient)).isEmpty();
    }

    private static boolean send(SenderKind kind, String recipient) throws InterruptedException {
        return kind.in(WORLD.sendingSide()).send(BOB, recipient, HELLO).delivered();
    }

    /** A session that Postfix logs after all earlier ones. */
    private static void knockAt(String host) {
        try (SmtpConnection connection =
                SmtpConnection.connect(WORLD.postfix().addressOf(DomainName.of(host)), PATIENCE, PATIENCE)) {
            connection.quit();
        }
    }
}
