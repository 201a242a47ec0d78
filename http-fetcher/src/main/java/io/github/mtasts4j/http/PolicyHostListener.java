// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

/**
 * Is told when an {@link ApachePolicyFetcher} begins to skip an address and when it ceases to. Changes only, one at a
 * time, in the order in which they happen; they are logged as well. Called on the thread of a fetch, whose deadline goes
 * on: it must not wait. A listener is a guest: one that throws is logged and changes nothing.
 */
public interface PolicyHostListener {

    /** Listens to nothing. */
    PolicyHostListener NONE = new PolicyHostListener() {};

    /**
     * No TCP connection to an address comes about. Fetches skip it from now on, but for one a minute at first and every
     * ten minutes later, which is the trial.
     *
     * @param outage where, and since when
     */
    default void hostDown(PolicyHostOutage outage) {}

    /**
     * There was a TCP connection to the address again. Only a fetch can find that out, so an outage is not ended by time;
     * and of an address that was displaced from memory, which has room for ten thousand, this is never told.
     *
     * @param outage what is over, with all its failures
     */
    default void hostUp(PolicyHostOutage outage) {}
}
