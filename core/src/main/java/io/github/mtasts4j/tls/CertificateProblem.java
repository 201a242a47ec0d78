// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tls;

/**
 * One thing that is wrong with a certificate.
 *
 * @param kind what it is
 * @param reason a word out of a fixed vocabulary, fit for the {@code failure-reason-code} of a TLS report (RFC 8460
 *     §4.3): {@code unknown-ca}, {@code name-constraints}, {@code weak-key} ...
 * @param detail one printable line for a person
 */
public record CertificateProblem(Kind kind, String reason, String detail) {

    /** The kinds that reports and errors tell apart. */
    public enum Kind {
        /** The leaf's validity is over. */
        EXPIRED,
        /** It does not chain to a trust anchor, or PKIX forbids the chain (RFC 5280 §6). */
        UNTRUSTED,
        /** No DNS-ID matches the host. */
        NAME_MISMATCH,
        /** A key or a signature is too weak to prove anything. */
        WEAK,
        /** It has been revoked. */
        REVOKED,
        /** The chain is larger than any honest one; it has not been looked at. */
        TOO_LARGE
    }

    @Override
    public String toString() {
        return detail;
    }
}
