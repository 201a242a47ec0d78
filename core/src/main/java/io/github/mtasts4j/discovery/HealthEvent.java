// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.DomainName;
import java.time.Instant;
import java.util.Optional;

/**
 * Something about the sender's own means that an operator should know: its store, its clock, its way to the DNS. Told when
 * it begins to be so, not per message.
 *
 * @param kind what it is
 * @param domain the policy domain it concerns, where it is one
 * @param detail one printable line for a person
 * @param at when it was noticed
 */
public record HealthEvent(Kind kind, Optional<DomainName> domain, String detail, Instant at) {

    /** What can happen. Fixed, so that it can be counted. */
    public enum Kind {
        /** The {@link PolicyStore} has begun to fail. Decisions go on from memory. */
        STORE_FAILING(true),
        /** The {@link PolicyStore} answers again. */
        STORE_RECOVERED(false),
        /**
         * The {@link PolicyStore} has answered with what cannot be, such as another domain's policy or one from the future, or
         * what this release does not understand.
         */
        STORE_ROW_REFUSED(true),
        /** The shared {@link PolicyStore} was emptied, or another that lagged behind has taken its place. */
        STORE_LOST_ROWS(true),
        /** So many policies wait to be saved that no more can; should the process end now, they are forgotten. */
        STORE_BACKLOG_FULL(true),
        /** The wall clock was set, or stood still. For an hour the policies live that are live by either reckoning. */
        CLOCK_SUSPECT(true),
        /** The wall clock agrees with the passing of time again, or has been taken at its word after an hour. */
        CLOCK_TRUSTED(false),
        /**
         * The DNS has failed for a domain for as long as its mail may be held back ({@link FirstContact}): it goes as
         * without a policy now.
         */
        DEFERRAL_SPENT(true);

        private final boolean trouble;

        Kind(boolean trouble) {
            this.trouble = trouble;
        }

        /**
         * Whether it is the beginning of trouble, not its end.
         *
         * @return whether somebody should look into it
         */
        public boolean isTrouble() {
            return trouble;
        }
    }
}
