// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jakartamail;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Proxy;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A TCP socket that knows what became of STARTTLS, whatever the provider makes of it. As long as there is no TLS it gives out
 * what it receives line by line, so that nothing behind the reply to STARTTLS is taken along in anybody's buffer; and a server that
 * answers without an end is cut off.
 */
final class WatchedSocket extends Socket {

    /** Far more than any reply, and any handshake message that JSSE reads. */
    private static final int LONGEST_ANSWER = 1024 * 1024;

    private static final int LONGEST_COMMAND = 64;

    private @Nullable InputStream in;
    private @Nullable OutputStream out;
    private boolean plaintext = true;
    private boolean asked;
    private int reply;
    private long received;

    WatchedSocket(Proxy proxy) {
        super(proxy);
    }

    /** The code with which STARTTLS was answered, 0 if it was not; empty if the provider did not say STARTTLS. */
    synchronized OptionalInt replyToStartTls() {
        return asked ? OptionalInt.of(reply) : OptionalInt.empty();
    }

    /** From now on there is TLS. Tells whether something has come that cannot be. */
    boolean endPlaintext() throws IOException {
        boolean more = getInputStream().available() > 0;
        synchronized (this) {
            plaintext = false;
        }
        return more;
    }

    private synchronized boolean isPlaintext() {
        return plaintext;
    }

    @Override
    public synchronized InputStream getInputStream() throws IOException {
        if (in == null) {
            in = new Lines(super.getInputStream());
        }
        return in;
    }

    @Override
    public synchronized OutputStream getOutputStream() throws IOException {
        if (out == null) {
            out = new Commands(super.getOutputStream());
        }
        return out;
    }

    private synchronized void said(String command) {
        asked |= command.trim().equalsIgnoreCase("STARTTLS");
    }

    /** The last line of a reply has no hyphen behind its code. */
    private synchronized void heard(String line) {
        boolean isLast = line.length() < 4 || line.charAt(3) != '-';
        if (asked && reply == 0 && isLast && line.matches("(?s)[2-5][0-9][0-9].*")) {
            reply = Integer.parseInt(line.substring(0, 3));
        }
    }

    private synchronized void count(int octets) throws IOException {
        received += Math.max(octets, 0);
        if (received > LONGEST_ANSWER) {
            throw new IOException("the server answers without an end");
        }
    }

    private synchronized void answersBegin() {
        received = 0;
    }

    /** What comes, at most a line at a time. */
    private final class Lines extends FilterInputStream {

        private final byte[] buffer = new byte[2048];
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private int from;
        private int to;

        Lines(InputStream socket) {
            super(socket);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (!isPlaintext()) {
                int n = super.read(target, offset, length);
                count(n);
                return n;
            }
            if (length == 0) {
                return 0;
            }
            if (from == to && !fill()) {
                return -1;
            }
            int n = Math.min(length, lengthOfLine());
            System.arraycopy(buffer, from, target, offset, n);
            from += n;
            note(target, offset, n);
            return n;
        }

        private boolean fill() throws IOException {
            int n = super.read(buffer, 0, buffer.length);
            count(n);
            from = 0;
            to = Math.max(n, 0);
            return n > 0;
        }

        private int lengthOfLine() {
            int end = from;
            while (end < to && buffer[end] != '\n') {
                end++;
            }
            return Math.min(end + 1, to) - from;
        }

        private void note(byte[] source, int offset, int length) {
            line.write(source, offset, Math.min(length, Math.max(0, LONGEST_COMMAND - line.size())));
            if (source[offset + length - 1] == '\n') {
                heard(line.toString(StandardCharsets.ISO_8859_1));
                line.reset();
            }
        }

        @Override
        public int available() throws IOException {
            return (isPlaintext() ? to - from : 0) + super.available();
        }

        @Override
        public long skip(long n) throws IOException {
            // By reading, so that all octets go the same way.
            int read = read(new byte[(int) Math.max(0, Math.min(n, buffer.length))]);
            return Math.max(read, 0);
        }
    }

    /** What is said. */
    private final class Commands extends FilterOutputStream {

        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        Commands(OutputStream socket) {
            super(socket);
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            answersBegin();
            if (isPlaintext()) {
                note(source, offset, length);
            }
            out.write(source, offset, length);
        }

        private void note(byte[] source, int offset, int length) {
            for (int i = offset; i < offset + length; i++) {
                if (source[i] == '\n') {
                    said(line.toString(StandardCharsets.ISO_8859_1));
                    line.reset();
                } else if (line.size() < LONGEST_COMMAND) {
                    line.write(source[i]);
                }
            }
        }
    }
}
