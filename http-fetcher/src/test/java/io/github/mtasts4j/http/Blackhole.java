// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** A port on 127.0.0.1 whose queue is full, so that further SYNs are not answered. */
final class Blackhole implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket(0, 1, Fetching.address("127.0.0.1"));
    private final List<Socket> waiting = new ArrayList<>();

    Blackhole() throws IOException {
        boolean full = false;
        while (!full) {
            Socket socket = new Socket(Proxy.NO_PROXY);
            waiting.add(socket);
            try {
                socket.connect(new InetSocketAddress(listener.getInetAddress(), port()), 100);
            } catch (IOException e) {
                full = true;
            }
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : waiting) {
            socket.close();
        }
        listener.close();
    }
}
