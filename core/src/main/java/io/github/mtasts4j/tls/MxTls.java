// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tls;

import io.github.mtasts4j.policy.DomainName;
import java.io.IOException;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * STARTTLS as an MX deserves it: SNI always, TLS 1.2 or newer, no broken cipher, never a resumed session; and a handshake
 * that completes with whatever certificate comes, so that {@code testing} and opportunistic delivery work. What the session proves is
 * judged afterwards by {@link #outcome}, and only there.
 */
public final class MxTls {

    private final CertificateVerifier verifier;
    private final InstantSource clock;

    /**
     * Makes the TLS side of a sender.
     *
     * @param verifier whom to trust
     * @param clock the time by which certificates are judged
     */
    public MxTls(CertificateVerifier verifier, InstantSource clock) {
        this.verifier = verifier;
        this.clock = clock;
    }

    /**
     * The handshake on a connection on which the server has just answered STARTTLS with 220. Waits for it, no longer than
     * the limit however the server drips, and judges the session.
     *
     * @param connection the connection; its read timeout bounds each read besides, and holds again afterwards
     * @param mxHost the name in the MX record, which becomes the SNI (§7.1)
     * @param limit for the whole handshake, more than zero
     * @return what came of it, and the socket to go on with; where the handshake did not complete, it and the connection
     *     have been closed
     * @throws IOException never for what the peer did; only if the connection is closed already
     * @throws IllegalArgumentException if the limit is not positive
     */
    public TlsConnection handshake(Socket connection, DomainName mxHost, Duration limit) throws IOException {
        HurriedSocket hurried = new HurriedSocket(connection, limit);
        SSLSocket socket =
                (SSLSocket) socketFactory(mxHost).createSocket(hurried, mxHost.toString(), connection.getPort(), true);
        TlsOutcome outcome = handshake(socket, mxHost);
        hurried.relax();
        return new TlsConnection(socket, outcome);
    }

    /**
     * Sockets for a library that wants a factory: over a connection that it has, or
     * connected to where it says. Each has a context of its own, so none resumes another's session.
     *
     * <p>They accept every certificate. A socket's peer is unproved until {@link #outcome} has judged its session, and
     * whoever leaves that out has no authentication at all.
     *
     * @param mxHost the name in the MX record, which becomes the SNI (§7.1) whatever host a socket connects to
     * @return a factory for this host only; where it connects it waits as sockets do
     */
    public SSLSocketFactory socketFactory(DomainName mxHost) {
        return new MxSocketFactory(this::context, mxHost);
    }

    /**
     * An engine for servers without blocking sockets, to be given what comes after the 220 to STARTTLS; nothing has been
     * sent yet. It has a context of its own, so it resumes no session, and it does not wait.
     *
     * <p>It accepts every certificate: its peer is unproved until {@link #outcome} says otherwise. What {@code wrap} or
     * {@code unwrap} throws goes to {@link #failed}; a timeout is the caller's to keep.
     *
     * @param mxHost the name in the MX record, which becomes the SNI (§7.1)
     * @return an engine in client mode, its handshake not begun
     */
    public SSLEngine engine(DomainName mxHost) {
        SSLContext context = context();
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(true);
        engine.setSSLParameters(ClientTls.parameters(context, mxHost));
        return engine;
    }

    /**
     * A context for a library that wants one, to be used with {@link #parameters} and for one connection only,
     * because a second one would resume the first one's session and show no certificate of its own.
     *
     * <p>It accepts every certificate: a peer is unproved until {@link #outcome} says otherwise.
     *
     * @return a fresh context, without SNI or any other parameter set
     * @throws IllegalStateException if the Java runtime has no TLS
     */
    public SSLContext context() {
        return ClientTls.newContext(new JudgedAfterwards());
    }

    /**
     * What the sockets and engines of this class are set to: TLS 1.2 and 1.3 (§7.2), the runtime's cipher suites but
     * for the broken ones, SNI. For {@link #context} or one of the caller's own, which should serve one connection only.
     *
     * @param mxHost the name in the MX record, which becomes the SNI (§7.1); none is sent for a name with an underscore
     * @return fresh parameters, the caller's to change
     */
    public SSLParameters parameters(DomainName mxHost) {
        return ClientTls.parameters(context(), mxHost);
    }

    /**
     * The handshake on a socket of {@link #socketFactory}: waits for it and judges the session. The socket's read
     * timeout bounds each read, and nothing bounds the whole.
     *
     * @param socket a socket of this MX's factory
     * @param mxHost the name in the MX record
     * @return the outcome; where the handshake did not complete the socket has been closed
     * @throws IOException never for what the peer did; only if our own end fails
     */
    public TlsOutcome handshake(SSLSocket socket, DomainName mxHost) throws IOException {
        try {
            socket.startHandshake();
        } catch (IOException e) {
            closeAfter(e, socket);
            return failed(e);
        }
        return outcome(socket.getSession(), mxHost);
    }

    /** A peer that has gone may make closing fail too; that is no news. */
    private static void closeAfter(IOException failure, SSLSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /**
     * What a session proves about an MX. Pure but for the clock; does not wait.
     *
     * @param session a session after its handshake
     * @param mxHost the name in the MX record
     * @return {@link TlsOutcome.Verified}, or every problem there is
     */
    public TlsOutcome outcome(SSLSession session, DomainName mxHost) {
        Optional<HandshakeFailure> failure = HandshakeFailure.of(session);
        if (failure.isPresent()) {
            return outcomeOf(failure.get());
        }
        if (!mxHost.isLetterDigitHyphen()) {
            return new TlsOutcome.SniNotSendable(mxHost);
        }
        List<CertificateProblem> problems = verifier.verify(PresentedChain.of(session), mxHost, clock.instant());
        return problems.isEmpty()
                ? new TlsOutcome.Verified(new VerifiedPeer(mxHost, session.getProtocol()))
                : new TlsOutcome.CertificateRejected(problems);
    }

    /**
     * A handshake that did not complete, as an outcome.
     *
     * @param failure what the handshake threw
     * @return {@link TlsOutcome.HandshakeFailed}; or {@link TlsOutcome.CertificateRejected} where the chain was so long
     *     or so large that JSSE refused to read it
     */
    public static TlsOutcome failed(IOException failure) {
        return outcomeOf(HandshakeFailure.of(failure));
    }

    private static TlsOutcome outcomeOf(HandshakeFailure failure) {
        Optional<CertificateProblem> problem = failure.certificateProblem();
        return problem.isPresent()
                ? new TlsOutcome.CertificateRejected(List.of(problem.get()))
                : new TlsOutcome.HandshakeFailed(reasonOf(failure.kind()), failure.detail());
    }

    private static String reasonOf(HandshakeFailure.Kind kind) {
        return switch (kind) {
            case TIMEOUT -> "timeout";
            case VERSION -> "tls-version";
            case CIPHER -> "tls-cipher";
            case CONNECTION_LOST -> "connection-lost";
            case CHAIN_TOO_LONG, MESSAGE_TOO_LARGE, ALPN, REFUSED, OTHER -> "handshake-failure";
        };
    }

    /** Lets every certificate through the handshake. No caller ever sees it: a session counts after outcome(). */
    private static final class JudgedAfterwards extends X509ExtendedTrustManager {

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
