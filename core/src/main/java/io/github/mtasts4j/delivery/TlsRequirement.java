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
     * The header field {@code TLS-Required: No}: to be sent even where the recipient's MTA-STS or DANE forbids it. A header
     * field is what anybody may write: only the sender's own MTA can know whether to heed it.
     */
    TLS_NOT_REQUIRED,
    /**
     * It is a TLS report that the sender itself has made: to be sent as with {@link #TLS_NOT_REQUIRED}, and not to be counted in
     * the next report (RFC 8460 §3).
     */
    TLS_REPORT;

    /** Whether it goes whatever the recipient's policies say. */
    boolean ignoresPolicies() {
        return this == TLS_NOT_REQUIRED || this == TLS_REPORT;
    }
}
