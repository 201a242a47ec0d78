// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jakartamail;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Proxy;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/** A TCP socket whose {@link Dialogue} is followed as long as there is no TLS. */
final class WatchedSocket extends Socket {

    private final Dialogue dialogue = new Dialogue();
    private @Nullable InputStream in;
    private @Nullable OutputStream out;

    WatchedSocket(Proxy proxy) {
        super(proxy);
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
