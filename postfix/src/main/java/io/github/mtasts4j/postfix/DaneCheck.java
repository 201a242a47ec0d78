// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.postfix;

import io.github.mtasts4j.delivery.DaneOutcome;

/**
 * Says whether DANE protects a next hop, for a Postfix that does DANE. An answer with a policy switches DANE off in Postfix, and
 * MTA-STS must not override a failing DANE check (§2); so where there are usable TLSA records Postfix is told to use those.
 * Called by many threads at once.
 */
@FunctionalInterface
public interface DaneCheck {

    /**
     * Looks up what DANE says of a next hop, over all of its hosts. May wait for the network, for some seconds.
     *
     * @param hop where Postfix wants to send to, on which port
     * @return the {@link #overall} of its hosts
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    DaneOutcome planned(NextHop hop) throws InterruptedException;

    /**
     * What the hosts of one next hop amount to. Postfix has one rule for all of them, so one host with usable records is enough
     * for that rule to be DANE: hosts without are then skipped, which errs on the safe side.
     *
     * @param hosts what is expected of each host
     * @return {@link DaneOutcome#PASSED} if one has usable records, else {@link DaneOutcome#ERROR} if one could not be found out,
     *     else {@link DaneOutcome#UNUSABLE} if one has records that are of no use, else {@link DaneOutcome#NOT_APPLICABLE}
     */
    static DaneOutcome overall(Iterable<DaneOutcome> hosts) {
        DaneOutcome overall = DaneOutcome.NOT_APPLICABLE;
        for (DaneOutcome host : hosts) {
            overall = rank(host) > rank(overall) ? host : overall;
        }
        return overall;
    }

    private static int rank(DaneOutcome outcome) {
        return switch (outcome) {
            case NOT_APPLICABLE -> 0;
            case UNUSABLE -> 1;
            case ERROR -> 2;
            case FAILED -> 3;
            case PASSED -> 4;
        };
    }
}
