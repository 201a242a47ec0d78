// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.delivery;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tls.TlsOutcome;

/**
 * What a connection is good for: what of it can make a difference to any decision, and nothing else. Two decisions with
 * equal keys may share their connections, whatever their domains; whether another may, {@code MtaSts.mayCarry} says. There is
 * no domain in it, because a decision has been made already, and no address, because many hosts have the same.
 *
 * <p>A key is no better than its decision: it is good for the same delivery attempt, and for decisions of one {@code MtaSts}.
 *
 * @param mx the host; evidence for one says nothing about another
 * @param proof what STARTTLS has proved
 * @param dane what DANE says: it may demand TLS, or make up for a policy
 * @param channel what the delivery may go over: under {@link Channel#OPPORTUNISTIC} a sender does as it likes with a
 *     connection, so none of those passes for one that was authenticated
 * @param requirement what the message asked of TLS; a host that takes {@link TlsRequirement#REQUIRETLS} offers it
 */
public record ReuseKey(DomainName mx, Proof proof, DaneOutcome dane, Channel channel, TlsRequirement requirement) {

    /** What STARTTLS has proved, as far as any policy can tell. */
    public enum Proof {
        /** TLS, and the peer is the host. */
        VERIFIED,
        /** TLS, with whomever. */
        ENCRYPTED,
        /** Nothing: the connection is in the clear, or dead. */
        NONE
    }

    static ReuseKey of(MxAttempt attempt, Channel channel) {
        return new ReuseKey(attempt.mx(), proof(attempt), attempt.dane(), channel, attempt.requirement());
    }

    private static Proof proof(MxAttempt attempt) {
        TlsOutcome tls = attempt.tls();
        if (!tls.isEncrypted()) {
            return Proof.NONE;
        }
        return Violations.ofTls(attempt).isEmpty() ? Proof.VERIFIED : Proof.ENCRYPTED;
    }
}
