// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.Grammar;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * What of discovery can be set. The defaults are meant for a mail server; begin with {@link #defaults()}.
 *
 * @param grammar how closely records and policies have to follow the ABNF
 * @param fetchTimeout for one policy fetch as a whole; at most a minute is in the spirit of §3.3
 * @param foregroundWait how long a caller waits for the discovery of an unknown domain; after that it is answered
 *     {@link FailureCode#WAIT_EXPIRED}, and the discovery goes on in the background
 * @param firstContact what to do about the first message to a domain
 * @param recheckInterval how old the answer to a re-check may be that serves as the answer to the next, so that a thousand
 *     messages that a policy stops are one question to the DNS; zero to ask for each
 * @param maxFlights how many domains are discovered at the same time; refreshes of policies in use take half of them at most
 * @param maxQueued how many more may queue for it; beyond that the answer is {@link FailureCode#OVERLOADED}
 * @param maxPolicies how many policies are cached, of ordinary size; a long one counts once for each KiB of memory
 * @param maxNegatives how many domains without a policy are remembered, apart from the policies, so that mail to a
 *     million junk domains cannot displace a single policy
 */
public record ResolverSettings(
        Grammar grammar,
        Duration fetchTimeout,
        Duration foregroundWait,
        FirstContact firstContact,
        Duration recheckInterval,
        int maxFlights,
        int maxQueued,
        long maxPolicies,
        long maxNegatives) {

    /**
     * Checks the bounds.
     *
     * @param grammar how closely records and policies have to follow the ABNF
     * @param fetchTimeout for one policy fetch as a whole
     * @param foregroundWait how long a caller waits for the discovery of an unknown domain
     * @param firstContact what to do about the first message to a domain
     * @param recheckInterval how old the answer to a re-check may be that serves as the answer to the next
     * @param maxFlights how many domains are discovered at the same time
     * @param maxQueued how many more may queue for it
     * @param maxPolicies how many policies are cached
     * @param maxNegatives how many domains without a policy are remembered
     * @throws IllegalArgumentException if one is not positive
     */
    public ResolverSettings {
        if (fetchTimeout.isNegative()
                || fetchTimeout.isZero()
                || foregroundWait.isNegative()
                || recheckInterval.isNegative()) {
            throw new IllegalArgumentException("times must be positive");
        }
        if (maxFlights < 1 || maxQueued < 1 || maxPolicies < 1 || maxNegatives < 1) {
            throw new IllegalArgumentException("bounds must be positive");
        }
    }

    /**
     * The ABNF, 60 s for a fetch, 20 s for a caller, 30 s between re-checks, 64 flights, 10 000 queued, a million
     * policies, 200 000 negatives.
     *
     * @return the defaults
     */
    public static ResolverSettings defaults() {
        return new ResolverSettings(
                Grammar.STRICT,
                Duration.ofSeconds(60),
                Duration.ofSeconds(20),
                FirstContact.waiting(),
                Duration.ofSeconds(30),
                64,
                10_000,
                1_000_000,
                200_000);
    }

    /**
     * The same with another grammar.
     *
     * @param value how closely to follow the ABNF
     * @return the changed settings
     */
    public ResolverSettings withGrammar(Grammar value) {
        return with(draft -> draft.grammar = value);
    }

    /**
     * The same with another time for a fetch.
     *
     * @param value for one fetch as a whole
     * @return the changed settings
     */
    public ResolverSettings withFetchTimeout(Duration value) {
        return with(draft -> draft.fetchTimeout = value);
    }

    /**
     * The same with another patience of callers.
     *
     * @param value how long a caller waits for an unknown domain
     * @return the changed settings
     */
    public ResolverSettings withForegroundWait(Duration value) {
        return with(draft -> draft.foregroundWait = value);
    }

    /**
     * The same with another strategy for the first message to a domain.
     *
     * @param value what to do about it
     * @return the changed settings
     */
    public ResolverSettings withFirstContact(FirstContact value) {
        return with(draft -> draft.firstContact = value);
    }

    /**
     * The same with other bounds on what happens at once.
     *
     * @param flights how many domains are discovered at the same time
     * @param queued how many more may queue for it
     * @return the changed settings
     */
    public ResolverSettings withFlights(int flights, int queued) {
        return with(draft -> {
            draft.maxFlights = flights;
            draft.maxQueued = queued;
        });
    }

    /**
     * The same with other bounds on what is remembered.
     *
     * @param policies how many policies
     * @param negatives how many domains without one
     * @return the changed settings
     */
    public ResolverSettings withCapacity(long policies, long negatives) {
        return with(draft -> {
            draft.maxPolicies = policies;
            draft.maxNegatives = negatives;
        });
    }

    /**
     * The same with another interval between re-checks of a domain.
     *
     * @param value how old the answer to a re-check may be that serves as the answer to the next
     * @return the changed settings
     */
    public ResolverSettings withRecheckInterval(Duration value) {
        return with(draft -> draft.recheckInterval = value);
    }

    private ResolverSettings with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.settings();
    }

    /** Settings that are being changed. */
    private static final class Draft {

        private Grammar grammar;
        private Duration fetchTimeout;
        private Duration foregroundWait;
        private FirstContact firstContact;
        private Duration recheckInterval;
        private int maxFlights;
        private int maxQueued;
        private long maxPolicies;
        private long maxNegatives;

        Draft(ResolverSettings from) {
            grammar = from.grammar;
            fetchTimeout = from.fetchTimeout;
            foregroundWait = from.foregroundWait;
            firstContact = from.firstContact;
            recheckInterval = from.recheckInterval;
            maxFlights = from.maxFlights;
            maxQueued = from.maxQueued;
            maxPolicies = from.maxPolicies;
            maxNegatives = from.maxNegatives;
        }

        ResolverSettings settings() {
            return new ResolverSettings(
                    grammar,
                    fetchTimeout,
                    foregroundWait,
                    firstContact,
                    recheckInterval,
                    maxFlights,
                    maxQueued,
                    maxPolicies,
                    maxNegatives);
        }
    }
}
