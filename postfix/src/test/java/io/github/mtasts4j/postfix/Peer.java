// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.postfix;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A client of the server that says what it is told, in the pieces it is told. */
final class Peer implements AutoCloseable {

    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocate(4096).limit(0);

    private Peer(SocketChannel channel) {
        this.channel = channel;
    }

    static Peer of(PostfixServer server) throws IOException {
        return to(server.address());
    }

    static Peer to(SocketAddress address) throws IOException {
        return new Peer(SocketChannel.open(address));
    }

    static String netstring(String payload) {
        return payload.getBytes(StandardCharsets.UTF_8).length + ":" + payload + ",";
    }

    static String request(String key) {
        return netstring("postfix " + key);
    }

    String ask(String key) throws IOException {
        send(request(key));
        return reply();
    }

    Peer send(String octets) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(octets.getBytes(StandardCharsets.UTF_8));
        while (out.hasRemaining()) {
            channel.write(out);
        }
        return this;
    }

    /** The payload of the next reply; {@code <end>} if there is none. */
    String reply() throws IOException {
        int length = 0;
        for (int c = read(); c != ':'; c = read()) {
            if (c < 0) {
                return "<end>";
            }
            length = 10 * length + c - '0';
        }
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        for (int i = 0; i < length; i++) {
            payload.write(read());
        }
        return read() == ',' ? payload.toString(StandardCharsets.US_ASCII) : "<no comma>";
    }

    void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    private int read() throws IOException {
        while (!in.hasRemaining()) {
            in.clear();
            int read = channel.read(in);
            in.flip();
            if (read < 0) {
                return -1;
            }
        }
        return in.get();
    }

    /** Whether the server has ended the connection; waits for it. */
    boolean isEnded() {
        try {
            return read() < 0;
        } catch (IOException e) {
            return true; // a reset is an end too
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
