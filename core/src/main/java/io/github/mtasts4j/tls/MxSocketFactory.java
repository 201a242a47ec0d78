// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tls;

import io.github.mtasts4j.policy.DomainName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Sockets for one MX, each with a context of its own. Whatever name it is asked to connect to, the SNI is the MX's. */
final class MxSocketFactory extends SSLSocketFactory {

    private final Supplier<SSLContext> contexts;
    private final DomainName mxHost;

    MxSocketFactory(Supplier<SSLContext> contexts, DomainName mxHost) {
        this.contexts = contexts;
        this.mxHost = mxHost;
    }

    @Override
    public Socket createSocket() throws IOException {
        return make(SSLSocketFactory::createSocket);
    }

    @Override
    public Socket createSocket(Socket connection, String host, int port, boolean autoClose) throws IOException {
        return make(factory -> factory.createSocket(connection, mxHost.toString(), port, autoClose));
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return make(factory -> factory.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return make(factory -> factory.createSocket(host, port, localHost, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return make(factory -> factory.createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        return make(factory -> factory.createSocket(address, port, localAddress, localPort));
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return ClientTls.parameters(contexts.get(), mxHost).getCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return CipherFloor.of(contexts.get().getSocketFactory().getSupportedCipherSuites());
    }

    private SSLSocket make(Making making) throws IOException {
        SSLContext context = contexts.get();
        SSLSocket socket = (SSLSocket) making.with(context.getSocketFactory());
        socket.setUseClientMode(true);
        socket.setSSLParameters(ClientTls.parameters(context, mxHost));
        return socket;
    }

    private interface Making {
        Socket with(SSLSocketFactory factory) throws IOException;
    }
}
