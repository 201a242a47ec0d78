// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jakartamail;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tls.MxTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.Socket;
import java.util.Optional;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * The sockets of one connection: what the provider is given as factories, each good for one socket. A transport that is
 * connected a second time, or elsewhere, gets none, because nobody would judge that connection.
 */
final class ConnectionSockets {

    private final MxTls tls;
    private final DomainName mx;
    private final Proxy proxy;
    private @Nullable WatchedSocket plain;
    private @Nullable SSLSocket secured;
    private boolean injected;

    ConnectionSockets(MxTls tls, DomainName mx, Proxy proxy) {
        this.tls = tls;
        this.mx = mx;
        this.proxy = proxy;
    }

    /** The TCP socket, if there is one. */
    synchronized Optional<WatchedSocket> plain() {
        return Optional.ofNullable(plain);
    }

    /** The TLS socket over it, if it came to that; its handshake may have failed. */
    synchronized Optional<SSLSocket> secured() {
        return Optional.ofNullable(secured);
    }

    /** Whether there was plaintext behind the reply to STARTTLS. */
    synchronized boolean isInjected() {
        return injected;
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
    private synchronized Socket secure(SSLSocketFactory factory, Socket connection, int port) throws IOException {
        WatchedSocket watched = plain;
        if (watched == null || secured != null) {
            throw new IOException("this session is for one connection, which has been judged");
        }
        if (watched.endPlaintext()) {
            injected = true; // Taken for a reply that came over TLS this would be an attacker's word (CVE-2011-0411).
            throw new IOException("plaintext after the reply to STARTTLS");
        }
        SSLSocket socket = (SSLSocket) factory.createSocket(connection, mx.toString(), port, true);
        secured = socket;
        return socket;
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
            return secure(factory, connection, port);
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
