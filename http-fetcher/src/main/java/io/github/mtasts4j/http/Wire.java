// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import java.io.IOException;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketException;
import org.apache.hc.client5.http.io.DetachedSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes the sockets of one fetch and can cut them at any moment: while they connect, shake hands, read. Closing the TCP
 * socket underneath ends whatever waits for it at once, and nothing can be drained from it any more.
 */
final class Wire implements DetachedSocketFactory {

    private volatile @Nullable Socket current;
    private volatile boolean cut;

    @Override
    public Socket create(@Nullable Proxy proxy) throws IOException {
        // A plain "new Socket()" goes through the proxy of the property socksProxyHost.
        Socket socket = new Socket(Proxy.NO_PROXY);
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
}
