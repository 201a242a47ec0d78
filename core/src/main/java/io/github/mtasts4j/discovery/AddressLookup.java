// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.DomainName;
import java.net.InetAddress;
import java.util.List;

/**
 * Asks for the addresses of a host. A {@link PolicyFetcher} needs it: what it connects to has to be the very addresses
 * it has checked. Called by many threads at once.
 */
@FunctionalInterface
public interface AddressLookup {

    /**
     * Asks for the addresses of a host. Waits for the network.
     *
     * @param host the full name
     * @return what was found; trouble is an {@link Answer} too
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    Answer lookup(DomainName host) throws InterruptedException;

    /** What was found. */
    sealed interface Answer {}

    /**
     * The host's addresses.
     *
     * @param values at least one, in the order to try them
     */
    record Addresses(List<InetAddress> values) implements Answer {

        /**
         * Copies the list.
         *
         * @param values at least one, in the order to try them
         */
        public Addresses {
            values = List.copyOf(values);
        }
    }

    /**
     * The host has no address.
     *
     * @param detail one printable line for a person
     */
    record None(String detail) implements Answer {}

    /**
     * No usable answer.
     *
     * @param reason one word for a report, such as {@code dns-timeout}
     * @param detail one printable line for a person
     */
    record Unavailable(String reason, String detail) implements Answer {}
}
