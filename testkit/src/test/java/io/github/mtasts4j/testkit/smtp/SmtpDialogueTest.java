// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.smtp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How much is read of a server that does not stop, and for how long. */
@Timeout(60)
final class SmtpDialogueTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void noMoreThan64KiBIsReadOfAReplyWithoutEnd() throws IOException {
        Scripted server = new Scripted("250-X-NOISE\r\n".repeat(10_000));

        assertThatThrownBy(() -> new SmtpDialogue(server, PATIENCE).reply()).isInstanceOf(SmtpProtocolException.class);
        assertThat(server.read()).isLessThanOrEqualTo(64 * 1024);
    }

    @Test
    void noMoreThan2KiBIsReadOfALineWithoutEnd() throws IOException {
        Scripted server = new Scripted("220 " + "x".repeat(1 << 20));

        assertThatThrownBy(() -> new SmtpDialogue(server, PATIENCE).reply()).isInstanceOf(SmtpProtocolException.class);
        assertThat(server.read()).isLessThanOrEqualTo(2 * 1024);
    }

    @Test
    void aReplyThatComesOctetByOctetEndsWithTheDeadlineOfTheWhole() throws IOException {
        // Each octet is in time, and a line of 2 KiB of them would take two seconds at least.
        Socket server = new Dripping();

        assertThatThrownBy(() -> new SmtpDialogue(server, Duration.ofMillis(50)).reply())
                .isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void aNulInAReplyIsMadePrintable() throws IOException {
        assertThat(new SmtpDialogue(new Scripted("220 a\0b\r\n250 next\r\n"), PATIENCE)
                        .reply()
                        .text())
                .doesNotContain("\0");
    }

    /** A socket whose peer has said all it will say, and which counts what is read of it. */
    private static final class Scripted extends Socket {

        private final ByteArrayInputStream said;
        private final int length;

        Scripted(String text) {
            byte[] octets = text.getBytes(US_ASCII);
            this.said = new ByteArrayInputStream(octets);
            this.length = octets.length;
        }

        int read() {
            return length - said.available();
        }

        @Override
        public InputStream getInputStream() {
            return said;
        }

        @Override
        public OutputStream getOutputStream() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public void setSoTimeout(int millis) {}
    }

    /** A socket whose peer says one octet in a millisecond, and never ends its line. */
    private static final class Dripping extends Socket {

        @Override
        public InputStream getInputStream() {
            return new InputStream() {
                @Override
                public int read() {
                    return 'x';
                }

                @Override
                public int read(byte[] octets, int from, int length) {
                    long start = System.nanoTime();
                    while (System.nanoTime() - start < 1_000_000) {
                        Thread.onSpinWait();
                    }
                    octets[from] = '2';
                    return 1;
                }
            };
        }

        @Override
        public OutputStream getOutputStream() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public void setSoTimeout(int millis) {}
    }
}
