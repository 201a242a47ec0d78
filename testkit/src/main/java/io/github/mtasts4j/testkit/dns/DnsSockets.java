// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.dns;

import io.github.mtasts4j.testkit.dns.DnsQuery.Transport;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The sockets and threads of a {@link DnsServer}: they bring octets in and take octets out. */
final class DnsSockets implements Closeable {

    private static final int LONGEST_MESSAGE = 65_535;
    private static final int ATTEMPTS_TO_BIND = 50;

    private final ServerSocket tcp;
    private final DatagramSocket udp;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

    private DnsSockets(ServerSocket tcp, DatagramSocket udp) {
        this.tcp = tcp;
        this.udp = udp;
    }

    /** Binds UDP and TCP to one port of 127.0.0.1. */
    static DnsSockets open() throws IOException {
        return open(ATTEMPTS_TO_BIND);
    }

    /** Binds UDP and TCP to this very port. */
    static DnsSockets open(InetSocketAddress address) throws IOException {
        ServerSocket tcp = new ServerSocket(address.getPort(), 50, address.getAddress());
        try {
            return new DnsSockets(tcp, new DatagramSocket(address));
        } catch (IOException e) {
            tcp.close();
            throw e;
        }
    }

    /** The port that TCP was given may be somebody's for UDP. */
    private static DnsSockets open(int attempts) throws IOException {
        ServerSocket tcp = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        try {
            return new DnsSockets(tcp, new DatagramSocket(tcp.getLocalSocketAddress()));
        } catch (BindException e) {
            tcp.close();
            if (attempts <= 1) {
                throw e;
            }
            return open(attempts - 1);
        }
    }

    InetSocketAddress address() {
        return new InetSocketAddress(tcp.getInetAddress(), tcp.getLocalPort());
    }

    /** Starts to hand queries over, each on a thread of its connection. */
    void serve(Server server) {
        run("udp", () -> receive(server));
        run("tcp", () -> accept(server));
    }

    private void run(String what, Work work) {
        Thread thread = new Thread(() -> untilClosed(work), "dns-" + what + "-" + tcp.getLocalPort());
        thread.setDaemon(true);
        thread.start();
    }

    private static void untilClosed(Work work) {
        try {
            work.run();
        } catch (IOException e) {
            // The client hung up, or close() did: that is how all work here ends.
        }
    }

    private void receive(Server server) throws IOException {
        byte[] buffer = new byte[LONGEST_MESSAGE];
        while (!udp.isClosed()) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            udp.receive(packet);
            server.serve(Arrays.copyOf(buffer, packet.getLength()), new Datagram(udp, packet.getSocketAddress()));
        }
    }

    private void accept(Server server) throws IOException {
        while (!tcp.isClosed()) {
            Socket connection = tcp.accept();
            connections.add(connection);
            run("connection", () -> converse(connection, server));
        }
    }

    private void converse(Socket connection, Server server) throws IOException {
        try (connection) {
            DataInputStream in = new DataInputStream(connection.getInputStream());
            while (!tcp.isClosed()) {
                byte[] wire = new byte[in.readUnsignedShort()];
                in.readFully(wire);
                server.serve(wire, new Connection(connection));
            }
        } finally {
            connections.remove(connection);
        }
    }

    @Override
    public void close() {
        udp.close();
        hangUp(tcp);
        connections.forEach(DnsSockets::hangUp);
    }

    private static void hangUp(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed all the same, and nobody waits for it.
        }
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    /** What makes replies. */
    @FunctionalInterface
    interface Server {
        void serve(byte[] wire, Client client) throws IOException;
    }

    /** Where a reply goes. */
    interface Client {
        Transport transport();

        int port();

        void send(byte[] wire) throws IOException;

        void hangUp() throws IOException;
    }

    private record Datagram(DatagramSocket socket, SocketAddress from) implements Client {
        @Override
        public Transport transport() {
            return Transport.UDP;
        }

        @Override
        public int port() {
            return ((InetSocketAddress) from).getPort();
        }

        @Override
        public void send(byte[] wire) throws IOException {
            socket.send(new DatagramPacket(wire, wire.length, from));
        }

        @Override
        public void hangUp() {}
    }

    private record Connection(Socket socket) implements Client {
        @Override
        public Transport transport() {
            return Transport.TCP;
        }

        @Override
        public int port() {
            return socket.getPort();
        }

        @Override
        public void send(byte[] wire) throws IOException {
            ByteBuffer framed = ByteBuffer.allocate(2 + wire.length);
            socket.getOutputStream()
                    .write(framed.putShort((short) wire.length).put(wire).array());
        }

        @Override
        public void hangUp() throws IOException {
            socket.close();
        }
    }
}
