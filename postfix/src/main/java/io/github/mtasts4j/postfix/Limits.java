// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.postfix;

import java.time.Duration;

/**
 * What peers may take.
 *
 * @param connections how many of them
 * @param idle how long a connection may wait for a request
 * @param request how long a request may take to arrive, and a reply to be read
 * @param answer how long an answer may take to be found; the resolver takes less, this is for look-ups that others wrote
 * @param stop how long a stop waits for answers that are being found
 */
record Limits(int connections, Duration idle, Duration request, Duration answer, Duration stop) {

    /** Postfix closes after 10 seconds by itself, and gives up on an answer after 100. */
    static final Limits DEFAULT = new Limits(
            512, Duration.ofMinutes(2), Duration.ofSeconds(10), Duration.ofSeconds(90), Duration.ofSeconds(10));
}
