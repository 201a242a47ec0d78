// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.https;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One TCP connection to a {@link PolicyHost}, as the server saw it. It goes on changing while the connection lives. */
public final class Visit {

    private final List<SeenRequest> requests = new CopyOnWriteArrayList<>();
    private final AtomicLong octetsWritten = new AtomicLong();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile String serverName = "";
    private volatile boolean handshakeDone;

    Visit() {}

    /**
     * The SNI of the client.
     *
     * @return the name; empty if the client sent none, or no ClientHello yet
     */
    public String serverName() {
        return serverName;
    }

    /**
     * Whether the TLS handshake was completed on the server's side.
     *
     * @return whether there was a session
     */
    public boolean handshakeDone() {
        return handshakeDone;
    }

    /**
     * The requests that came over this connection.
     *
     * @return a snapshot
     */
    public List<SeenRequest> requests() {
        return List.copyOf(requests);
    }

    /**
     * How much of an answer was written, before TLS.
     *
     * @return octets that the system took from the server; the client need not have read them
     */
    public long octetsWritten() {
        return octetsWritten.get();
    }

    /**
     * Waits for the connection to be over and the server to know it.
     *
     * @param patience how long to wait at most
     * @return whether it is over
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    public boolean awaitEnd(Duration patience) throws InterruptedException {
        return end.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    void greetedAs(String name) {
        serverName = name;
    }

    void handshakeCompleted() {
        handshakeDone = true;
    }

    void received(SeenRequest request) {
        requests.add(request);
    }

    void wrote(int octets) {
        octetsWritten.addAndGet(octets);
    }

    void ended() {
        end.countDown();
    }
}
