// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.delivery;

/**
 * What DANE (RFC 7672) says of one MX, for senders that do DANE; this library takes it as given. A failing DANE check is
 * never outvoted by MTA-STS (§2).
 */
public enum DaneOutcome {
    /** The sender does no DANE, or the MX has no secure TLSA records. */
    NOT_APPLICABLE,
    /** There are usable secure TLSA records and the peer matches one. */
    PASSED,
    /** There are secure TLSA records and none is usable: TLS is mandatory, unauthenticated (RFC 7672 §2.2). */
    UNUSABLE,
    /** There are usable secure TLSA records and the peer matches none, or there is no TLS. */
    FAILED,
    /** Whether there are TLSA records could not be found out: bogus, SERVFAIL or a time-out in a signed zone. */
    ERROR
}
