// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.relay;

import java.time.Instant;

/**
 * A message in the queue, with its envelope for one recipient.
 *
 * @param id its name in the spool
 * @param from the envelope sender; empty for a bounce
 * @param recipient the recipient
 * @param accepted when the relay took it
 * @param attempts how often it was tried
 * @param due when it is to be tried next
 */
record Letter(String id, String from, String recipient, Instant accepted, int attempts, Instant due) {

    Letter deferredUntil(Instant next) {
        return new Letter(id, from, recipient, accepted, attempts + 1, next);
    }
}
