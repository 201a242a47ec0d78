// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.smtp;

import io.github.mtasts4j.policy.RemoteText;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One command, one reply, over one channel. A reply is at most 64 KiB of lines of at most 2 KiB, all of it within the
 * timeout; a server that says anything before it is asked is not believed.
 */
final class SmtpDialogue {

    static final int MAX_LINE = 2 * 1024;
    static final int MAX_REPLY = 64 * 1024;

    private static final Pattern LINE = Pattern.compile("([2-5][0-5][0-9])(?:([ -])(.*))?");

    private final Patience patience;
    private final SmtpLines in;
    private final OutputStream out;

    SmtpDialogue(Socket channel, Duration timeout) throws IOException {
        this.patience = new Patience(channel, timeout);
        this.in = new SmtpLines(patience);
        this.out = channel.getOutputStream();
    }

    SmtpReply ask(String command) throws IOException {
        if (in.hasMore()) {
            throw new SmtpProtocolException("the server spoke before it was asked");
        }
        write(command + "\r\n");
        return reply();
    }

    void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /** Whether the server has said more than its last reply. */
    boolean hasMore() throws IOException {
        return in.hasMore();
    }

    SmtpReply reply() throws IOException {
        patience.renew();
        int left = MAX_REPLY;
        List<String> lines = new ArrayList<>();
        while (true) {
            String line = in.read(Math.min(MAX_LINE, left));
            left -= line.length() + 2;
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches() || !sameCode(lines, matcher.group(1))) {
                throw new SmtpProtocolException("not a reply: " + RemoteText.safe(line));
            }
            lines.add(line);
            if (!"-".equals(matcher.group(2))) {
                return replyOf(lines);
            }
            if (left == 0) {
                throw new SmtpProtocolException("a reply of more than " + MAX_REPLY + " octets");
            }
        }
    }

    private static boolean sameCode(List<String> lines, String code) {
        return lines.isEmpty() || lines.get(0).startsWith(code);
    }

    private static SmtpReply replyOf(List<String> lines) {
        int code = Integer.parseInt(lines.get(0).substring(0, 3));
        return new SmtpReply(
                code,
                lines.stream()
                        .map(line -> line.substring(Math.min(4, line.length())))
                        .toList());
    }

    /** The timeout of a socket starts again with every octet; a dripping reply needs this one, over all of them. */
    private static final class Patience extends FilterInputStream {

        private final Socket channel;
        private final long timeoutNanos;
        private long start;

        Patience(Socket channel, Duration timeout) throws IOException {
            super(channel.getInputStream());
            this.channel = channel;
            this.timeoutNanos = timeout.toNanos();
        }

        void renew() {
            start = System.nanoTime();
        }

        @Override
        public int read(byte[] octets, int from, int length) throws IOException {
            long leftMillis = (timeoutNanos - (System.nanoTime() - start)) / 1_000_000;
            if (leftMillis <= 0) {
                throw new SocketTimeoutException("the reply takes too long");
            }
            channel.setSoTimeout((int) Math.min(leftMillis, Integer.MAX_VALUE));
            return super.read(octets, from, length);
        }
    }
}
