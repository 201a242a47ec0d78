// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

/** What TLS is given to read from. */
final class WireTest {

    private static final Wire.Watcher NOBODY = new Wire.Watcher() {
        @Override
        public void connected(Wire wire) {}

        @Override
        public void notConnected() {}
    };

    @Test
    void whatHasComeInIsReadAndNeverSaidToBeThere() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket wire = new Wire(NOBODY).create(null)) {
            wire.connect(listener.getLocalSocketAddress(), 0);
            try (Socket server = listener.accept()) {
                server.getOutputStream().write(new byte[] {'a', 'b'});
                InputStream in = wire.getInputStream();

                assertThat(in.read()).isEqualTo('a');
                assertThat(in.available()).as("what JSSE would read away").isZero();
                assertThat(in.read()).isEqualTo('b');
            }
        }
    }
}
