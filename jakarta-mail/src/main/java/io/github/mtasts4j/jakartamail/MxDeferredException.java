// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jakartamail;

import io.github.mtasts4j.delivery.DeliveryDecision;
import jakarta.mail.MessagingException;
import java.io.IOException;

/**
 * This host does not get the mail: try the next one, and if there is none left keep the message in the queue. Always
 * transient, never a reason for a bounce.
 *
 * <p>Its next exception is an {@link IOException} and its text does not begin with a digit, which is how senders on Jakarta Mail tell
 * a host that failed from a message that was refused.
 */
public final class MxDeferredException extends MessagingException {

    private static final long serialVersionUID = 1L;

    private final transient DeliveryDecision decision;

    MxDeferredException(DeliveryDecision decision, String reason, IOException cause) {
        super(decision.attempt().mx() + ": " + reason, cause);
        this.decision = decision;
    }

    /**
     * The decision on the host; {@link DeliveryDecision#explain()} is for the postmaster.
     *
     * @return the decision; null only after serialisation
     */
    public DeliveryDecision decision() {
        return decision;
    }
}
