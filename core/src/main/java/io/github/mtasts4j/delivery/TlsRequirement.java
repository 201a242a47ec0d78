// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.delivery;

/**
 * What a message asks of TLS (RFC 8689). If it asks for both, {@link #REQUIRETLS} counts.
 */
public enum TlsRequirement {
    /** Nothing: the recipient's policies count. */
    NONE,
    /** The parameter {@code REQUIRETLS} of its MAIL FROM: to be sent over authenticated TLS only, to hosts that pass that on. */
    REQUIRETLS,
    /**
     * The header field {@code TLS-Required: No}: to be sent even where the recipient's MTA-STS or DANE forbids it. For TLS
     * reports too (RFC 8460 §3). A header field is what anybody may write: only the sender's own MTA can know whether to
     * heed it.
     */
    TLS_NOT_REQUIRED
}
