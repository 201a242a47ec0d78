// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.smtp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.testkit.tls.Identity;
import io.github.mtasts4j.testkit.tls.TestCa;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server by itself, as any client sees it that speaks plain SMTP. */
final class SmtpMxTest {

    private final Identity identity = TestCa.root("Root").issue("mx.example.com");
    private final SmtpMx mx = SmtpMx.start(identity);

    @AfterEach
    void stop() {
        mx.close();
    }

    @Test
    void takesMailAndRemovesTheStuffedDots() throws IOException {
        String replies = converse(String.join(
                "\r\n",
                "EHLO c",
                "MAIL FROM:<a@example.com> SIZE=20 BODY=8BITMIME",
                "RCPT TO:<b@example.net>",
                "rcpt to: <c@example.net>",
                "DATA",
                "Subject: x",
                "",
                "..",
                "..dot",
                "\u00fc",
                ".",
                "QUIT",
                ""));

        assertThat(codes(replies))
                .containsExactly("220", "250", "250", "250", "250", "250", "250", "250", "354", "250", "221");
        assertThat(mx.mails()).singleElement().satisfies(mail -> {
            assertThat(mail.from()).isEqualTo("a@example.com");
            assertThat(mail.recipients()).containsExactly("b@example.net", "c@example.net");
            assertThat(mail.data()).isEqualTo("Subject: x\r\n\r\n.\r\n.dot\r\n\u00fc\r\n");
            assertThat(mail.isOverTls()).isFalse();
        });
    }

    @Test
    void offersWhatItKeeps() throws IOException {
        assertThat(converse("EHLO c\r\nQUIT\r\n"))
                .contains("250-mx.testkit\r\n250-SIZE 10485760\r\n250-8BITMIME\r\n250 STARTTLS\r\n")
                .doesNotContain("PIPELINING");
    }

    @ParameterizedTest
    @CsvSource({
        "'NOOP', 250",
        "'RSET', 250",
        "'VRFY a', 252",
        "'HELO c', 250",
        "'TURN', 500",
        "'', 500",
        "'MAIL FROM:<a@b.example>', 503",
        "'RCPT TO:<a@b.example>', 503",
        "'DATA', 503",
        "'STARTTLS now', 501"
    })
    void answersEachCommand(String command, String code) throws IOException {
        assertThat(codes(converse(command + "\r\nQUIT\r\n"))).containsExactly("220", code, "221");
    }

    @Test
    void resetForgetsTheTransaction() throws IOException {
        String replies = converse("HELO c\r\nMAIL FROM:<>\r\nRSET\r\nDATA\r\nQUIT\r\n");

        assertThat(codes(replies)).containsExactly("220", "250", "250", "250", "503", "221");
    }

    @Test
    void refusesPlaintextBehindStartTls() throws IOException {
        assertThat(codes(converse("EHLO c\r\nSTARTTLS\r\nMAIL FROM:<a@b.example>\r\n")))
                .doesNotContain("354", "501")
                .hasSize(5);
        assertThat(mx.commands()).extracting(ReceivedCommand::line).containsExactly("EHLO c", "STARTTLS");
    }

    @Test
    void aLineWithoutAnEndEndsTheSession() throws IOException {
        assertThat(codes(converse("x".repeat(100_000)))).containsExactly("220", "500");
        assertThat(mx.commands()).isEmpty();
    }

    @Test
    void aBareLineFeedIsNoEndOfData() throws IOException {
        String smuggled =
                "EHLO c\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.net>\r\nDATA\r\nx\n.\nMAIL FROM:<c@d.example>\r\n";

        converse(smuggled);

        assertThat(mx.mails()).isEmpty();
        assertThat(mx.commands()).extracting(ReceivedCommand::line).doesNotContain("MAIL FROM:<c@d.example>");
    }

    @Test
    void severalServersListenOnAddressesOfTheirOwn() throws IOException {
        InetAddress second = InetAddress.getByAddress(new byte[] {127, 0, 0, 2});
        try (SmtpMx other = SmtpMx.start(second, identity)) {
            assertThat(other.address().getAddress()).isEqualTo(second);
            assertThat(mx.address().getAddress()).isEqualTo(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        }
    }

    @Test
    void closingEndsEveryThreadAndConnection() throws IOException {
        try (Socket silent = new Socket(mx.address().getAddress(), mx.address().getPort())) {
            assertThat(silent.getInputStream().read()).isEqualTo('2');

            mx.close();

            assertThat(threads()).noneMatch(name -> name.contains("smtp-mx-session-" + silent.getLocalPort()));
            assertThat(threads()).doesNotContain("smtp-mx-" + mx.address().getPort());
        }
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).collect(Collectors.toSet());
    }

    /** Says all at once, as smugglers do, and reads until the server hangs up. */
    private String converse(String text) throws IOException {
        try (Socket socket = new Socket(mx.address().getAddress(), mx.address().getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(text.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    private static List<String> codes(String replies) {
        return replies.lines().map(line -> line.substring(0, 3)).toList();
    }
}
