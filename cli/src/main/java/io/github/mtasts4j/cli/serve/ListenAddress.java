// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.serve;

import io.github.mtasts4j.cli.Refusal;
import io.github.mtasts4j.cli.net.Endpoint;
import io.github.mtasts4j.postfix.PostfixServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.InvalidPathException;

/** Where a server listens, written as Postfix writes it: {@code inet:127.0.0.1:8461} or {@code unix:/run/socket}. */
record ListenAddress(SocketAddress address) {

    private static final String INET = "inet:";
    private static final String UNIX = "unix:";

    static ListenAddress parse(String text) {
        if (text.startsWith(UNIX)) {
            return new ListenAddress(path(text));
        } else if (text.startsWith(INET)) {
            return new ListenAddress(port(text.substring(INET.length())));
        }
        throw new Refusal("--listen takes inet:ADDRESS:PORT or unix:PATH, not " + text);
    }

    private static UnixDomainSocketAddress path(String text) {
        try {
            return UnixDomainSocketAddress.of(text.substring(UNIX.length()));
        } catch (InvalidPathException e) {
            throw new Refusal("no path for a socket: " + text, e);
        }
    }

    /** Port 0 is one that the system chooses. */
    static InetSocketAddress port(String text) {
        if (text.endsWith(":0")) {
            return new InetSocketAddress(
                    Endpoint.parse(text.substring(0, text.length() - 2), 1).address(), 0);
        }
        return Endpoint.parse(text, 0).socket();
    }

    PostfixServer open(PostfixServer.Builder server) throws IOException {
        return address instanceof UnixDomainSocketAddress unix
                ? server.listen(unix)
                : server.listen((InetSocketAddress) address);
    }

    static String show(SocketAddress address) {
        return address instanceof InetSocketAddress inet
                ? INET + inet.getAddress().getHostAddress() + ":" + inet.getPort()
                : UNIX + address;
    }
}
