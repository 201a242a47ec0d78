// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/** Keeps many fetches from going to one address at once: a host of a million domains gets them one after the other. */
final class AddressSlots {

    private static final int PER_ADDRESS = 2;

    private final ConcurrentHashMap<InetAddress, Gate> gates = new ConcurrentHashMap<>();

    /** Waits its turn, first come, first served. */
    Slot take(InetAddress address) throws InterruptedException {
        Gate gate = gates.compute(address, (key, there) -> (there == null ? new Gate() : there).entered());
        try {
            gate.permits.acquire();
        } catch (InterruptedException e) {
            leave(address);
            throw e;
        }
        return () -> {
            gate.permits.release();
            leave(address);
        };
    }

    /** The last one out removes the gate. */
    private void leave(InetAddress address) {
        gates.computeIfPresent(address, (key, gate) -> gate.left());
    }

    /** How many addresses somebody is at, or waits for. */
    int size() {
        return gates.size();
    }

    /** Permission to be connected to an address. */
    interface Slot {

        /** Gives it to the next. */
        void leave();
    }

    private static final class Gate {

        private final Semaphore permits = new Semaphore(PER_ADDRESS, true);
        private int users; // Changed inside the map's compute only.

        Gate entered() {
            users++;
            return this;
        }

        @org.jspecify.annotations.Nullable Gate left() {
            users--;
            return users == 0 ? null : this;
        }
    }
}
