// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.delivery;

import io.github.mtasts4j.policy.DomainName;

/** What to do with an MX before connecting to it. */
public sealed interface MxPlan {

    /**
     * Do not connect: whatever its certificate, the host may not have the mail (§4.1). Treat it as unreachable and try
     * the next one (§8.4).
     *
     * @param decision why
     */
    record Skip(DeliveryDecision.Defer decision) implements MxPlan {}

    /**
     * Connect, and ask for TLS.
     *
     * @param sni the name to send in the TLS handshake (§7.1)
     * @param demand what the connection has to be to carry the mail
     */
    record Connect(DomainName sni, TlsDemand demand) implements MxPlan {}

    /** What a connection has to be to carry the mail. */
    enum TlsDemand {
        /** Whatever the sender's own rules say. */
        OPPORTUNISTIC,
        /** Whatever the sender's own rules say, but the certificate is judged all the same, for the report. */
        JUDGED,
        /** TLS with a verified certificate, or nothing: no fallback may be tried. */
        VERIFIED
    }
}
