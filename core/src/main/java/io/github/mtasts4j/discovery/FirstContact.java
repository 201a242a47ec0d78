// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import java.time.Duration;

/**
 * What a sender does about the first message to a domain, the one that an attacker can still have sent in the clear
 * (§10.2). By default it waits for the policy.
 *
 * @param patience how long the message waits for the discovery, if that is less than
 *     {@link ResolverSettings#foregroundWait}; then it goes as without a policy, and the discovery goes on
 * @param deferral for how long a domain's mail is held back when the DNS gives no usable answer; zero to let it go at once,
 *     as §3.3 has it
 */
public record FirstContact(Duration patience, Duration deferral) {

    /** The longest deferral: a zone that is broken for good gets its mail after that. */
    public static final Duration LONGEST_DEFERRAL = Duration.ofMinutes(30);

    /**
     * Checks the times.
     *
     * @param patience how long the message waits for the discovery
     * @param deferral for how long mail is held back when the DNS gives no usable answer
     * @throws IllegalArgumentException if one is negative, or the deferral longer than {@link #LONGEST_DEFERRAL}
     */
    public FirstContact {
        if (patience.isNegative() || deferral.isNegative() || deferral.compareTo(LONGEST_DEFERRAL) > 0) {
            throw new IllegalArgumentException("times must not be negative, and the deferral 30 minutes at most");
        }
    }

    /**
     * Waits for the policy as long as any caller does: {@link ResolverSettings#foregroundWait}.
     *
     * @return the default
     */
    public static FirstContact waiting() {
        return waiting(Duration.ofDays(1));
    }

    /**
     * Waits for the policy within a budget.
     *
     * @param budget how long
     * @return this strategy
     */
    public static FirstContact waiting(Duration budget) {
        return new FirstContact(budget, Duration.ZERO);
    }

    /**
     * Never waits: the first message goes as without a policy while the discovery begins. Whoever can see the mail to new
     * domains can read it; a choice for senders that must not be held up.
     *
     * @return this strategy
     */
    public static FirstContact inBackground() {
        return waiting(Duration.ZERO);
    }

    /**
     * The same, but mail is held back when the DNS gives no usable answer: SERVFAIL, a timeout, a bogus signature. An
     * attacker who can only silence the DNS gains nothing for that long, and neither does a domain whose zone is broken.
     *
     * @param longest for how long, counted from the domain's first failure; 30 minutes at most
     * @return the changed strategy
     */
    public FirstContact deferringOnDnsFailure(Duration longest) {
        return new FirstContact(patience, longest);
    }
}
