// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jakartamail;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.tls.TlsOutcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** A host that lets no read time out and comes to no end. */
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD) // A thread that waits for a socket hears no interrupt.
final class DrippingMxTest {

    private static final String DOMAIN = "example.com";
    private static final String MX = "mx.example.com";

    @Test
    void aHostThatDripsItsHandshakeIsGivenUpAtTheLimit() throws Exception {
        ScheduledExecutorService threads = Executors.newScheduledThreadPool(2);
        try (MailWorld world = new MailWorld();
                ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            world.enforces(DOMAIN, MX);
            CompletableFuture<Socket> client = CompletableFuture.supplyAsync(() -> serve(listener), threads);
            Future<?> dripping =
                    threads.scheduleAtFixedRate(() -> dripInto(client.join()), 0, 40, TimeUnit.MILLISECONDS);
            MxCandidate good = world.candidate(DOMAIN, MX);
            MxCandidate slow = new MxCandidate(
                    good.policy(),
                    good.mx(),
                    new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort()));

            MxConnection connection = world.connector(MailWorld.impatient()).connect(slow);

            assertThat(connection).isInstanceOf(ClosedMx.class);
            assertThat(connection.decision().attempt().tls())
                    .isEqualTo(new TlsOutcome.HandshakeFailed("timeout", "the server took too long"));
            client.join().close();
            dripping.cancel(true);
        } finally {
            threads.shutdownNow();
        }
    }

    /** As far as the handshake. */
    private static Socket serve(ServerSocket listener) {
        try {
            Socket client = listener.accept();
            BufferedReader commands = new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII));
            OutputStream replies = client.getOutputStream();
            replies.write("220 mx.example.com\r\n".getBytes(US_ASCII));
            assertThat(commands.readLine()).startsWith("EHLO");
            replies.write("250-mx.example.com\r\n250 STARTTLS\r\n".getBytes(US_ASCII));
            assertThat(commands.readLine()).isEqualTo("STARTTLS");
            replies.write("220 go\r\n".getBytes(US_ASCII));
            assertThat(commands.read()).isNotNegative(); // The ClientHello: what comes now is no injected plaintext.
            replies.write(new byte[] {22, 3, 3, 0x40, 0}); // A handshake record of 16 KiB.
            return client;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void dripInto(Socket client) {
        try {
            client.getOutputStream().write(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Which ends the dripping: nobody listens any more.
        }
    }
}
