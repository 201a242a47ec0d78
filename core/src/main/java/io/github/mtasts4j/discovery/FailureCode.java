// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

/** Why a policy could not be found out or brought up to date. Fixed, so that it can be counted and reported. */
public enum FailureCode {
    /** The destination is no domain that a policy could be looked up for; nobody was asked. */
    DOMAIN_INVALID,
    /** The DNS gave no usable answer. It may be an attack, it may be a broken zone; it says nothing about a policy. */
    DNS_TRANSIENT,
    /** The TXT record of a domain whose policy is in force has vanished. */
    TXT_GONE,
    /** There is more than one MTA-STS record (§3.1). */
    DNS_MULTIPLE,
    /** The MTA-STS record does not follow the grammar (§3.1). */
    DNS_SYNTAX,
    /** The TXT record is larger than any honest one. */
    DNS_LIMIT,
    /** The Policy Host has none but special-purpose addresses. */
    ADDRESS_FORBIDDEN,
    /** There was no connection to the Policy Host, or it broke. */
    HTTP_UNREACHABLE,
    /** The fetch did not end in time. */
    HTTP_DEADLINE,
    /** The status was not 200 (§3.3). */
    HTTP_STATUS,
    /** The answer was not HTTP. */
    HTTP_PROTOCOL,
    /** The header was larger than any honest one. */
    HTTP_LIMIT,
    /** The end of the body is not known for certain. */
    HTTP_FRAMING,
    /** The body was larger than allowed (§3.3). */
    HTTP_TOO_LARGE,
    /** The body was encoded although no coding had been asked for. */
    HTTP_ENCODING,
    /** The media type was not {@code text/plain} (§3.2). */
    HTTP_MEDIA_TYPE,
    /** The Policy Host's certificate is for other names (§3.3). */
    CERT_NAME,
    /** The Policy Host's certificate has expired. */
    CERT_EXPIRED,
    /** The Policy Host's certificate does not chain to a trust anchor. */
    CERT_UNTRUSTED,
    /** A key or a signature in the Policy Host's chain is too weak. */
    CERT_WEAK,
    /** The Policy Host's certificate has been revoked. */
    CERT_REVOKED,
    /** The Policy Host's chain is larger than any honest one. */
    CERT_LIMIT,
    /** The policy does not follow the grammar (§3.2). */
    POLICY_SYNTAX,
    /** A field of the policy is missing or has no valid value (§3.2). */
    POLICY_FIELD,
    /** The policy is larger than any honest one. */
    POLICY_LIMIT,
    /** There is a new id, but the last fetch is too recent or failed too recently (§3.3). */
    BACKING_OFF,
    /**
     * The domain is known to enforce, and its policy can neither be read nor fetched: its mail waits, lest whoever silences
     * the {@link PolicyStore} lift the policy.
     */
    POLICY_STATE_UNKNOWN,
    /** The operator requires a policy of mode {@code enforce} ({@link PolicyOverride.Require}), and none is in force. */
    POLICY_REQUIRED,
    /** The caller has waited long enough; the discovery goes on in the background. */
    WAIT_EXPIRED,
    /** More domains are being discovered than there is room for. */
    OVERLOADED,
    /** The resolver was closed. */
    CLOSED,
    /** An implementation of {@link TxtLookup} or {@link PolicyFetcher} threw what it must not; a defect to report. */
    INTERNAL;

    /**
     * Whether the DNS did answer the question for an updated policy, and the answer was that there is none. Such a
     * failure leaves a re-check complete (§5), where one that left the question open does not.
     *
     * @return whether the DNS showed no new policy
     */
    public boolean showsNoUpdate() {
        return this == TXT_GONE || this == DNS_MULTIPLE || this == DNS_SYNTAX || this == DNS_LIMIT;
    }
}
