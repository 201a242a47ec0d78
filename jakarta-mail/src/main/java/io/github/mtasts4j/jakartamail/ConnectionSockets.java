// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jakartamail;

import io.github.mtasts4j.delivery.SessionFacts;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tls.MxTls;
import io.github.mtasts4j.tls.TlsConnection;
import io.github.mtasts4j.tls.TlsOutcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * The sockets of one connection: what the provider is given as factories, each good for one socket. A transport that is
 * connected a second time, or elsewhere, gets none, because nobody would judge that connection.
 */
final class ConnectionSockets {

    private static final int READY = 220;

    private final MxTls tls;
    private final DomainName mx;
    private final Proxy proxy;
    private final Duration handshakeLimit;
    private @Nullable WatchedSocket plain;
    private @Nullable TlsOutcome outcome;
    private @Nullable SecuredSocket secured;

    /** For a connection to this host, whose handshake as a whole takes no longer than the limit. */
    ConnectionSockets(MxTls tls, DomainName mx, Proxy proxy, Duration handshakeLimit) {
        this.tls = tls;
        this.mx = mx;
        this.proxy = proxy;
        this.handshakeLimit = handshakeLimit;
    }

    /** What was said before TLS; empty if there is no TCP socket. */
    synchronized Optional<Dialogue> inTheClear() {
        return Optional.ofNullable(plain).map(WatchedSocket::dialogue);
    }

    /** The two ends of the connection, for a report; nothing if there is none, or one to a proxy. */
    synchronized SessionFacts ends() {
        return plain == null || proxy.type() != Proxy.Type.DIRECT ? SessionFacts.NONE : plain.ends();
    }

    /** What came of the handshake; empty if STARTTLS did not lead to one. */
    synchronized Optional<TlsOutcome> outcome() {
        return Optional.ofNullable(outcome);
    }

    /** The TLS socket after its handshake, if there is one. */
    synchronized Optional<SecuredSocket> secured() {
        return Optional.ofNullable(secured);
    }

    /** The judgement is over; what is said from now on is the provider's affair. */
    void release() {
        inTheClear().ifPresent(Dialogue::end);
        secured().map(SecuredSocket::dialogue).ifPresent(Dialogue::end);
    }

    SocketFactory plainFactory() {
        return new Plain();
    }

    SSLSocketFactory tlsFactory() {
        return new Tls(tls.socketFactory(mx));
    }

    private synchronized Socket makePlain() throws IOException {
        if (plain != null) {
            throw new IOException("this session is for one connection, which has been judged");
        }
        plain = new WatchedSocket(proxy);
        return plain;
    }

    /** The connection may be a wrapper of the provider's around ours. */
    private synchronized Socket secure(Socket connection) throws IOException {
        WatchedSocket watched = plain;
        if (watched == null || outcome != null) {
            throw new IOException("this session is for one connection, which has been judged");
        }
        if (watched.dialogue().replyTo("STARTTLS").orElse(0) != READY) {
            throw new IOException("the whole reply to STARTTLS is not 220"); // A provider may look at one line of it.
        }
        watched.dialogue().end();
        if (watched.getInputStream().available() > 0) {
            // Taken for a reply that came over TLS this would be an attacker's word (CVE-2011-0411).
            outcome = new TlsOutcome.HandshakeFailed("starttls-injection", "plaintext after the reply to STARTTLS");
            throw new IOException("plaintext after the reply to STARTTLS");
        }
        TlsConnection made = tls.handshake(connection, mx, handshakeLimit);
        outcome = made.outcome();
        if (outcome instanceof TlsOutcome.HandshakeFailed || made.socket().isClosed()) {
            made.socket().close();
            throw new IOException(outcome.toString());
        }
        secured = new SecuredSocket(made.socket());
        return secured;
    }

    private static IOException notHere() {
        return new IOException("a socket of this factory is connected by who asked for it");
    }

    private final class Plain extends SocketFactory {

        @Override
        public Socket createSocket() throws IOException {
            return makePlain();
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            throw notHere();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
            throw notHere();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            throw notHere();
        }

        @Override
        public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
                throws IOException {
            throw notHere();
        }
    }

    private final class Tls extends SSLSocketFactory {

        private final SSLSocketFactory factory;

        Tls(SSLSocketFactory factory) {
            this.factory = factory;
        }

        @Override
        public Socket createSocket(Socket connection, String host, int port, boolean autoClose) throws IOException {
            return secure(connection);
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            throw notHere();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
            throw notHere();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            throw notHere();
        }

        @Override
        public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
                throws IOException {
            throw notHere();
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return factory.getDefaultCipherSuites();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return factory.getSupportedCipherSuites();
        }
    }
}
