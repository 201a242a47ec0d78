// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Ports for servers that cannot be told to take any. */
public final class FreePorts {

    private FreePorts() {}

    /**
     * A port on loopback that the system has chosen and gives to nobody else for a minute. The connection that was made
     * to it stays in TIME_WAIT for so long: who asks for just any port gets another one, and who asks for this one with
     * SO_REUSEADDR, as servers do, gets it.
     *
     * @return where the server is to listen
     */
    public static InetSocketAddress next() {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort())) {
            server.accept().close(); // Closed here first: that side is the one that waits.
            client.getInputStream().read();
            return (InetSocketAddress) server.getLocalSocketAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
