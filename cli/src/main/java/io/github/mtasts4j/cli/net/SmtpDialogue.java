// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.net;

import io.github.mtasts4j.policy.RemoteText;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Commands and replies with one server, before TLS. Bounded in octets and in time, whatever the server sends. */
final class SmtpDialogue {

    private static final int MAX_LINE = 2048;
    private static final int MAX_LINES = 200;

    private final Socket socket;
    private final Duration timeout;

    SmtpDialogue(Socket socket, Duration timeout) {
        this.socket = socket;
        this.timeout = timeout;
    }

    /** A whole reply. */
    record Reply(int code, List<String> lines) {

        boolean isPositive() {
            return code >= 200 && code < 300;
        }

        /** What stands first in each line but the first, in capitals. */
        List<String> keywords() {
            return lines.stream()
                    .skip(1)
                    .map(line -> line.strip().split(" ", 2)[0].toUpperCase(Locale.ROOT))
                    .toList();
        }

        /** The reply for a person. */
        String text() {
            return RemoteText.safe(code + " " + lines.get(0), 120);
        }
    }

    Reply ask(String command) throws IOException {
        say(command);
        return reply();
    }

    void say(String command) throws IOException {
        socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    Reply reply() throws IOException {
        long end = System.nanoTime() + timeout.toNanos();
        List<String> lines = new ArrayList<>();
        String line;
        do {
            line = line(end);
            boolean isReply = line.length() >= 3
                    && line.substring(0, 3).chars().allMatch(c -> c >= '0' && c <= '9')
                    && (line.length() == 3 || line.charAt(3) == ' ' || line.charAt(3) == '-');
            if (!isReply || lines.size() == MAX_LINES) {
                throw new NotSmtp("not a reply of a mail server: \"" + RemoteText.safe(line) + "\"");
            }
            lines.add(line);
        } while (line.length() > 3 && line.charAt(3) == '-');
        int code = Integer.parseInt(line.substring(0, 3));
        return new Reply(
                code,
                lines.stream().map(l -> l.length() > 4 ? l.substring(4) : "").toList());
    }

    /** Whether the server has said more than it was asked for. */
    boolean hasMore() throws IOException {
        return socket.getInputStream().available() > 0;
    }

    private String line(long end) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder line = new StringBuilder();
        while (true) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new SocketTimeoutException("no whole reply in time");
            }
            socket.setSoTimeout(Math.toIntExact(left));
            int octet = in.read();
            if (octet < 0) {
                throw new IOException("the server closed the connection");
            } else if (octet == '\n') {
                return line.toString().stripTrailing();
            } else if (line.length() == MAX_LINE) {
                throw new NotSmtp("a line of more than " + MAX_LINE + " octets");
            }
            line.append((char) octet);
        }
    }

    /** The server says what no mail server says. */
    static final class NotSmtp extends IOException {

        private static final long serialVersionUID = 1;

        NotSmtp(String message) {
            super(message);
        }
    }
}
