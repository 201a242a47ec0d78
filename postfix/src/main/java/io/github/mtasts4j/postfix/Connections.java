// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.postfix;

import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** All that are open: no more than there may be, none for longer than it may. */
final class Connections {

    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final int most;
    private volatile boolean stopping;

    Connections(int most) {
        this.most = most;
    }

    boolean isStopping() {
        return stopping;
    }

    /** Whether there is a place, if need be that of the one which has waited longest for a request. */
    boolean makeRoom() {
        return open.size() < most
                || longestIdle().filter(c -> c.endIfIdle(ConnectionEnd.EVICTED)).isPresent();
    }

    private Optional<Connection> longestIdle() {
        long now = System.nanoTime();
        return open.stream()
                .filter(Connection::isIdle)
                .min(Comparator.comparingLong(connection -> connection.deadline() - now));
    }

    void add(Connection connection) {
        open.add(connection);
    }

    synchronized void remove(Connection connection) {
        open.remove(connection);
        notifyAll();
    }

    void endOverdue() {
        long now = System.nanoTime();
        for (Connection connection : open) {
            if (connection.isOverdue(now)) {
                connection.end(ConnectionEnd.OVERDUE);
            }
        }
    }

    /** Ends those that wait for a request at once, and the others when they have answered, or when the time is over. */
    void stop(long nanos) {
        stopping = true;
        open.forEach(connection -> connection.endIfIdle(ConnectionEnd.STOPPED));
        if (!awaitNone(nanos)) {
            open.forEach(connection -> connection.end(ConnectionEnd.STOPPED));
            awaitNone(nanos);
        }
    }

    private synchronized boolean awaitNone(long nanos) {
        long end = System.nanoTime() + nanos;
        try {
            for (long left = nanos; !open.isEmpty() && left > 0; left = end - System.nanoTime()) {
                wait(left / 1_000_000 + 1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return open.isEmpty();
    }
}
