// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jakartamail;

import io.github.mtasts4j.delivery.DeliveryDecision;

/**
 * The host does not get the mail: it was not contacted, or could not be connected to, or was judged and not let through, or is
 * gone again. No octet of the envelope was sent, and the connection, if there was one, is closed. Treat the host as unreachable and
 * try the next one (§8.4).
 */
public final class ClosedMx implements MxConnection {

    private final MxDeferredException reason;

    ClosedMx(MxDeferredException reason) {
        this.reason = reason;
    }

    /**
     * The decision. It may be one to deliver, if after the handshake the connection broke or the host refused EHLO, or if it is in the
     * clear and the sender's own rules forbid that.
     *
     * @return the decision
     */
    @Override
    public DeliveryDecision decision() {
        return reason.decision();
    }

    /**
     * Why, as an exception that may be thrown, kept or passed on.
     *
     * @return the reason, in its message one printable line
     */
    public MxDeferredException reason() {
        return reason;
    }

    @Override
    public OpenMx orDefer() throws MxDeferredException {
        throw reason;
    }

    @Override
    public String toString() {
        return String.valueOf(reason.getMessage());
    }
}
