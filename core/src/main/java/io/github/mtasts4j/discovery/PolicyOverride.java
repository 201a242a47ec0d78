// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.policy.PolicyDomain;
import java.time.Duration;
import java.time.Instant;

/**
 * What the operator has decided about one domain, against what it publishes: for a time, and for a reason. The published
 * policy goes on being discovered and kept, and counts again when the time is over.
 *
 * @param domain the policy domain
 * @param action what to do instead
 * @param until when it ends; at this moment it has ended already
 * @param reason why, for whoever finds it later: one printable line of at most 200 characters
 */
public record PolicyOverride(DomainName domain, Action action, Instant until, String reason) {

    /** A longer reason is refused. */
    public static final int MAX_REASON = 200;

    /** An end after this moment is no end. */
    private static final Instant LATEST_END = Instant.parse("9999-12-31T23:59:59Z");

    /** What to do instead of what the domain publishes. */
    public sealed interface Action {

        /**
         * The name in a configuration.
         *
         * @return {@code ignore}, {@code testing}, {@code pinned} or {@code require}
         */
        String keyword();

        /**
         * The mode that applies where the action makes a difference.
         *
         * @return the mode
         */
        Mode mode();

        /**
         * Whether mail is treated differently because of it.
         *
         * @param published what is known of the domain's own policy
         * @return whether the answer is another one
         */
        boolean changes(PolicyResolution published);
    }

    /** The domain's mail goes as without a policy, whatever it publishes. */
    public record Ignore() implements Action {

        @Override
        public String keyword() {
            return "ignore";
        }

        @Override
        public Mode mode() {
            return Mode.NONE;
        }

        @Override
        public boolean changes(PolicyResolution published) {
            return published.mode() != Mode.NONE;
        }
    }

    /** What holds mail back is reported only, as if the published mode were {@code testing}. Makes nothing stricter. */
    public record Testing() implements Action {

        @Override
        public String keyword() {
            return "testing";
        }

        @Override
        public Mode mode() {
            return Mode.TESTING;
        }

        @Override
        public boolean changes(PolicyResolution published) {
            return published.mode() == Mode.ENFORCE;
        }
    }

    /**
     * A policy of the operator's applies, whatever the domain publishes, and if it publishes nothing.
     *
     * @param policy the policy; its {@code max_age} does not count, the override's own end does
     */
    public record Pinned(Policy policy) implements Action {

        /**
         * Checks the mode.
         *
         * @param policy the policy
         * @throws IllegalArgumentException for mode {@code none}: that is {@link Ignore}
         */
        public Pinned {
            if (policy.mode() == Mode.NONE) {
                throw new IllegalArgumentException("a policy of mode none is not pinned: ignore the published one");
            }
        }

        @Override
        public String keyword() {
            return "pinned";
        }

        @Override
        public Mode mode() {
            return policy.mode();
        }

        @Override
        public boolean changes(PolicyResolution published) {
            return true;
        }
    }

    /** Mail goes under a published policy of mode {@code enforce} or not at all. */
    public record Require() implements Action {

        @Override
        public String keyword() {
            return "require";
        }

        @Override
        public Mode mode() {
            return Mode.ENFORCE;
        }

        @Override
        public boolean changes(PolicyResolution published) {
            // Mail that is withheld waits already, for a cause of its own that says more.
            return published.mode() != Mode.ENFORCE;
        }
    }

    /**
     * Checks what no operator can mean.
     *
     * @param domain the policy domain
     * @param action what to do instead
     * @param until when it ends
     * @param reason why
     * @throws IllegalArgumentException if the domain can have no policy, if the end is after the year 9999, or if the
     *     reason is blank, too long or not printable
     */
    public PolicyOverride {
        if (PolicyDomain.of(domain) instanceof PolicyDomain.None none) {
            throw new IllegalArgumentException(none.detail());
        }
        if (until.isAfter(LATEST_END)) {
            throw new IllegalArgumentException("until is after the year 9999, which is no end");
        }
        if (reason.isBlank() || reason.length() > MAX_REASON) {
            throw new IllegalArgumentException("a reason has 1 to " + MAX_REASON + " characters");
        }
        if (!reason.codePoints().allMatch(PolicyOverride::isPrintable)) {
            throw new IllegalArgumentException("the reason is not one printable line");
        }
    }

    /** Format characters turn the rest of a line around, so that it says something else than it does. */
    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    /**
     * Whether it has not ended yet.
     *
     * @param now the time
     * @return whether it counts
     */
    public boolean isInForce(Instant now) {
        return now.isBefore(until);
    }

    /**
     * What applies instead of what the domain publishes.
     *
     * @param published what is known of the domain's own policy
     * @param now the time
     * @return {@link PolicyResolution.Overridden}, or the very argument where the override has ended or makes no difference
     * @throws IllegalArgumentException if that is about another domain
     */
    public PolicyResolution over(PolicyResolution published, Instant now) {
        return isInForce(now) && action.changes(published)
                ? new PolicyResolution.Overridden(published, this, now)
                : published;
    }

    /** A pinned policy as if it had just been fetched, and with no longer to live than the override. */
    CachedPolicy asFetched(Policy pinned, Instant at) {
        Duration left = Duration.between(at, until);
        Duration maxAge = left.compareTo(Policy.LONGEST_MAX_AGE) < 0 ? left : Policy.LONGEST_MAX_AGE;
        return new CachedPolicy(domain, "pinned", new Policy(pinned.mode(), pinned.mx(), maxAge, pinned.lines()), at);
    }
}
