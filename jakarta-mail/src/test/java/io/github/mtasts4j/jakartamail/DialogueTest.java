// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jakartamail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What counts as a reply, whoever reads it. */
final class DialogueTest {

    private final Dialogue dialogue = new Dialogue();

    @ParameterizedTest
    @CsvSource({
        "220 go, 220",
        "220, 220",
        "220-go|220 ahead, 220",
        "454 no, 454",
        "220-go|454 or rather not, 454",
        "454-no|220 or rather go, 454",
        "220-go|250 fine, 0",
        "220-go|hello, 0",
        "220-go|hello|220 go, 0",
        "220-go, 0",
        "hello, 0",
        "2200 go, 0",
        "'220 go/454 no', 0",
        "'220-go|220 go/', 220",
        "220 go|454 nobody asked, 220"
    })
    void aReplyIsWhatAllItsLinesSay(String reply, int code) throws IOException {
        say("STARTTLS");
        hear(reply.replace("|", "\r\n").replace('/', '\r') + "\r\n");

        assertThat(dialogue.replyTo("STARTTLS")).hasValue(code);
    }

    @Test
    void whatWasNotSaidHasNoReply() throws IOException {
        say("NOOP");
        hear("250 fine\r\n");

        assertThat(dialogue.replyTo("STARTTLS")).isEqualTo(OptionalInt.empty());
        assertThat(dialogue.replyTo("NOOP")).isEqualTo(OptionalInt.empty());
    }

    @Test
    void theLatestCommandCounts() throws IOException {
        say("ehlo sender.example");
        hear("250 hello\r\n");
        say("EHLO sender.example");

        assertThat(dialogue.replyTo("EHLO")).hasValue(0);
    }

    @Test
    void nothingBehindAReplyIsTakenAlongInTheReadersBuffer() throws IOException {
        InputStream in = listen("220 go\r\n250 injected\r\n");

        assertThat(new BufferedInputStream(in).read()).isEqualTo('2');
        assertThat(in.available()).isEqualTo("250 injected\r\n".length());
        dialogue.end();
        assertThat(in.readAllBytes()).asString(ISO_8859_1).isEqualTo("250 injected\r\n");
    }

    @Test
    void aReplyHasAnEndAndTheNextOneAnEndOfItsOwn() throws IOException {
        hear("x".repeat(64 * 1024));
        say("NOOP");
        hear("x".repeat(64 * 1024));

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> hear("x"))
                .withMessageContaining("without an end");
    }

    @Test
    void afterTheJudgementThereIsRoomForAHandshakeAndNothingIsFollowed() throws IOException {
        dialogue.end();
        say("STARTTLS");
        hear("x".repeat(1024 * 1024));

        assertThat(dialogue.replyTo("STARTTLS")).isEmpty();
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> hear("x"));
    }

    private void say(String command) throws IOException {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        dialogue.say(wire).write((command + "\r\n").getBytes(ISO_8859_1));
        assertThat(wire.toString(ISO_8859_1)).isEqualTo(command + "\r\n");
    }

    private void hear(String text) throws IOException {
        assertThat(listen(text).readAllBytes()).asString(ISO_8859_1).isEqualTo(text);
    }

    private InputStream listen(String text) {
        return dialogue.hear(new ByteArrayInputStream(text.getBytes(ISO_8859_1)));
    }
}
