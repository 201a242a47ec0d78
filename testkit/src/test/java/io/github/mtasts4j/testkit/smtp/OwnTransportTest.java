// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.smtp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.testkit.smtp.MxFault.InsteadOfTls;
import io.github.mtasts4j.testkit.tls.Identity;
import io.github.mtasts4j.testkit.tls.TestCa;
import io.github.mtasts4j.tls.CertificateProblem;
import io.github.mtasts4j.tls.CertificateVerifier;
import io.github.mtasts4j.tls.MxTls;
import io.github.mtasts4j.tls.TlsConnection;
import io.github.mtasts4j.tls.TlsOutcome;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Senders whose connections are engines, or sockets that a library makes: the same handshake, judged the same. */
@Timeout(60)
final class OwnTransportTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final DomainName MX = DomainName.of("mx.example.com");

    private final TestCa ca = TestCa.root("Root");
    private final MxTls tls = new MxTls(CertificateVerifier.trusting(List.of(ca.certificate())), new MovableClock());
    private final SmtpMx mx = SmtpMx.start(ca.issue("mx.example.com"));

    @AfterEach
    void stop() {
        mx.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void anEngineSendsTheServerNameAndItsSessionIsJudged(String version) throws IOException {
        mx.speak(version);

        assertThat(overEngine()).isInstanceOf(TlsOutcome.Verified.class);
        assertThat(mx.serverNames()).containsExactly("mx.example.com");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void anEngineCompletesTheHandshakeWithAnotherNameWhichIsRejectedAfterwards(String version) throws IOException {
        mx.speak(version).present(ca.issue("other.example.com"));

        isForAnotherName(overEngine());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void enginesNeverResumeASession(String version) throws IOException {
        mx.speak(version);
        overEngine();
        overEngine();

        assertThat(mx.handshakes())
                .containsOnly(new MxHandshake(version, Optional.of("mx.example.com"), false))
                .hasSize(2);
    }

    @Test
    void anEngineSaysThatThereIsNoCommonVersion() throws IOException {
        mx.behave(InsteadOfTls.TLS_1_1);

        assertThat(overEngine())
                .isInstanceOfSatisfying(
                        TlsOutcome.HandshakeFailed.class,
                        failed -> assertThat(failed.reason()).isEqualTo("tls-version"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aSocketOfTheFactoryOverAConnectionIsJudgedTheSame(String version) throws IOException {
        mx.speak(version);
        SSLSocketFactory factory = tls.socketFactory(MX);

        assertThat(overFactory(factory)).isInstanceOf(TlsOutcome.Verified.class);
        mx.present(ca.issue("other.example.com"));
        isForAnotherName(overFactory(factory));

        assertThat(mx.handshakes())
                .containsOnly(new MxHandshake(version, Optional.of("mx.example.com"), false))
                .hasSize(2);
    }

    @Test
    void aSocketThatTheFactoryConnectsIsNoDifferent() throws Exception {
        SSLSocketFactory factory = tls.socketFactory(MX);
        ExecutorService threads = Executors.newCachedThreadPool();
        try (SSLServerSocket good = listen(ca.issue("mx.example.com"));
                SSLServerSocket bad = listen(ca.issue("other.example.com"))) {
            InetAddress address = good.getInetAddress();
            int port = good.getLocalPort();
            Future<Integer> greeted = threads.submit(() -> greet(good, 5));
            Socket unconnected = factory.createSocket();
            unconnected.connect(new InetSocketAddress(address, port));
            for (Socket socket : List.of(
                    unconnected,
                    factory.createSocket(address, port),
                    factory.createSocket(address.getHostAddress(), port),
                    factory.createSocket(address, port, address, 0),
                    factory.createSocket(address.getHostAddress(), port, address, 0))) {
                assertThat(judge(socket)).isInstanceOf(TlsOutcome.Verified.class);
            }
            assertThat(greeted.get(20, TimeUnit.SECONDS)).isEqualTo(1);

            greeted = threads.submit(() -> greet(bad, 1));
            isForAnotherName(judge(factory.createSocket(address, bad.getLocalPort())));
            assertThat(greeted.get(20, TimeUnit.SECONDS)).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Each octet comes in time for a read; together they would take ten minutes. */
    @Test
    void aServerThatDripsItsHandshakeIsGivenUpAtTheLimit() throws IOException {
        ScheduledExecutorService drip = Executors.newSingleThreadScheduledExecutor();
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket connection = new Socket(listener.getInetAddress(), listener.getLocalPort());
                Socket server = listener.accept()) {
            server.getOutputStream().write(new byte[] {22, 3, 3, 0x40, 0}); // A handshake record of 16 KiB.
            Future<?> dripping = drip.scheduleAtFixedRate(() -> dripInto(server), 0, 40, TimeUnit.MILLISECONDS);
            connection.setSoTimeout(20_000);

            TlsConnection given = tls.handshake(connection, MX, Duration.ofMillis(400));

            assertThat(given.outcome())
                    .isEqualTo(new TlsOutcome.HandshakeFailed("timeout", "the server took too long"));
            assertThat(given.socket().isClosed()).isTrue();
            assertThat(connection.isClosed()).isTrue();
            dripping.cancel(true);
        } finally {
            drip.shutdownNow();
        }
    }

    private static void dripInto(Socket server) {
        try {
            server.getOutputStream().write(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Which ends the dripping: nobody listens any more.
        }
    }

    @Test
    void afterTheHandshakeTheReadTimeoutIsTheConnectionsAgain() throws IOException {
        try (Socket connection =
                new Socket(mx.address().getAddress(), mx.address().getPort())) {
            startTls(connection);
            connection.setSoTimeout(12_345);

            TlsConnection made = tls.handshake(connection, MX, PATIENCE);

            assertThat(made.outcome()).isInstanceOf(TlsOutcome.Verified.class);
            assertThat(made.socket().getSoTimeout()).isEqualTo(12_345);
            assertThat(new SmtpDialogue(made.socket(), PATIENCE).ask("EHLO c").isPositive())
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aContextWithTheParametersIsNoDifferent(String version) throws IOException {
        mx.speak(version);
        SSLEngine engine = tls.context().createSSLEngine();
        engine.setUseClientMode(true);
        engine.setSSLParameters(tls.parameters(MX));

        assertThat(over(engine)).isInstanceOf(TlsOutcome.Verified.class);
        assertThat(mx.serverNames()).containsExactly("mx.example.com");
    }

    @Test
    void theParametersAreTheCallersToChange() {
        tls.parameters(MX).setProtocols(new String[] {"TLSv1"});

        assertThat(tls.parameters(MX).getProtocols()).containsExactlyInAnyOrder("TLSv1.2", "TLSv1.3");
        assertThat(tls.parameters(MX).getServerNames()).hasSize(1);
        assertThat(tls.parameters(DomainName.of("mx_1.example.com")).getServerNames())
                .isNull();
        assertThat(tls.socketFactory(MX).getDefaultCipherSuites())
                .containsExactly(tls.parameters(MX).getCipherSuites());
    }

    private static void isForAnotherName(TlsOutcome outcome) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        TlsOutcome.CertificateRejected.class,
                        rejected -> assertThat(rejected.problems())
                                .extracting(CertificateProblem::kind)
                                .containsExactly(CertificateProblem.Kind.NAME_MISMATCH));
    }

    private static SSLServerSocket listen(Identity identity) throws IOException {
        return (SSLServerSocket) identity.serverContext()
                .getServerSocketFactory()
                .createServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    /** Says one octet on each connection and counts the server names that were sent. */
    private static int greet(SSLServerSocket server, int connections) throws IOException {
        List<SNIServerName> names = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            try (SSLSocket socket = (SSLSocket) server.accept()) {
                socket.startHandshake();
                names.addAll(((ExtendedSSLSession) socket.getSession()).getRequestedServerNames());
                socket.getOutputStream().write('!');
            }
        }
        return (int) names.stream().distinct().count();
    }

    private TlsOutcome judge(Socket made) throws IOException {
        try (SSLSocket socket = (SSLSocket) made) {
            TlsOutcome outcome = tls.handshake(socket, MX);
            assertThat(socket.getInputStream().read()).isEqualTo('!');
            return outcome;
        }
    }

    private TlsOutcome overFactory(SSLSocketFactory factory) throws IOException {
        try (Socket connection =
                new Socket(mx.address().getAddress(), mx.address().getPort())) {
            startTls(connection);
            SSLSocket layered = (SSLSocket) factory.createSocket(connection, "smtp.example.net", 25, true);
            TlsOutcome outcome = tls.handshake(layered, MX);
            new SmtpDialogue(layered, PATIENCE).ask("EHLO c"); // Which reads the session tickets of TLS 1.3 too.
            layered.close();
            return outcome;
        }
    }

    private static void startTls(Socket connection) throws IOException {
        SmtpDialogue before = new SmtpDialogue(connection, PATIENCE);
        before.reply();
        before.ask("EHLO c");
        before.ask("STARTTLS");
    }

    private TlsOutcome overEngine() throws IOException {
        return over(tls.engine(MX));
    }

    private TlsOutcome over(SSLEngine engine) throws IOException {
        try (SocketChannel channel = SocketChannel.open(mx.address())) {
            startTls(channel.socket());
            EngineLoop loop = new EngineLoop(engine, channel);
            try {
                loop.handshake();
            } catch (IOException e) {
                return MxTls.failed(e);
            }
            loop.ask("EHLO c"); // Which reads the session tickets of TLS 1.3 too.
            return tls.outcome(engine.getSession(), MX);
        }
    }

    /** The least that carries an engine's records over a channel. */
    private static final class EngineLoop {

        private final SSLEngine engine;
        private final SocketChannel channel;
        private final ByteBuffer in;
        private final ByteBuffer out;
        private final ByteBuffer plain;

        EngineLoop(SSLEngine engine, SocketChannel channel) {
            this.engine = engine;
            this.channel = channel;
            this.in = ByteBuffer.allocate(engine.getSession().getPacketBufferSize())
                    .flip();
            this.out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
            this.plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
        }

        void handshake() throws IOException {
            engine.beginHandshake();
            while (engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING) {
                switch (engine.getHandshakeStatus()) {
                    case NEED_WRAP -> send("");
                    case NEED_TASK -> engine.getDelegatedTask().run();
                    default -> receive();
                }
            }
        }

        void ask(String command) throws IOException {
            send(command + "\r\n");
            while (plain.position() == 0) {
                receive();
            }
        }

        private void send(String text) throws IOException {
            engine.wrap(ByteBuffer.wrap(text.getBytes(US_ASCII)), out);
            out.flip();
            while (out.hasRemaining()) {
                channel.write(out);
            }
            out.clear();
        }

        private void receive() throws IOException {
            if (engine.unwrap(in, plain).getStatus() == Status.BUFFER_UNDERFLOW) {
                in.compact();
                if (channel.read(in) < 0) {
                    throw new EOFException("closed by the server");
                }
                in.flip();
            }
        }
    }
}
