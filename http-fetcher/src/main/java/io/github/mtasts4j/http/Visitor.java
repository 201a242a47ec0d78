// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import io.github.mtasts4j.discovery.PolicyFetcher.Unreachable;
import io.github.mtasts4j.policy.DomainName;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One fetch on its way to one address. It waits until it is let in or turned away; once it is in, it may still be sent
 * away. Everything but the waiting and {@link #refusal()} is for whoever holds the lock of its {@link AddressLine}.
 */
final class Visitor {

    private final DomainName host;
    private final Instant at;
    private final CountDownLatch settled = new CountDownLatch(1);
    private volatile @Nullable Unreachable refusal;
    private long enteredAt;
    private long connectedAt;
    private @Nullable Runnable hangUp;

    Visitor(DomainName host, Instant at) {
        this.host = host;
        this.at = at;
    }

    /** The Policy Host that is to be asked. */
    DomainName host() {
        return host;
    }

    /** The time of the request. */
    Instant at() {
        return at;
    }

    /** Waits to be let in or turned away; false if neither has happened by then. */
    boolean awaitTurn(long nanos) throws InterruptedException {
        return settled.await(nanos, TimeUnit.NANOSECONDS);
    }

    /** Why it was turned or sent away, if it was. */
    Optional<Unreachable> refusal() {
        return Optional.ofNullable(refusal);
    }

    boolean isSettled() {
        return settled.getCount() == 0;
    }

    void enter(long now) {
        enteredAt = now;
        settled.countDown();
    }

    void refuse(Unreachable why) {
        refusal = why;
        settled.countDown();
    }

    /** It has a TCP connection, and can be made to give it up. */
    void connected(long now, Runnable end) {
        connectedAt = now;
        hangUp = end;
    }

    boolean isConnected() {
        return hangUp != null;
    }

    boolean isInSince(long nanos, long now) {
        return now - enteredAt >= nanos;
    }

    boolean isConnectedSince(long nanos, long now) {
        return isConnected() && now - connectedAt >= nanos;
    }

    /** Ends its connection, if it has one. Not under the lock. */
    void hangUp() {
        Runnable end = hangUp;
        if (end != null) {
            end.run();
        }
    }
}
