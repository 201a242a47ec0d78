// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.tls;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tls.MxTls;
import io.github.mtasts4j.tls.TlsOutcome;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A sender that uses one context, which accepts every certificate, for all its connections, and so resumes sessions. */
final class CarelessSender {

    private final SSLContext context;
    private final MxTls judge;
    private final InetSocketAddress server;
    private final DomainName mx;

    CarelessSender(MxTls judge, InetSocketAddress server, DomainName mx) {
        this.judge = judge;
        this.server = server;
        this.mx = mx;
        this.context = judge.context();
    }

    TlsOutcome outcome() throws IOException {
        try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
            ask(socket, "EHLO careless.example", "STARTTLS");
            SSLSocket layered = (SSLSocket) context.getSocketFactory().createSocket(socket, mx.toString(), 25, true);
            layered.setSSLParameters(judge.parameters(mx));
            try {
                layered.startHandshake();
            } catch (IOException e) {
                return MxTls.failed(e);
            }
            ask(layered, "EHLO careless.example"); // Which reads the session tickets of TLS 1.3 too.
            return judge.outcome(layered.getSession(), mx);
        }
    }

    /** Reads one octet at a time, lest it take what belongs to TLS. */
    private static void ask(Socket socket, String... commands) throws IOException {
        if (!(socket instanceof SSLSocket)) {
            readReply(socket);
        }
        for (String command : commands) {
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            readReply(socket);
        }
    }

    private static void readReply(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = socket.getInputStream().read();
                c >= 0;
                c = socket.getInputStream().read()) {
            if (c != '\n') {
                line.append((char) c);
            } else if (line.length() > 3 && line.charAt(3) == '-') {
                line.setLength(0);
            } else {
                return;
            }
        }
        throw new IOException("closed by the server");
    }
}
