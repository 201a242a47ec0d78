// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.report;

import io.github.mtasts4j.delivery.Violation;
import io.github.mtasts4j.discovery.FailureCode;
import java.util.Locale;
import java.util.Optional;

/** The result types of RFC 8460 §4.3. The only place where our kinds become theirs. */
public enum ResultType {
    /** The MX did not offer STARTTLS, or refused it. */
    STARTTLS_NOT_SUPPORTED,
    /** The certificate is for other names. */
    CERTIFICATE_HOST_MISMATCH,
    /** The certificate has expired. */
    CERTIFICATE_EXPIRED,
    /** The certificate is not trusted; the reason says why. */
    CERTIFICATE_NOT_TRUSTED,
    /** Whatever else made a session fail; the reason says what. */
    VALIDATION_FAILURE,
    /** None of the TLSA records is valid. */
    TLSA_INVALID,
    /** The DNS answer was bogus. */
    DNSSEC_INVALID,
    /** DANE was required locally, and there were no secure TLSA records. */
    DANE_REQUIRED,
    /** The policy could not be fetched. */
    STS_POLICY_FETCH_ERROR,
    /** What was fetched is no valid policy. */
    STS_POLICY_INVALID,
    /** The Policy Host's certificate is not valid. */
    STS_WEBPKI_INVALID;

    /**
     * The registered name.
     *
     * @return such as {@code sts-policy-fetch-error}
     */
    public String keyword() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The type of a violation by an MX.
     *
     * @param kind the violation
     * @return the type; {@link #VALIDATION_FAILURE} where RFC 8460 has none of its own
     */
    public static ResultType of(Violation.Kind kind) {
        return switch (kind) {
            case STARTTLS_NOT_OFFERED, STARTTLS_REFUSED, DANE_WITHOUT_TLS -> STARTTLS_NOT_SUPPORTED;
            case CERTIFICATE_EXPIRED -> CERTIFICATE_EXPIRED;
            case CERTIFICATE_NAME_MISMATCH -> CERTIFICATE_HOST_MISMATCH;
            case CERTIFICATE_NOT_TRUSTED -> CERTIFICATE_NOT_TRUSTED;
            case DANE_ERROR -> DNSSEC_INVALID;
            case POLICY_UNKNOWN,
                    POLICY_REQUIRED,
                    MX_NOT_LISTED,
                    HANDSHAKE_FAILED,
                    TLS_NOT_ATTEMPTED,
                    SNI_NOT_SENDABLE,
                    DANE_FAILED,
                    REQUIRETLS_NAME_UNPROVED,
                    REQUIRETLS_PEER_UNPROVED,
                    REQUIRETLS_NOT_OFFERED -> VALIDATION_FAILURE;
        };
    }

    /**
     * The type of a failure to find or to update a policy.
     *
     * @param code the failure
     * @return the type; empty for what is our own affair and no business of the domain's
     */
    public static Optional<ResultType> of(FailureCode code) {
        return switch (code) {
            case CERT_NAME, CERT_EXPIRED, CERT_UNTRUSTED, CERT_WEAK, CERT_REVOKED, CERT_LIMIT ->
                Optional.of(STS_WEBPKI_INVALID);
            case POLICY_SYNTAX, POLICY_FIELD, POLICY_LIMIT -> Optional.of(STS_POLICY_INVALID);
            case DNS_TRANSIENT,
                    TXT_GONE,
                    DNS_MULTIPLE,
                    DNS_SYNTAX,
                    DNS_LIMIT,
                    ADDRESS_FORBIDDEN,
                    HTTP_UNREACHABLE,
                    HTTP_DEADLINE,
                    HTTP_STATUS,
                    HTTP_PROTOCOL,
                    HTTP_LIMIT,
                    HTTP_FRAMING,
                    HTTP_TOO_LARGE,
                    HTTP_ENCODING,
                    HTTP_MEDIA_TYPE -> Optional.of(STS_POLICY_FETCH_ERROR);
            case DOMAIN_INVALID,
                    BACKING_OFF,
                    POLICY_STATE_UNKNOWN,
                    POLICY_REQUIRED,
                    WAIT_EXPIRED,
                    OVERLOADED,
                    CLOSED,
                    INTERNAL -> Optional.empty();
        };
    }
}
