// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jakartamail;

import io.github.mtasts4j.delivery.SessionFacts;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A TCP socket whose {@link Dialogue} is followed as long as there is no TLS. */
final class WatchedSocket extends Socket {

    private final Dialogue dialogue = new Dialogue();
    private volatile SessionFacts ends = SessionFacts.NONE;
    private @Nullable InputStream in;
    private @Nullable OutputStream out;

    WatchedSocket(Proxy proxy) {
        super(proxy);
    }

    /** As they were when it was connected: a socket that was closed does not tell any more. */
    SessionFacts ends() {
        return ends;
    }

    @Override
    public void connect(SocketAddress address, int timeout) throws IOException {
        super.connect(address, timeout);
        ends = SessionFacts.of(this);
    }

    Dialogue dialogue() {
        return dialogue;
    }

    @Override
    public synchronized InputStream getInputStream() throws IOException {
        if (in == null) {
            in = dialogue.hear(super.getInputStream());
        }
        return in;
    }

    @Override
    public synchronized OutputStream getOutputStream() throws IOException {
        if (out == null) {
            out = dialogue.say(super.getOutputStream());
        }
        return out;
    }
}
