// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.smtp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SmtpLinesTest {

    @Test
    void aLineEndsWithCrLf() throws IOException {
        SmtpLines lines = lines("250 ok\r\n\r\n");

        assertThat(lines.read(100)).isEqualTo("250 ok");
        assertThat(lines.read(100)).isEmpty();
        assertThat(lines.hasMore()).isFalse();
        assertThatThrownBy(() -> lines.read(100)).isInstanceOf(EOFException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"250 ok\n", "\n", "250 \rok\r\n", "250 ok\r\r\n"})
    void aBareCrOrLfIsRefused(String text) {
        assertThatThrownBy(() -> lines(text).read(100)).isInstanceOf(SmtpProtocolException.class);
    }

    @Test
    void nothingBeyondTheBoundIsRead() {
        ByteArrayInputStream endless = new ByteArrayInputStream(new byte[1_000_000]);

        assertThatThrownBy(() -> new SmtpLines(endless).read(10_000)).isInstanceOf(SmtpProtocolException.class);
        assertThat(endless.available()).isEqualTo(990_000);
    }

    private static SmtpLines lines(String text) {
        return new SmtpLines(new ByteArrayInputStream(text.getBytes(ISO_8859_1)));
    }
}
