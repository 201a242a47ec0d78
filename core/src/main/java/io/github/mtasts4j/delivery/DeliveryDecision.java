// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.delivery;

import java.util.List;
import java.util.Optional;

/**
 * What to do with one MX host. Bound to this policy domain and this host: it says nothing about another domain's mail
 * over the same connection, nor about the next MX. What connections it may share, {@link #reuseKey} says.
 */
public sealed interface DeliveryDecision {

    /** The three decisions, for a {@code switch}. */
    enum Verdict {
        /** {@link DeliveryDecision.Deliver}. */
        DELIVER,
        /** {@link DeliveryDecision.ReportOnly}. */
        REPORT_ONLY,
        /** {@link DeliveryDecision.Defer}. */
        DEFER
    }

    /**
     * Deliver.
     *
     * @param attempt what was judged
     * @param channel what the delivery may go over
     * @param violations empty, unless DANE vouches for a host that violates a {@code testing} policy, or the message
     *     asks that they be ignored ({@link TlsRequirement#TLS_NOT_REQUIRED}, {@link TlsRequirement#TLS_REPORT})
     */
    record Deliver(MxAttempt attempt, Channel channel, List<Violation> violations) implements DeliveryDecision {

        /**
         * Copies the list.
         *
         * @param attempt what was judged
         * @param channel what the delivery may go over
         * @param violations what is violated all the same
         */
        public Deliver {
            violations = List.copyOf(violations);
        }

        @Override
        public Verdict verdict() {
            return Verdict.DELIVER;
        }

        @Override
        public Optional<ReuseKey> reuseKey() {
            return Optional.of(ReuseKey.of(attempt, channel));
        }
    }

    /**
     * Deliver as if there were no policy, and report that it was violated: mode {@code testing} (§5), or {@code enforce}
     * with {@link Enforcement#MONITOR}.
     *
     * @param attempt what was judged
     * @param channel what the delivery may go over
     * @param violations what would have stopped it under {@code enforce}; at least one
     */
    record ReportOnly(MxAttempt attempt, Channel channel, List<Violation> violations) implements DeliveryDecision {

        /**
         * Copies the list.
         *
         * @param attempt what was judged
         * @param channel what the delivery may go over
         * @param violations what would have stopped it under {@code enforce}
         */
        public ReportOnly {
            violations = List.copyOf(violations);
        }

        @Override
        public Verdict verdict() {
            return Verdict.REPORT_ONLY;
        }

        @Override
        public Optional<ReuseKey> reuseKey() {
            return Optional.of(ReuseKey.of(attempt, channel));
        }
    }

    /**
     * Do not deliver to this host: no octet of the envelope (§5). Treat it as unreachable and try the next (§8.4); when
     * there is none left, keep the message in the queue. Always transient.
     *
     * @param attempt what was judged
     * @param violations why; empty for an ordinary failure to connect, which is no policy's concern
     * @param bounceAllowed whether the policy lets the message be bounced if the sender's own retry limit is reached
     *     now: only if the DNS was asked for an updated policy in this very attempt (§5)
     */
    record Defer(MxAttempt attempt, List<Violation> violations, boolean bounceAllowed) implements DeliveryDecision {

        /**
         * Copies the list.
         *
         * @param attempt what was judged
         * @param violations why
         * @param bounceAllowed whether the policy lets the message be bounced if the sender's own retry limit is reached now
         */
        public Defer {
            violations = List.copyOf(violations);
        }

        @Override
        public Verdict verdict() {
            return Verdict.DEFER;
        }

        @Override
        public Optional<ReuseKey> reuseKey() {
            return Optional.empty();
        }

        /**
         * The enhanced status code that tells a sender why (RFC 3463).
         *
         * @return a transient one, such as {@code 4.7.5}
         */
        public String enhancedStatus() {
            return violations.isEmpty() ? "4.4.1" : violations.get(0).kind().enhancedStatus();
        }
    }

    /**
     * What was judged.
     *
     * @return the attempt
     */
    MxAttempt attempt();

    /**
     * What the host failed in.
     *
     * @return every violation, the weightiest first
     */
    List<Violation> violations();

    /**
     * Which of the three decisions this is.
     *
     * @return the verdict
     */
    Verdict verdict();

    /**
     * What a connection has to be worth to carry this mail: any whose own decision has an equal key will do. For a pool to
     * keep its connections under.
     *
     * @return the key; empty for {@link Defer}, which no connection satisfies
     */
    Optional<ReuseKey> reuseKey();

    /**
     * Whether the message may be sent to this host.
     *
     * @return true for {@link Deliver} and {@link ReportOnly}
     */
    default boolean mayDeliver() {
        return verdict() != Verdict.DEFER;
    }

    /**
     * The decision for a postmaster: domain, MX, patterns, mode, id, times, the clause, the next step. Several lines,
     * printable ASCII but for the section sign.
     *
     * @return the text
     */
    default String explain() {
        return new Explanation(this).text();
    }
}
