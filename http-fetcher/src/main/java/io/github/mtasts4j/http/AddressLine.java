// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import io.github.mtasts4j.discovery.PolicyFetcher.Unreachable;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The fetches at one address, and those in line for it (decision 0012). Two are in at a time, so that a host of a million
 * domains gets them one after the other. One that stays for long no longer counts, so that whoever keeps silent does not
 * keep out the others. As long as fetches end there the line may be of any length; at a <em>stalled</em> address few are
 * kept, because each takes a place among all fetches of this host.
 *
 * <p>Not thread-safe. Times are those of {@link System#nanoTime()}, and handed in.
 */
final class AddressLine {

    /** How many fetches are in at a time, not counting those that stay for too long. */
    static final int SLOTS = 2;

    /** How many may be connected at all; and how many may be there, waiting ones too, while the address is stalled. */
    static final int CROWD = 16;

    private static final String DOWN = "policy-host-down";
    private static final String HUNG = "policy-host-hung";
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

    /** While somebody has stayed for too long, others are expected to be quick. Most answers take a tenth of it. */
    private static final long LESS_PATIENCE = TimeUnit.SECONDS.toNanos(1);

    /** How long a connection is left alone at a stalled address; by then one in working order has answered. */
    private static final long CHANCE = TimeUnit.SECONDS.toNanos(5);

    private final InetAddress address;
    private final Circuit circuit;
    private final Deque<Visitor> waiting = new ArrayDeque<>();
    private final List<Visitor> inSlot = new ArrayList<>();
    private final List<Visitor> overdue = new ArrayList<>();
    private final Consumer<Visitor> sentAway;
    private long quietSince;

    /** Whoever was in and has to go is handed to the consumer, once, to have his connection ended. */
    AddressLine(InetAddress address, Consumer<Visitor> sentAway) {
        this.address = address;
        this.circuit = new Circuit(address);
        this.sentAway = sentAway;
    }

    /** Somebody comes. He is settled at once, or by one of the changes to follow. */
    void join(Visitor visitor, long now) {
        if (!circuit.admits(visitor, now)) {
            visitor.refuse(new Unreachable(DOWN, circuit.explain(now)));
            return;
        }
        if (isEmpty()) {
            quietSince = now;
        }
        waiting.addLast(visitor);
        update(now);
    }

    /** Somebody has a TCP connection: the outage that is over with it, if there was one. */
    Optional<PolicyHostOutage> connected(Visitor visitor, Runnable hangUp, long now) {
        visitor.connected(now, hangUp);
        return circuit.connected();
    }

    /** Somebody's TCP connection did not come about: the outage that has begun with it, if one has. */
    Optional<PolicyHostOutage> notConnected(Visitor visitor, long now) {
        Optional<PolicyHostOutage> outage = circuit.failed(visitor, now);
        if (outage.isPresent()) {
            waiting.forEach(other -> other.refuse(new Unreachable(DOWN, circuit.explain(now))));
            waiting.clear();
        }
        return outage;
    }

    /** Somebody goes. Answered is a fetch that the other side has ended, in whatever way. */
    void leave(Visitor visitor, boolean answered, long now) {
        if (!inSlot.remove(visitor) && !overdue.remove(visitor)) {
            waiting.remove(visitor);
        }
        circuit.left(visitor);
        if (answered) {
            quietSince = now;
        }
        update(now);
    }

    /** Does what is due: by time, or because somebody has come or gone. */
    void update(long now) {
        endPatience(now);
        if (isStalled(now)) {
            sendExcessAway(now);
        }
        while (!waiting.isEmpty() && inSlot.size() < SLOTS && (inside() < CROWD || sendLongestAway(PATIENCE, now))) {
            Visitor next = waiting.removeFirst();
            inSlot.add(next);
            next.enter(now);
        }
    }

    private void endPatience(long now) {
        moveOverdue(PATIENCE, now);
        if (!overdue.isEmpty()) {
            moveOverdue(LESS_PATIENCE, now);
        }
    }

    private void moveOverdue(long patience, long now) {
        inSlot.stream().filter(visitor -> visitor.isInSince(patience, now)).forEach(overdue::add);
        inSlot.removeAll(overdue);
    }

    private boolean isStalled(long now) {
        return !isEmpty() && now - quietSince >= PATIENCE;
    }

    private void sendExcessAway(long now) {
        for (int excess = inside() + waiting.size() - CROWD; excess > 0; excess--) {
            if (!sendLongestAway(CHANCE, now) && !waiting.isEmpty()) {
                String quiet = seconds(now - quietSince);
                refuse(waiting.removeLast(), "no answer from it for " + quiet + ", and " + CROWD + " others are there");
            }
        }
    }

    /** Whoever has been connected for so long has had his chance, and goes before those who wait for theirs. */
    private boolean sendLongestAway(long chance, long now) {
        Optional<Visitor> longest = overdue.stream()
                .filter(visitor -> visitor.isConnectedSince(chance, now))
                .findFirst();
        longest.ifPresent(visitor -> {
            overdue.remove(visitor);
            refuse(visitor, "no answer from it within " + seconds(chance) + ", and others wait");
            sentAway.accept(visitor);
        });
        return longest.isPresent();
    }

    private void refuse(Visitor visitor, String why) {
        circuit.left(visitor);
        visitor.refuse(new Unreachable(HUNG, address.getHostAddress() + ": " + why));
    }

    private static String seconds(long nanos) {
        return TimeUnit.NANOSECONDS.toSeconds(nanos) + " s";
    }

    private int inside() {
        return inSlot.size() + overdue.size();
    }

    /** Whether nobody is there. */
    boolean isEmpty() {
        return inside() == 0 && waiting.isEmpty();
    }

    /** Whether nobody is there and there is nothing to remember. */
    boolean isForgettable() {
        return isEmpty() && circuit.isSpotless();
    }

    /** Whether it is the last to be forgotten when there is no more room. */
    boolean isDown() {
        return circuit.isOpen();
    }
}
