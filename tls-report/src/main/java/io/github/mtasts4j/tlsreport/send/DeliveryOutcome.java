// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.send;

import java.util.Locale;

/** What became of a report at one destination. */
public enum DeliveryOutcome {
    /** Taken: 2xx, or by the mail transport. */
    ACCEPTED(false),

    /** An answer that says no for now: 408, 429, a redirect, 5xx; or 4yz of the mail transport. */
    TRY_LATER(true),
    /** The HTTPS server's certificate is not valid for it; nothing was sent. */
    CERTIFICATE_REJECTED(true),
    /** There was no connection, or it broke. */
    UNREACHABLE(true),
    /** No answer in time. */
    TIMED_OUT(true),
    /** An answer that is not HTTP. */
    NOT_HTTP(true),
    /** Not tried: another report could not reach the same HTTPS server within the last three minutes. */
    HOST_DOWN(true),
    /** The transport or the signer threw, or what was signed is no such signature; the log has more. */
    FAILED_HERE(true),

    /** An answer that says no for good: any other 4xx; or 5yz of the mail transport. */
    REJECTED(false),
    /** The host has no public address. */
    ADDRESS_FORBIDDEN(false),
    /** There is no key to sign the mail with. */
    NOT_SIGNED(false),
    /** The sender was given no transport for this kind of destination. */
    NOT_CONFIGURED(false),
    /** The configuration forbids it. */
    SUPPRESSED(false),
    /** As many reports as are allowed went to this third party today. */
    OVER_LIMIT(false);

    private final boolean retried;

    DeliveryOutcome(boolean retried) {
        this.retried = retried;
    }

    /**
     * Whether the destination is tried again, if no other has taken the report.
     *
     * @return whether there is any point
     */
    public boolean isRetried() {
        return retried;
    }

    /**
     * The outcome as it stands in logs.
     *
     * @return lower case, with hyphens, such as {@code host-down}
     */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
