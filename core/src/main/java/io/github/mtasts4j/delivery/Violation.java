// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.delivery;

/**
 * One way in which an MX failed to be what the policy demands.
 *
 * @param kind which
 * @param reason one word, fit for the {@code failure-reason-code} of a TLS report (RFC 8460 §4.3)
 * @param detail one printable line for a person
 */
public record Violation(Kind kind, String reason, String detail) {

    /** The kinds, with the section that demands otherwise and the status that tells a sender why (RFC 3463). */
    public enum Kind {
        /** The mail is withheld: what the policy demands is not known. */
        POLICY_UNKNOWN("RFC 8461 §3.3", "4.7.0"),
        /** The mail is withheld: the operator requires a policy of mode enforce, and none is in force. */
        POLICY_REQUIRED("the operator's override", "4.7.0"),
        /** No pattern of the policy matches the MX. */
        MX_NOT_LISTED("RFC 8461 §4.1", "4.7.0"),
        /** The MX offers no STARTTLS. */
        STARTTLS_NOT_OFFERED("RFC 8461 §4.2", "4.7.4"),
        /** The MX offers STARTTLS and refuses it. */
        STARTTLS_REFUSED("RFC 8461 §4.2", "4.7.4"),
        /** The TLS handshake did not complete. */
        HANDSHAKE_FAILED("RFC 8461 §4.2", "4.7.5"),
        /** The sender did not try TLS. */
        TLS_NOT_ATTEMPTED("RFC 8461 §4.2", "4.7.4"),
        /** The name of the MX cannot be sent as SNI. */
        SNI_NOT_SENDABLE("RFC 8461 §7.1", "4.7.5"),
        /** The certificate has expired. */
        CERTIFICATE_EXPIRED("RFC 8461 §4.2", "4.7.5"),
        /** The certificate is not trusted. */
        CERTIFICATE_NOT_TRUSTED("RFC 8461 §4.2", "4.7.5"),
        /** The certificate is for other names. */
        CERTIFICATE_NAME_MISMATCH("RFC 8461 §4.2", "4.7.5"),
        /** DANE authentication failed. */
        DANE_FAILED("RFC 8461 §2", "4.7.5"),
        /** DANE records could not be looked up. */
        DANE_ERROR("RFC 8461 §2", "4.7.5"),
        /** DANE demands TLS, and there is none. */
        DANE_WITHOUT_TLS("RFC 7672 §2.2", "4.7.4"),
        /** The message has REQUIRETLS, and nobody vouches for the name of the MX. */
        REQUIRETLS_NAME_UNPROVED("RFC 8689 §4.2.1", "4.7.30"),
        /** The message has REQUIRETLS, and there is no TLS or the peer is not verified. */
        REQUIRETLS_PEER_UNPROVED("RFC 8689 §4.2.1", "4.7.30"),
        /** The message has REQUIRETLS, and the MX does not offer it. */
        REQUIRETLS_NOT_OFFERED("RFC 8689 §4.2.1", "4.7.30");

        private final String clause;
        private final String status;

        Kind(String clause, String status) {
            this.clause = clause;
            this.status = status;
        }

        /**
         * What demands otherwise.
         *
         * @return such as {@code RFC 8461 §4.1}
         */
        public String clause() {
            return clause;
        }

        /**
         * The enhanced status code for a message that is deferred for this.
         *
         * @return such as {@code 4.7.0}; never a permanent one
         */
        public String enhancedStatus() {
            return status;
        }
    }

    @Override
    public String toString() {
        return detail;
    }
}
