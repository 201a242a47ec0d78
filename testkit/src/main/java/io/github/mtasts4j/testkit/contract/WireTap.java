// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.contract;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sits on loopback between a client and a server, passes on what they say, and keeps what passes in the clear. What goes
 * over TLS looks like noise here, so an SMTP command that can be read was not protected.
 */
final class WireTap implements AutoCloseable {

    /** Small, so that a client which has stopped reading stops the flood as well. */
    private static final int SEND_BUFFER = 16 * 1024;

    private final InetSocketAddress server;
    private final ServerSocket listener;
    private final Thread acceptor;
    private final List<Wire> wires = new CopyOnWriteArrayList<>();

    private WireTap(InetSocketAddress server, ServerSocket listener) {
        this.server = server;
        this.listener = listener;
        this.acceptor = Wire.daemon(this::acceptAll, "wire-tap-" + listener.getLocalPort());
    }

    static WireTap before(InetSocketAddress server) {
        try {
            WireTap tap = new WireTap(server, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
            tap.acceptor.start();
            return tap;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    /** The connections so far, in order. */
    List<Wire> wires() {
        return List.copyOf(wires);
    }

    /** Waits until both sides have closed every connection; whether they have. */
    boolean awaitSilence(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        for (Wire wire : wires) {
            wire.awaitEnd(end - System.nanoTime());
        }
        return wires.stream().noneMatch(Wire::isAlive);
    }

    @Override
    public void close() {
        Wire.closeQuietly(listener);
        wires.forEach(Wire::cut);
    }

    private void acceptAll() {
        try {
            while (true) {
                Wire wire = new Wire(listener.accept(), server);
                wires.add(wire);
                wire.start();
            }
        } catch (IOException e) {
            Wire.closeQuietly(listener); // Which is how close() ends this loop.
        }
    }

    /** One connection. */
    static final class Wire {

        private static final int MAX_HEARD = 1024 * 1024;

        private final Socket client;
        private final Socket server = new Socket();
        private final Thread up;
        private final Thread down;
        private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
        private final AtomicInteger said = new AtomicInteger();

        Wire(Socket client, InetSocketAddress address) throws IOException {
            this.client = client;
            client.setSendBufferSize(SEND_BUFFER);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            server.connect(address);
            this.up = daemon(() -> pass(client, server, this::hear), "wire-tap-up-" + client.getPort());
            this.down = daemon(() -> pass(server, client, this::count), "wire-tap-down-" + client.getPort());
        }

        void start() {
            up.start();
            down.start();
        }

        /** What the client has sent, one character for each octet. */
        String heard() {
            return heard.toString(StandardCharsets.ISO_8859_1);
        }

        /** How many octets have been handed to the client's side, the kernel's buffers included. */
        int said() {
            return said.get();
        }

        boolean isAlive() {
            return up.isAlive() || down.isAlive();
        }

        private void awaitEnd(long nanos) throws InterruptedException {
            long end = System.nanoTime() + nanos;
            TimeUnit.NANOSECONDS.timedJoin(up, nanos);
            TimeUnit.NANOSECONDS.timedJoin(down, end - System.nanoTime());
        }

        private void cut() {
            closeQuietly(client);
            closeQuietly(server);
        }

        private void hear(byte[] octets, int length) {
            if (heard.size() < MAX_HEARD) {
                heard.write(octets, 0, length);
            }
        }

        private void count(byte[] octets, int length) {
            said.addAndGet(length);
        }

        private void pass(Socket from, Socket to, Listener listener) {
            byte[] octets = new byte[4096];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int n = in.read(octets); n >= 0; n = in.read(octets)) {
                    listener.note(octets, n);
                    out.write(octets, 0, n);
                }
                to.shutdownOutput();
            } catch (IOException e) {
                cut(); // One side is gone for good, so the other has nobody to talk to.
            }
        }

        private static Thread daemon(Runnable task, String name) {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        }

        private static void closeQuietly(AutoCloseable resource) {
            try {
                resource.close();
            } catch (Exception e) {
                // It is out of use either way.
            }
        }

        @FunctionalInterface
        private interface Listener {
            void note(byte[] octets, int length);
        }
    }
}
