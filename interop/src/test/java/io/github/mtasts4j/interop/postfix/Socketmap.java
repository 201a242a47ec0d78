// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.postfix;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** One connection to a socketmap server, used as Postfix uses it: a question, its answer, the next question. */
public final class Socketmap implements Closeable {

    private final Socket socket;
    private final InputStream in;

    /**
     * Connects.
     *
     * @param server where it listens
     * @throws IOException if it does not
     */
    public Socketmap(InetSocketAddress server) throws IOException {
        this.socket = new Socket(server.getAddress(), server.getPort());
        this.socket.setTcpNoDelay(true);
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /**
     * Asks.
     *
     * @param key what Postfix looks up
     * @return the whole reply, such as {@code OK secure match=mx.example.com} or {@code NOTFOUND }
     * @throws IOException if there is none
     */
    public String ask(String key) throws IOException {
        String request = "postfix " + key;
        socket.getOutputStream().write((request.length() + ":" + request + ",").getBytes(StandardCharsets.US_ASCII));
        int length = 0;
        for (int octet = read(); octet != ':'; octet = read()) {
            length = 10 * length + octet - '0';
        }
        String reply = new String(in.readNBytes(length), StandardCharsets.US_ASCII);
        read(); // the comma
        return reply;
    }

    private int read() throws IOException {
        int octet = in.read();
        if (octet < 0) {
            throw new EOFException("no reply");
        }
        return octet;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
