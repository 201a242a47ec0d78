// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.policy;

import java.util.Locale;

/** What can be wrong with a name, a TXT record or a policy. Fixed, so that it can be counted and reported. */
public enum Defect {
    /** Not a domain name of letter-digit-hyphen labels. */
    INVALID_NAME,
    /** None of the TXT records is an MTA-STS record (§3.1). */
    NO_RECORD,
    /** More than one of the TXT records is an MTA-STS record (§3.1). */
    MULTIPLE_RECORDS,
    /** There is one MTA-STS record, and it does not follow the grammar of §3.1. */
    INVALID_RECORD,
    /** The policy is not UTF-8 (§3.2). */
    ENCODING,
    /** A line of the policy is not a key/value pair (§3.2). */
    SYNTAX,
    /** The policy has no {@code version}. */
    MISSING_VERSION,
    /** The policy's {@code version} is not {@code STSv1}. */
    UNSUPPORTED_VERSION,
    /** The policy has no {@code mode}. */
    MISSING_MODE,
    /** The policy's {@code mode} is none of {@code enforce}, {@code testing}, {@code none}. */
    INVALID_MODE,
    /** The policy has no {@code max_age}. */
    MISSING_MAX_AGE,
    /** The policy's {@code max_age} is not 1 to 10 digits. */
    INVALID_MAX_AGE,
    /** A policy of mode {@code enforce} or {@code testing} names no {@code mx}. */
    MISSING_MX,
    /** An {@code mx} is not a domain, optionally prefixed by {@code *.}; the policy as a whole is refused. */
    INVALID_MX,
    /** The text is larger than any honest one: refused as a whole, never cut. */
    LIMIT;

    /**
     * The name as it stands in logs and reports.
     *
     * @return lower case, with hyphens, such as {@code invalid-max-age}
     */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
