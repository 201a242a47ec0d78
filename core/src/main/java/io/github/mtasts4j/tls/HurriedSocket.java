// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tls;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A connection whose reads share one time limit until {@link #relax} is called. The read timeout of a socket begins
 * anew with every octet, so that a server could drip its handshake for ever; and a thread that watches would be one
 * that somebody has to end. All else is the connection's own.
 */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // the connection locks for itself
final class HurriedSocket extends Socket {

    private final Socket connection;
    private final long limitNanos;
    private final long start;
    private boolean hurried = true;

    HurriedSocket(Socket connection, Duration limit) {
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("a limit of " + limit);
        }
        this.connection = connection;
        this.limitNanos = limit.compareTo(Duration.ofNanos(Long.MAX_VALUE)) < 0 ? limit.toNanos() : Long.MAX_VALUE;
        this.start = System.nanoTime();
    }

    /** Leaves the time of all further reads to the read timeout. */
    void relax() {
        hurried = false;
    }

    private final class Reads extends FilterInputStream {

        Reads(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] octet = new byte[1];
            return read(octet, 0, 1) < 0 ? -1 : octet[0] & 0xff;
        }

        @Override
        public int read(byte[] octets, int from, int length) throws IOException {
            if (!hurried) {
                return in.read(octets, from, length);
            }
            long leftMillis = (limitNanos - (System.nanoTime() - start)) / 1_000_000;
            if (leftMillis <= 0) {
                throw new SocketTimeoutException("the handshake takes too long");
            }
            int timeout = connection.getSoTimeout();
            int left = (int) Math.min(leftMillis, Integer.MAX_VALUE);
            connection.setSoTimeout(timeout == 0 ? left : Math.min(timeout, left));
            try {
                return in.read(octets, from, length);
            } finally {
                connection.setSoTimeout(timeout);
            }
        }

        /**
         * JSSE reads away what is available before it closes a TLS 1.3 connection, and begins anew until nothing is: under a server that
         * goes on sending it would not come to an end.
         */
        @Override
        public int available() {
            return 0;
        }
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new Reads(connection.getInputStream());
    }

    @Override
    public void connect(SocketAddress endpoint) throws IOException {
        connection.connect(endpoint);
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
        connection.connect(endpoint, timeout);
    }

    @Override
    public void bind(@Nullable SocketAddress bindpoint) throws IOException {
        connection.bind(bindpoint);
    }

    @Override
    public @Nullable InetAddress getInetAddress() {
        return connection.getInetAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        return connection.getLocalAddress();
    }

    @Override
    public int getPort() {
        return connection.getPort();
    }

    @Override
    public int getLocalPort() {
        return connection.getLocalPort();
    }

    @Override
    public @Nullable SocketAddress getRemoteSocketAddress() {
        return connection.getRemoteSocketAddress();
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return connection.getLocalSocketAddress();
    }

    @Override
    public @Nullable SocketChannel getChannel() {
        return connection.getChannel();
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return connection.getOutputStream();
    }

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        connection.setTcpNoDelay(on);
    }

    @Override
    public boolean getTcpNoDelay() throws SocketException {
        return connection.getTcpNoDelay();
    }

    @Override
    public void setSoLinger(boolean on, int linger) throws SocketException {
        connection.setSoLinger(on, linger);
    }

    @Override
    public int getSoLinger() throws SocketException {
        return connection.getSoLinger();
    }

    @Override
    public void sendUrgentData(int data) throws IOException {
        connection.sendUrgentData(data);
    }

    @Override
    public void setOOBInline(boolean on) throws SocketException {
        connection.setOOBInline(on);
    }

    @Override
    public boolean getOOBInline() throws SocketException {
        return connection.getOOBInline();
    }

    @Override
    public void setSoTimeout(int timeout) throws SocketException {
        connection.setSoTimeout(timeout);
    }

    @Override
    public int getSoTimeout() throws SocketException {
        return connection.getSoTimeout();
    }

    @Override
    public void setSendBufferSize(int size) throws SocketException {
        connection.setSendBufferSize(size);
    }

    @Override
    public int getSendBufferSize() throws SocketException {
        return connection.getSendBufferSize();
    }

    @Override
    public void setReceiveBufferSize(int size) throws SocketException {
        connection.setReceiveBufferSize(size);
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        return connection.getReceiveBufferSize();
    }

    @Override
    public void setKeepAlive(boolean on) throws SocketException {
        connection.setKeepAlive(on);
    }

    @Override
    public boolean getKeepAlive() throws SocketException {
        return connection.getKeepAlive();
    }

    @Override
    public void setTrafficClass(int tc) throws SocketException {
        connection.setTrafficClass(tc);
    }

    @Override
    public int getTrafficClass() throws SocketException {
        return connection.getTrafficClass();
    }

    @Override
    public void setReuseAddress(boolean on) throws SocketException {
        connection.setReuseAddress(on);
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        return connection.getReuseAddress();
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }

    @Override
    public void shutdownInput() throws IOException {
        connection.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        connection.shutdownOutput();
    }

    @Override
    public String toString() {
        return connection.toString();
    }

    @Override
    public boolean isConnected() {
        return connection.isConnected();
    }

    @Override
    public boolean isBound() {
        return connection.isBound();
    }

    @Override
    public boolean isClosed() {
        return connection.isClosed();
    }

    @Override
    public boolean isInputShutdown() {
        return connection.isInputShutdown();
    }

    @Override
    public boolean isOutputShutdown() {
        return connection.isOutputShutdown();
    }

    @Override
    public void setPerformancePreferences(int connectionTime, int latency, int bandwidth) {
        connection.setPerformancePreferences(connectionTime, latency, bandwidth);
    }

    @Override
    public <T> Socket setOption(SocketOption<T> name, T value) throws IOException {
        connection.setOption(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        return connection.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return connection.supportedOptions();
    }
}
