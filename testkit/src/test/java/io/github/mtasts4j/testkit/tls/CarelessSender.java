// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.tls;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tls.MxTls;
import io.github.mtasts4j.tls.TlsOutcome;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** A sender with TLS of its own, which accepts every certificate and resumes sessions; it has only the judging done. */
final class CarelessSender {

    private final SSLContext context;
    private final MxTls judge;
    private final InetSocketAddress server;
    private final DomainName mx;

    CarelessSender(MxTls judge, InetSocketAddress server, DomainName mx) throws GeneralSecurityException {
        this.judge = judge;
        this.server = server;
        this.mx = mx;
        this.context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustsAll()}, null);
    }

    TlsOutcome outcome() throws IOException {
        try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
            ask(socket, "EHLO careless.example", "STARTTLS");
            SSLSocket layered = (SSLSocket) context.getSocketFactory().createSocket(socket, mx.toString(), 25, true);
            if (mx.isLetterDigitHyphen()) {
                SSLParameters parameters = layered.getSSLParameters();
                parameters.setServerNames(List.of(new SNIHostName(mx.toString())));
                layered.setSSLParameters(parameters);
            }
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

    private static final class TrustsAll extends X509ExtendedTrustManager {

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
