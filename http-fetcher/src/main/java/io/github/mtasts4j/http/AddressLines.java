// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import io.github.mtasts4j.discovery.PolicyFetcher.Unreachable;
import java.net.InetAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/** The {@link AddressLine} of each address that somebody is at, or that is remembered to be out of order. Thread-safe. */
final class AddressLines {

    /** How many addresses are remembered, beyond those that somebody is at. */
    static final int MAX_REMEMBERED = 10_000;

    /** Patience ends without anybody's doing, so those who wait look for themselves. */
    private static final long LOOK_AGAIN = TimeUnit.MILLISECONDS.toNanos(250);

    private final LongSupplier nanoTime;
    private final OutageNews news;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<InetAddress, AddressLine> lines = new LinkedHashMap<>(16, 0.75f, true);
    private final Queue<Visitor> sentAway = new ConcurrentLinkedQueue<>();

    AddressLines(LongSupplier nanoTime, OutageNews news) {
        this.nanoTime = nanoTime;
        this.news = news;
    }

    /** Waits its turn, first come, first served; until it is let in or turned away. */
    Visit visit(InetAddress address, Errand errand) throws InterruptedException {
        Visitor visitor = new Visitor(errand.host(), errand.at());
        Visit visit = join(address, visitor);
        try {
            while (!visitor.awaitTurn(LOOK_AGAIN)) {
                visit.change(visit.line::update);
            }
        } catch (InterruptedException e) {
            visit.leave(false);
            throw e;
        }
        return visit;
    }

    private Visit join(InetAddress address, Visitor visitor) {
        lock.lock();
        try {
            AddressLine line = lineOf(address);
            line.join(visitor, nanoTime.getAsLong());
            return new Visit(address, line, visitor);
        } finally {
            lock.unlock();
            afterwards();
        }
    }

    /** What may take a moment, and is not done under the lock. */
    private void afterwards() {
        for (Visitor gone = sentAway.poll(); gone != null; gone = sentAway.poll()) {
            gone.hangUp();
        }
        news.tell();
    }

    private AddressLine lineOf(InetAddress address) {
        AddressLine line = lines.get(address);
        if (line == null) {
            line = new AddressLine(address, sentAway::add);
            makeRoom();
            lines.put(address, line);
        }
        return line;
    }

    /** A stranger may have ten thousand dead addresses, but cannot displace outages with what is none yet. */
    private void makeRoom() {
        if (lines.size() >= MAX_REMEMBERED && !removeFirst(line -> line.isEmpty() && !line.isDown())) {
            removeFirst(AddressLine::isEmpty);
        }
    }

    private boolean removeFirst(Predicate<AddressLine> which) {
        for (Iterator<AddressLine> all = lines.values().iterator(); all.hasNext(); ) {
            if (which.test(all.next())) {
                all.remove();
                return true;
            }
        }
        return false;
    }

    /** How many addresses a fetch is at, or waits for. */
    int busy() {
        return count(line -> !line.isEmpty());
    }

    /** How many addresses there is something to say about. */
    int size() {
        return count(line -> true);
    }

    private int count(Predicate<AddressLine> which) {
        lock.lock();
        try {
            return (int) lines.values().stream().filter(which).count();
        } finally {
            lock.unlock();
        }
    }

    /** Forgets every address. Who is at one may stay, and leave. */
    void clear() {
        lock.lock();
        try {
            lines.clear();
        } finally {
            lock.unlock();
        }
    }

    /** One fetch at one address, from joining the line on. */
    final class Visit implements Wire.Watcher {

        private final InetAddress address;
        private final AddressLine line;
        private final Visitor visitor;

        private Visit(InetAddress address, AddressLine line, Visitor visitor) {
            this.address = address;
            this.line = line;
            this.visitor = visitor;
        }

        /** Why it was turned away, or was sent away later, if it was. */
        Optional<Unreachable> refusal() {
            return visitor.refusal();
        }

        @Override
        public void connected(Wire wire) {
            change(now -> line.connected(visitor, wire::cut, now).ifPresent(news::ended));
        }

        @Override
        public void notConnected() {
            change(now -> line.notConnected(visitor, now).ifPresent(news::begun));
        }

        /** Makes room for the next. Whether it was the other side that has ended it, in whatever way. */
        void leave(boolean answered) {
            change(now -> {
                line.leave(
                        visitor, answered && visitor.isConnected() && refusal().isEmpty(), now);
                if (line.isForgettable()) {
                    lines.remove(address, line);
                }
            });
        }

        private void change(LongConsumer step) {
            lock.lock();
            try {
                step.accept(nanoTime.getAsLong());
            } finally {
                lock.unlock();
                afterwards();
            }
        }
    }
}
