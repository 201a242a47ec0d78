// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.report;

import java.util.Locale;

/** Under which policy a session is counted (RFC 8460 §4.2). */
public enum PolicyType {
    /** An MTA-STS policy, or one that could not be had. */
    STS,
    /** DANE. */
    TLSA,
    /** None. */
    NO_POLICY_FOUND;

    /**
     * The registered name.
     *
     * @return such as {@code no-policy-found}
     */
    public String keyword() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
