// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.interop.postfix.Sender.Report;
import io.github.mtasts4j.testkit.SimulatedSender.Delivery;
import io.github.mtasts4j.testkit.SimulatedSender.Fate;
import io.github.mtasts4j.testkit.smtp.SendResult;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What Postfix refuses for reasons of its own comes to the sender as that, and never as a matter of the policy. */
final class PostfixRefusesTest {

    private static final String BOB = "bob@sender.example";
    private static final String MX = "mx.strict.example";
    private static final int LIMIT = 1000;

    @RegisterExtension
    static final PostfixWorld WORLD = new PostfixWorld(internet ->
            List.of(Smtpd.presenting(MX, internet.ca().issue(MX)).with("message_size_limit", Integer.toString(LIMIT))));

    @BeforeAll
    static void publish() {
        WORLD.domain("strict.example", MX).enforces(MX);
        WORLD.domain("not-ours.test", MX).enforces(MX);
    }

    private record Refusal(
            String name, String recipient, int octets, Fate fate, String command, int code, String text) {
        String message() {
            return "Subject: Hello\r\n\r\n" + "x".repeat(70).concat("\r\n").repeat(octets / 72) + "Bye.\r\n";
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Refusal> refusals() {
        return Stream.of(
                new Refusal("no such user", "nobody@strict.example", 0, Fate.REFUSED, "RCPT", 550, "5.1.1 "),
                new Refusal("greylisting", "greylisted@strict.example", 0, Fate.DEFERRED, "RCPT", 450, "4.2.0 "),
                new Refusal("no relay", "alice@not-ours.test", 0, Fate.REFUSED, "RCPT", 554, "5.7.1 "),
                new Refusal("too large", "alice@strict.example", 2 * LIMIT, Fate.REFUSED, ".", 552, "5.3.4 "));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void theReplyIsInTheSendersResult(Refusal refusal) throws Exception {
        Delivery delivery = SenderKind.simulated(WORLD.sendingSide()).send(BOB, refusal.recipient, refusal.message());

        assertThat(delivery.fate()).isEqualTo(refusal.fate);
        assertThat(delivery.last().decision()).isInstanceOf(DeliveryDecision.Deliver.class);
        assertThat(delivery.last().mail()).get().isInstanceOfSatisfying(SendResult.Refused.class, refused -> {
            assertThat(refused.command()).isEqualTo(refusal.command);
            assertThat(refused.code()).isEqualTo(refusal.code);
            assertThat(refused.text()).contains(refusal.text);
        });
        assertThat(WORLD.postfix().mailbox(refusal.recipient)).isEmpty();
    }

    static Stream<SenderKind> senders() {
        return SenderKind.all().stream();
    }

    @ParameterizedTest
    @MethodSource("senders")
    void aRefusedRecipientIsInTheAccountOfEverySender(SenderKind kind) throws Exception {
        int mark = WORLD.postfix().log().mark();

        Report report = kind.in(WORLD.sendingSide()).send(BOB, "nobody@strict.example", "Subject: Hello\r\n\r\n");

        assertThat(report.delivered()).isFalse();
        assertThat(report.account()).contains("550").doesNotContain("DEFER");
        SmtpSession session = WORLD.postfix().awaitSession(mark, MX);
        assertThat(session.count("rcpt")).isEqualTo(1);
        assertThat(session.count("data")).isZero();
    }
}
