// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.smtp;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Reads the lines of one side of an SMTP dialogue, bounded and strict: a line ends with CRLF and has neither CR nor LF
 * inside. Whoever takes a bare LF for an end of line can be told apart from the peer's view of the same octets, which
 * is what SMTP smuggling lives on.
 */
final class SmtpLines {

    private final InputStream in;
    private final byte[] buffer = new byte[4096];
    private int next;
    private int end;

    SmtpLines(InputStream in) {
        this.in = in;
    }

    /**
     * Reads one line, and no more octets than that line may have.
     *
     * @param maxOctets the bound, with CRLF
     * @return the line without CRLF, one character for each octet
     * @throws SmtpProtocolException if there is no such line
     * @throws EOFException if the stream ends
     */
    String read(int maxOctets) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(80);
        while (line.size() < maxOctets) {
            int octet = octet(maxOctets - line.size());
            line.write(octet);
            if (octet == '\n') {
                return withoutEnd(line.toString(StandardCharsets.ISO_8859_1));
            }
        }
        throw new SmtpProtocolException("a line of more than " + maxOctets + " octets");
    }

    private int octet(int atMost) throws IOException {
        if (next == end) {
            next = 0;
            end = Math.max(0, in.read(buffer, 0, Math.min(buffer.length, atMost)));
            if (end == 0) {
                throw new EOFException("the connection was closed");
            }
        }
        return buffer[next++] & 0xff;
    }

    private static String withoutEnd(String line) throws SmtpProtocolException {
        if (line.length() < 2 || line.indexOf('\r') != line.length() - 2) {
            throw new SmtpProtocolException("a bare CR or LF");
        }
        return line.substring(0, line.length() - 2);
    }

    /** Whether octets have arrived already that no line read so far accounts for. */
    boolean hasMore() throws IOException {
        return next < end || in.available() > 0;
    }
}
