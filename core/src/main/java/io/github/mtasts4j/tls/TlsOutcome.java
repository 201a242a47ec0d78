// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tls;

import io.github.mtasts4j.policy.DomainName;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What came of STARTTLS with one MX host. Whatever is not {@link Verified} violates a policy; there is no way to say "it
 * will do".
 */
public sealed interface TlsOutcome {

    /**
     * TLS 1.2 or newer, and the peer is who it should be.
     *
     * @param evidence the proof
     */
    record Verified(VerifiedPeer evidence) implements TlsOutcome {
        @Override
        public String toString() {
            return "TLS with a verified certificate";
        }
    }

    /** The host did not offer STARTTLS in its answer to EHLO, or knows no EHLO. */
    record NotOffered() implements TlsOutcome {
        @Override
        public String toString() {
            return "STARTTLS not offered";
        }
    }

    /**
     * The host offered STARTTLS and refused it.
     *
     * @param replyCode its answer, such as 454; 0 if it closed the connection instead
     */
    record Refused(int replyCode) implements TlsOutcome {
        @Override
        public String toString() {
            return "STARTTLS refused with " + (replyCode == 0 ? "a closed connection" : replyCode);
        }
    }

    /**
     * There is no TLS session: an alert, no common version or cipher, a version below 1.2, a cipher that protects
     * nothing, a stall, plaintext where TLS should be.
     *
     * @param reason one word for a report, such as {@code handshake-failure}, {@code tls-version} or {@code tls-cipher}
     * @param detail one printable line for a person
     */
    record HandshakeFailed(String reason, String detail) implements TlsOutcome {
        @Override
        public String toString() {
            return "TLS handshake failed: " + detail;
        }
    }

    /**
     * There is a TLS session, with somebody who is not proved to be the host.
     *
     * @param problems every problem found, at least one
     */
    record CertificateRejected(List<CertificateProblem> problems) implements TlsOutcome {

        /**
         * Checks that there is a problem.
         *
         * @param problems every problem found
         * @throws IllegalArgumentException if there is none
         */
        public CertificateRejected {
            problems = List.copyOf(problems);
            if (problems.isEmpty()) {
                throw new IllegalArgumentException("a rejection needs a reason");
            }
        }

        @Override
        public String toString() {
            return problems.stream().map(CertificateProblem::toString).collect(Collectors.joining("; "));
        }
    }

    /**
     * The host's name cannot be sent as SNI, so a session, if there is one, proves nothing (§7.1).
     *
     * @param host the name, with an underscore in it
     */
    record SniNotSendable(DomainName host) implements TlsOutcome {
        @Override
        public String toString() {
            return "the name " + host + " cannot be sent in a TLS handshake";
        }
    }

    /** The sender did not try TLS with this host, for reasons of its own. */
    record NotAttempted() implements TlsOutcome {
        @Override
        public String toString() {
            return "TLS not attempted";
        }
    }

    /** The host was not even contacted, because the policy or DANE forbids it anyway. */
    record NotContacted() implements TlsOutcome {
        @Override
        public String toString() {
            return "not contacted";
        }
    }

    /**
     * The attempt ended before it could come to TLS: no address, no connection, no greeting. An ordinary transient
     * failure, and no policy's concern (RFC 8460 §4.3.4).
     *
     * @param detail one printable line for a person
     */
    record NotConnected(String detail) implements TlsOutcome {
        @Override
        public String toString() {
            return "not connected: " + detail;
        }
    }

    /**
     * Whether there was an SMTP session in which STARTTLS could have been used.
     *
     * @return false for {@link NotContacted} and {@link NotConnected}
     */
    default boolean isContacted() {
        return !(this instanceof NotContacted) && !(this instanceof NotConnected);
    }

    /**
     * Whether a TLS session is up, whoever the peer may be.
     *
     * @return true for {@link Verified}, {@link CertificateRejected} and {@link SniNotSendable}; a connection on which a
     *     chain was too large to be read is closed nevertheless
     */
    default boolean isEncrypted() {
        return this instanceof Verified || this instanceof CertificateRejected || this instanceof SniNotSendable;
    }
}
