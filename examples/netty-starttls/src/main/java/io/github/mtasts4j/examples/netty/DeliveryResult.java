// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.netty;

import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.policy.DomainName;
import java.util.List;

/** What became of a message. */
public sealed interface DeliveryResult {

    /**
     * A host has taken it.
     *
     * @param mx the host
     * @param decision why it was allowed to
     */
    record Taken(DomainName mx, DeliveryDecision decision) implements DeliveryResult {}

    /**
     * A host that may have it does not want it, for good. That is no policy's concern.
     *
     * @param mx the host
     * @param reply what it said; a stranger's words
     */
    record Rejected(DomainName mx, String reply) implements DeliveryResult {}

    /**
     * Nobody has it: back into the queue, and never bounced for the policy's sake without {@code sts.mayBounce}.
     *
     * @param reasons one for each host, for the postmaster
     */
    record Queued(List<String> reasons) implements DeliveryResult {

        /**
         * Copies the list.
         *
         * @param reasons one for each host
         */
        public Queued {
            reasons = List.copyOf(reasons);
        }
    }
}
