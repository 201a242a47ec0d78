// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.testkit.smtp.MxFault.Always;
import io.github.mtasts4j.testkit.smtp.MxFault.Answers;
import io.github.mtasts4j.testkit.smtp.MxFault.HangsUpAfter;
import io.github.mtasts4j.testkit.smtp.MxFault.HangsUpAt;
import io.github.mtasts4j.testkit.smtp.MxFault.InsteadOfTls;
import io.github.mtasts4j.testkit.smtp.MxFault.OffersOverTls;
import io.github.mtasts4j.testkit.tls.TestCa;
import io.github.mtasts4j.tls.CertificateVerifier;
import io.github.mtasts4j.tls.MxTls;
import io.github.mtasts4j.tls.TlsOutcome;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client against a server in each of its moods: a value for everything, bounded reading, no plaintext believed. */
final class SmtpConnectionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** Enough for a greeting on a busy machine. */
    private static final Duration LITTLE_PATIENCE = Duration.ofSeconds(2);

    private static final DomainName MX = DomainName.of("mx.example.com");

    private final TestCa ca = TestCa.root("Root");
    private final MxTls tls = new MxTls(CertificateVerifier.trusting(List.of(ca.certificate())), new MovableClock());
    private final SmtpMx mx = SmtpMx.start(ca.issue("mx.example.com"));

    @AfterEach
    void stop() {
        mx.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void deliversOverVerifiedTls(String version) {
        mx.speak(version);
        try (SmtpConnection connection = connect()) {
            assertThat(connection.startTls(tls, MX)).isInstanceOf(TlsOutcome.Verified.class);

            assertThat(send(connection)).isInstanceOf(SendResult.Accepted.class);
            connection.quit();
        }
        assertThat(mx.mails()).singleElement().satisfies(mail -> {
            assertThat(mail.from()).isEqualTo("alice@example.org");
            assertThat(mail.recipients()).containsExactly("bob@example.com", "carol@example.com");
            assertThat(mail.data()).isEqualTo("Subject: x\r\n\r\n.dot\r\n.\r\nend\r\n");
            assertThat(mail.tls()).contains(new MxHandshake(version, Optional.of("mx.example.com"), false));
        });
    }

    @Test
    void onlyEhloAndStartTlsAreSaidBeforeTls() {
        try (SmtpConnection connection = connect()) {
            connection.startTls(tls, MX);
            send(connection);
        }
        assertThat(mx.commands())
                .filteredOn(command -> !command.overTls())
                .extracting(ReceivedCommand::line)
                .containsExactly("EHLO sender.testkit", "STARTTLS");
    }

    @Test
    void nothingCanBeSentBeforeStartTlsWasTried() {
        try (SmtpConnection connection = connect()) {
            assertThatThrownBy(connection::approve).isInstanceOf(IllegalStateException.class);
        }
        assertThat(mx.commands()).extracting(ReceivedCommand::line).containsExactly("EHLO sender.testkit");
    }

    @Test
    void theServerNameIsTheMxNameInLowerCase() {
        try (SmtpConnection connection = connect()) {
            connection.startTls(tls, DomainName.of("MX.Example.COM."));
        }
        assertThat(mx.serverNames()).containsExactly("mx.example.com");
    }

    @Test
    void theServerNameIsSentForAHostOfOneLabelToo() {
        try (SmtpConnection connection = connect()) {
            connection.startTls(tls, DomainName.of("mailhost"));
        }
        assertThat(mx.serverNames()).containsExactly("mailhost");
    }

    @Test
    void theServerPicksItsIdentityByServerName() {
        mx.present("mx.example.net", ca.issue("mx.example.net"));
        try (SmtpConnection connection = connect()) {
            assertThat(connection.startTls(tls, DomainName.of("mx.example.net")))
                    .isInstanceOf(TlsOutcome.Verified.class);
        }
        try (SmtpConnection connection = connect()) {
            assertThat(connection.startTls(tls, DomainName.of("mx.example.org")))
                    .isInstanceOf(TlsOutcome.CertificateRejected.class);
        }
    }

    @Test
    void aNameThatCannotBeSentAsServerNameIsNeverVerified() {
        DomainName underscore = DomainName.of("mx_1.example.com");
        mx.present(ca.issue("mx_1.example.com"));
        try (SmtpConnection connection = connect()) {
            assertThat(connection.startTls(tls, underscore)).isEqualTo(new TlsOutcome.SniNotSendable(underscore));
            assertThat(send(connection)).isInstanceOf(SendResult.Accepted.class);
        }
        assertThat(mx.serverNames()).isEmpty();
    }

    @Test
    void mailCanStillGoOverTlsThatProvedNothing() {
        mx.present(TestCa.selfSigned(new TestCa.Spec().dns("mx.example.com")));
        try (SmtpConnection connection = connect()) {
            assertThat(connection.startTls(tls, MX)).isInstanceOf(TlsOutcome.CertificateRejected.class);
            assertThat(send(connection)).isInstanceOf(SendResult.Accepted.class);
        }
        assertThat(mx.mails()).singleElement().matches(ReceivedMail::isOverTls);
    }

    @Test
    void withoutTheOfferNothingIsAskedForAndMailCanGoInTheClear() {
        mx.behave(Always.NO_STARTTLS);
        try (SmtpConnection connection = connect()) {
            assertThat(connection.startTls(tls, MX)).isEqualTo(new TlsOutcome.NotOffered());
            assertThat(send(connection)).isInstanceOf(SendResult.Accepted.class);
        }
        assertThat(mx.commands()).extracting(ReceivedCommand::line).doesNotContain("STARTTLS");
        assertThat(mx.mails()).singleElement().matches(mail -> !mail.isOverTls());
    }

    @Test
    void aServerThatKnowsNoEhloOffersNothing() {
        mx.behave(MxFault.knowsNoEhlo());
        try (SmtpConnection connection = connect()) {
            assertThat(connection.startTls(tls, MX)).isEqualTo(new TlsOutcome.NotOffered());
            assertThat(send(connection)).isInstanceOf(SendResult.Accepted.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {250, 354, 454, 501, 502, 554})
    void anyAnswerToStartTlsBut220IsARefusal(int code) {
        mx.behave(MxFault.refusesStartTls(code));
        try (SmtpConnection connection = connect()) {
            assertThat(connection.startTls(tls, MX)).isEqualTo(new TlsOutcome.Refused(code));
            assertThat(send(connection)).isInstanceOf(SendResult.Accepted.class);
        }
    }

    @Test
    void aConnectionClosedAtStartTlsIsARefusal() {
        mx.behave(new HangsUpAt("STARTTLS"));
        try (SmtpConnection connection = connect()) {
            assertThat(connection.startTls(tls, MX)).isEqualTo(new TlsOutcome.Refused(0));
            assertThat(connection.isUsable()).isFalse();
            assertThat(send(connection)).isInstanceOf(SendResult.Broken.class);
        }
    }

    @Test
    void plaintextInjectedBehindStartTlsEndsTheAttempt() {
        mx.behave(MxFault.injectsAfterStartTls());
        try (SmtpConnection connection = connect()) {
            assertThat(reasonOf(connection)).isEqualTo("starttls-injection");
            assertThat(connection.capabilities()).isEmpty();
            assertThat(send(connection))
                    .isEqualTo(new SendResult.Broken("smtp-protocol", "plaintext after the reply to STARTTLS"));
        }
        assertThat(mx.handshakes()).isEmpty();
        assertThat(mx.commands()).extracting(ReceivedCommand::line).containsExactly("EHLO sender.testkit", "STARTTLS");
    }

    @Test
    void aReplyToStartTlsBeforeItIsAskedForIsNotBelieved() {
        mx.behave(new Answers("EHLO", "250-mx\r\n250 STARTTLS\r\n220 go"));
        try (SmtpConnection connection = connect()) {
            assertThat(reasonOf(connection)).isEqualTo("smtp-protocol");
        }
        assertThat(mx.commands()).extracting(ReceivedCommand::line).containsExactly("EHLO sender.testkit");
    }

    @ParameterizedTest
    @CsvSource({
        "PLAINTEXT, handshake-failure",
        "ALERT, handshake-failure",
        "TLS_1_1, tls-version",
        "HANG_UP, connection-lost"
    })
    void whatIsNoHandshakeFailsAndNothingIsSaidInTheClearAfterwards(InsteadOfTls fault, String reason) {
        mx.behave(fault);
        try (SmtpConnection connection = connect()) {
            assertThat(reasonOf(connection)).isEqualTo(reason);
            assertThat(send(connection)).isInstanceOf(SendResult.Broken.class);
        }
        assertThat(mx.commands()).extracting(ReceivedCommand::line).containsExactly("EHLO sender.testkit", "STARTTLS");
    }

    @Test
    void aHandshakeThatStallsEndsWithTheReadTimeout() {
        mx.behave(InsteadOfTls.SILENCE);
        try (SmtpConnection connection = SmtpConnection.connect(mx.address(), PATIENCE, LITTLE_PATIENCE)) {
            assertThat(reasonOf(connection)).isEqualTo("timeout");
        }
    }

    @Test
    void onlyWhatIsOfferedOverTlsCounts() {
        mx.behave(new OffersOverTls(List.of("CHUNKING", "AUTH PLAIN")));
        try (SmtpConnection connection = connect()) {
            assertThat(connection.capabilities()).containsExactly("SIZE", "8BITMIME", "STARTTLS");
            connection.startTls(tls, MX);
            assertThat(connection.capabilities()).containsExactly("CHUNKING", "AUTH");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {421, 450, 554})
    void anUnfriendlyGreetingIsNoConnection(int code) {
        mx.behave(MxFault.refuses(MxFault.CONNECT, code));
        try (SmtpConnection connection = connect()) {
            assertThat(notConnected(connection)).startsWith("greeted with " + code);
        }
        assertThat(mx.commands()).isEmpty();
    }

    @Test
    void aGreetingOfAMegabyteIsNotRead() {
        mx.behave(MxFault.greetsWith(1 << 20));
        try (SmtpConnection connection = connect()) {
            assertThat(notConnected(connection)).isEqualTo("a line of more than 2048 octets");
        }
    }

    @Test
    void anEhloOfTenThousandLinesIsNotReadToItsEnd() {
        mx.behave(MxFault.answersEhloWith(10_000));
        try (SmtpConnection connection = connect()) {
            assertThat(notConnected(connection)).contains("octets");
            assertThat(connection.capabilities()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "250-mx\r\n251 STARTTLS",
                "250-mx\r\nSTARTTLS",
                "999 what",
                "250_mx",
                "25",
                "",
                "HTTP/1.1 400 Bad Request"
            })
    void whatIsNoReplyIsNoConnection(String reply) {
        // The server reads a code out of its reply; this one has to come after that.
        mx.behave(new Answers("EHLO", "250-x\r\n" + reply));
        try (SmtpConnection connection = connect()) {
            assertThat(notConnected(connection)).startsWith("not a reply");
        }
    }

    @Test
    void bareLineFeedsAreNoSmtp() {
        mx.behave(Always.BARE_LINE_FEEDS);
        try (SmtpConnection connection = connect()) {
            assertThat(notConnected(connection)).isEqualTo("a bare CR or LF");
        }
    }

    @Test
    void aServerThatHangsUpAtTheGreetingIsNoConnection() {
        mx.behave(new HangsUpAt(MxFault.CONNECT));
        try (SmtpConnection connection = connect()) {
            assertThat(notConnected(connection)).isEqualTo("the connection was closed");
        }
    }

    @Test
    void nobodyListeningIsNoConnection() throws IOException {
        InetSocketAddress nobody;
        try (ServerSocket unused = new ServerSocket(0, 1, mx.address().getAddress())) {
            nobody = (InetSocketAddress) unused.getLocalSocketAddress();
        }
        try (SmtpConnection connection = SmtpConnection.connect(nobody, PATIENCE, PATIENCE)) {
            assertThat(notConnected(connection)).isNotEmpty();
        }
    }

    @Test
    void aServerThatNeverGreetsIsNoConnection() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, mx.address().getAddress());
                SmtpConnection connection = SmtpConnection.connect(
                        (InetSocketAddress) silent.getLocalSocketAddress(), PATIENCE, LITTLE_PATIENCE)) {
            assertThat(notConnected(connection)).isEqualTo("the server went silent");
        }
    }

    @ParameterizedTest
    @CsvSource({"MAIL, 451", "MAIL, 550", "RCPT, 450", "RCPT, 550", "DATA, 451", "DATA, 554", "., 452", "., 554"})
    void aRefusedCommandIsNamed(String command, int code) {
        mx.behave(MxFault.refuses(command, code));
        try (SmtpConnection connection = connect()) {
            connection.startTls(tls, MX);
            assertThat(send(connection)).isEqualTo(new SendResult.Refused(command, code, "no, on the test's behalf"));

            mx.behave();
            assertThat(send(connection)).isInstanceOf(SendResult.Accepted.class);
        }
        assertThat(mx.mails()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6})
    void aServerThatHangsUpBreaksTheDialogue(int commands) {
        mx.behave(new HangsUpAfter(commands));
        try (SmtpConnection connection = connect()) {
            connection.startTls(tls, MX);
            assertThat(send(connection)).isInstanceOf(SendResult.Broken.class);
            assertThat(connection.isUsable()).isFalse();
        }
        assertThat(mx.mails()).isEmpty();
    }

    @Test
    void hangingUpAfterTheHandshakeTakesNothingFromWhatItProved() {
        mx.behave(new HangsUpAfter(2));
        try (SmtpConnection connection = connect()) {
            assertThat(connection.startTls(tls, MX)).isInstanceOf(TlsOutcome.Verified.class);
            assertThat(connection.isUsable()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b@example.com", "a@example.com>\r\nRCPT TO:<x@example.com", "\u00fc@example.com"})
    void anAddressThatCannotStandInACommandIsTheCallersMistake(String address) {
        try (SmtpConnection connection = connect()) {
            connection.startTls(tls, MX);
            assertThatThrownBy(() -> connection.approve().send("", List.of(address), ""))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private SmtpConnection connect() {
        return SmtpConnection.connect(mx.address(), PATIENCE, PATIENCE);
    }

    private static SendResult send(SmtpConnection connection) {
        return connection
                .approve()
                .send(
                        "alice@example.org",
                        List.of("bob@example.com", "carol@example.com"),
                        "Subject: x\n\n.dot\r\n.\nend");
    }

    private String reasonOf(SmtpConnection connection) {
        TlsOutcome outcome = connection.startTls(tls, MX);
        assertThat(outcome).isInstanceOf(TlsOutcome.HandshakeFailed.class);
        return ((TlsOutcome.HandshakeFailed) outcome).reason();
    }

    private String notConnected(SmtpConnection connection) {
        TlsOutcome outcome = connection.startTls(tls, MX);
        assertThat(outcome).isInstanceOf(TlsOutcome.NotConnected.class);
        assertThat(send(connection)).isInstanceOf(SendResult.Broken.class);
        return ((TlsOutcome.NotConnected) outcome).detail();
    }
}
