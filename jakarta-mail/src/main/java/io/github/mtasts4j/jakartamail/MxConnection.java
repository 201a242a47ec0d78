// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jakartamail;

import io.github.mtasts4j.delivery.DeliveryDecision;

/**
 * What became of a try at an MX. Only {@link OpenMx} leads to a {@code Transport}, and there is none before the host has been
 * judged.
 */
public sealed interface MxConnection permits OpenMx, ClosedMx {

    /**
     * The decision on the host, made once for this try.
     *
     * @return the decision
     */
    DeliveryDecision decision();

    /**
     * The open connection, for senders that work with exceptions.
     *
     * @return this, if it is open
     * @throws MxDeferredException if it is not
     */
    OpenMx orDefer() throws MxDeferredException;
}
