// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import org.apache.hc.client5.http.io.DetachedSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes the socket of one fetch at one address and can cut it at any moment: while it connects, shakes hands, reads.
 * Closing the TCP socket underneath ends whatever waits for it at once, and nothing can be drained from it any more.
 */
final class Wire implements DetachedSocketFactory {

    /** Is told what came of the connection, on the thread that makes it. */
    interface Watcher {

        /** There is a TCP connection. */
        void connected(Wire wire);

        /** There is none, because the other side was silent or has refused: not because the wire was cut. */
        void notConnected();
    }

    /** As much as the longest policy. */
    private static final int RECEIVE_BUFFER = 65_536;

    private final Watcher watcher;
    private volatile @Nullable Socket current;
    private volatile boolean cut;

    Wire(Watcher watcher) {
        this.watcher = watcher;
    }

    @Override
    public Socket create(@Nullable Proxy proxy) throws IOException {
        Socket socket = new WatchedSocket();
        // Left alone the system takes in megabytes that nobody reads, while this machine is busy.
        socket.setReceiveBufferSize(RECEIVE_BUFFER);
        current = socket;
        if (cut) {
            socket.close();
            throw new SocketException("given up");
        }
        return socket;
    }

    /** Ends it, now and for good. */
    void cut() {
        cut = true;
        Socket socket = current;
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                // It is as closed as it can be.
            }
        }
    }

    /** Other exceptions than these three come from this machine: no network, no port left, closed by us. */
    private final class WatchedSocket extends Socket {

        WatchedSocket() {
            super(Proxy.NO_PROXY); // A plain "new Socket()" goes through the proxy of the property socksProxyHost.
        }

        @Override
        public void connect(SocketAddress endpoint, int timeout) throws IOException {
            try {
                super.connect(endpoint, timeout);
            } catch (SocketTimeoutException | ConnectException | NoRouteToHostException e) {
                if (!cut) {
                    watcher.notConnected();
                }
                throw e;
            }
            watcher.connected(Wire.this);
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new Undrained(super.getInputStream());
        }
    }

    /**
     * Says that nothing has come in yet. JSSE reads away what has before it closes a TLS 1.3 connection, and begins anew until there
     * is nothing: for a host that goes on sending, as long as it likes.
     */
    private static final class Undrained extends FilterInputStream {

        Undrained(InputStream in) {
            super(in);
        }

        @Override
        public int available() {
            return 0;
        }
    }
}
