// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.RemoteText;
import io.github.mtasts4j.tls.CertificateProblem;
import io.github.mtasts4j.tls.ClientTls;
import io.github.mtasts4j.tls.HandshakeFailure;
import io.github.mtasts4j.tls.HandshakeFailure.Kind;
import io.github.mtasts4j.tls.PresentedChain;
import java.io.IOException;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;

/**
 * TLS with one host, whose certificate is verified during the handshake, so that a bad one gets an alert, and compared
 * with the session's after it, so that nothing but a verified session ever carries a request. HttpClient's and JSSE's
 * own name checks are not used: they take a common name for an identity and {@code m*.example.com} for a wildcard.
 */
final class HostTls implements TlsSocketStrategy {

    /** Says what is wrong with a server's certificates. */
    interface Check {

        /** No problems, or all of them. */
        List<CertificateProblem> verify(PresentedChain presented, DomainName host, Instant at);
    }

    private static final String ALPN = "http/1.1";

    private final Check check;
    private final DomainName host;
    private final Instant at;
    private final KeyExchange offer;
    private volatile boolean established;
    private volatile Optional<Kind> failure = Optional.empty();

    HostTls(Check check, DomainName host, Instant at, KeyExchange offer) {
        this.check = check;
        this.host = host;
        this.at = at;
        this.offer = offer;
    }

    /** The same with everything there is to offer, if it was refused for what was offered, as far as can be told. */
    Optional<HostTls> withMoreToOffer() {
        boolean worthwhile = offer != KeyExchange.ANY && failure.equals(Optional.of(Kind.REFUSED));
        return worthwhile ? Optional.of(new HostTls(check, host, at, KeyExchange.ANY)) : Optional.empty();
    }

    /** Whether a verified session has come about, which is when a request may have been sent. */
    boolean established() {
        return established;
    }

    /** Whether the handshake was given up because nothing more came. HttpClient allows it the time for connecting. */
    boolean timedOut() {
        return failure.equals(Optional.of(Kind.TIMEOUT));
    }

    @Override
    public SSLSocket upgrade(Socket socket, String target, int port, Object attachment, HttpContext exchange)
            throws IOException {
        Judge judge = new Judge();
        SSLContext context = ClientTls.newContext(judge);
        SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(socket, host.toString(), port, true);
        tls.setSSLParameters(parameters(context));
        try {
            tls.startHandshake();
        } catch (IOException e) {
            HandshakeFailure reason = HandshakeFailure.of(e);
            failure = Optional.of(reason.kind());
            throw timedOut() || judge.problems.isEmpty() ? new TlsFailure(reason) : new TlsFailure(judge.problems);
        }
        check(tls, judge);
        established = true;
        return tls;
    }

    private SSLParameters parameters(SSLContext context) {
        SSLParameters parameters = ClientTls.parameters(context, host);
        parameters.setApplicationProtocols(new String[] {ALPN});
        offer.restrict(parameters);
        return parameters;
    }

    /** A trust manager is not asked about every session JSSE hands out; the session itself is. */
    private void check(SSLSocket tls, Judge judge) throws TlsFailure {
        Optional<HandshakeFailure> tooWeak = HandshakeFailure.of(tls.getSession());
        if (tooWeak.isPresent()) {
            throw new TlsFailure(tooWeak.get());
        }
        String protocol = tls.getApplicationProtocol();
        if (protocol != null && !protocol.isEmpty() && !protocol.equals(ALPN)) {
            throw new TlsFailure(new HandshakeFailure(Kind.ALPN, "the server speaks " + RemoteText.safe(protocol)));
        }
        PresentedChain presented = PresentedChain.of(tls.getSession());
        boolean judged = judge.verified.equals(Optional.of(presented.certificates()));
        List<CertificateProblem> problems = judged ? List.of() : check.verify(presented, host, at);
        if (!problems.isEmpty()) {
            throw new TlsFailure(problems);
        }
    }

    /** Judges the chain of one handshake for one host, and remembers what it judged. */
    private final class Judge extends X509ExtendedTrustManager {

        private volatile Optional<List<X509Certificate>> verified = Optional.empty();
        private volatile List<CertificateProblem> problems = List.of();

        private void judge(X509Certificate[] chain, SSLSession session) throws CertificateException {
            PresentedChain presented = new PresentedChain(
                    List.of(chain), PresentedChain.of(session).staples());
            problems = check.verify(presented, host, at);
            if (!problems.isEmpty()) {
                throw new CertificateException(problems.toString());
            }
            verified = Optional.of(presented.certificates());
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("not without a connection");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            judge(chain, ((SSLSocket) socket).getHandshakeSession());
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            judge(chain, engine.getHandshakeSession());
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("this is a client");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            throw new CertificateException("this is a client");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("this is a client");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
