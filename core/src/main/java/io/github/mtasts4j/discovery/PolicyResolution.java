// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.PolicyDomain;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known about the policy of a domain at one moment: which one applies, how fresh it is, and why not if none
 * does. Good for one delivery attempt; the next attempt resolves again.
 */
public sealed interface PolicyResolution {

    /**
     * A policy applies.
     *
     * @param cached the policy
     * @param freshness how current it is
     * @param failure what went wrong when it was last tried to bring it up to date; the policy applies all the same
     */
    record Found(CachedPolicy cached, Freshness freshness, Optional<StsFailure> failure) implements PolicyResolution {

        @Override
        public PolicyDomain domain() {
            return new PolicyDomain.Named(cached.domain());
        }

        @Override
        public Optional<CachedPolicy> applicable() {
            return Optional.of(cached);
        }

        @Override
        public Mode mode() {
            return cached.policy().mode();
        }

        @Override
        public boolean lists(DomainName mx) {
            return cached.policy().lists(mx);
        }
    }

    /**
     * The domain publishes no policy, or is none that could.
     *
     * @param domain the policy domain
     */
    record Absent(PolicyDomain domain) implements PolicyResolution {

        @Override
        public Optional<CachedPolicy> applicable() {
            return Optional.empty();
        }

        @Override
        public Optional<StsFailure> failure() {
            return Optional.empty();
        }
    }

    /**
     * The domain may have a policy, but none could be had and none is cached: the mail goes as if there were none (§3.3).
     *
     * @param domain the policy domain
     * @param cause what went wrong
     */
    record Unusable(PolicyDomain domain, StsFailure cause) implements PolicyResolution {

        @Override
        public Optional<CachedPolicy> applicable() {
            return Optional.empty();
        }

        @Override
        public Optional<StsFailure> failure() {
            return Optional.of(cause);
        }
    }

    /**
     * The mail has to wait: an {@code enforce} policy is known to bind it, or was asked for by the operator, and cannot be
     * had. Its mode is {@link Mode#ENFORCE} and no host satisfies it, so that whoever overlooks this answer defers.
     *
     * @param domain the policy domain
     * @param cause what went wrong
     */
    record Withheld(PolicyDomain domain, StsFailure cause) implements PolicyResolution {

        @Override
        public Optional<CachedPolicy> applicable() {
            return Optional.empty();
        }

        @Override
        public Optional<StsFailure> failure() {
            return Optional.of(cause);
        }

        @Override
        public Mode mode() {
            return Mode.ENFORCE;
        }
    }

    /**
     * An operator's override counts, and not what the domain publishes.
     *
     * @param published what is known of the domain's own policy
     * @param override what counts instead
     * @param at when it was applied
     */
    record Overridden(PolicyResolution published, PolicyOverride override, Instant at) implements PolicyResolution {

        /**
         * Checks that the override does change the answer.
         *
         * @param published what is known of the domain's own policy
         * @param override what counts instead
         * @param at when it was applied
         * @throws IllegalArgumentException if the override is for another domain, has ended, or makes no difference, or if
         *     there is one already
         */
        public Overridden {
            if (!published.domain().asName().equals(Optional.of(override.domain()))
                    || !override.isInForce(at)
                    || !override.action().changes(published)
                    || published instanceof Overridden) {
                throw new IllegalArgumentException("the override of " + override.domain() + " does not apply");
            }
        }

        @Override
        public PolicyDomain domain() {
            return published.domain();
        }

        /** The pinned policy, or the published one where it is applied as {@code testing}, still as it was published. */
        @Override
        public Optional<CachedPolicy> applicable() {
            if (override.action() instanceof PolicyOverride.Pinned pinned) {
                return Optional.of(override.asFetched(pinned.policy(), at));
            }
            return override.action() instanceof PolicyOverride.Testing ? published.applicable() : Optional.empty();
        }

        /** Where a policy is required, that there is none; otherwise what went wrong with the published one. */
        @Override
        public Optional<StsFailure> failure() {
            if (!(override.action() instanceof PolicyOverride.Require)) {
                return published.failure();
            }
            String detail = "the operator requires a policy of mode enforce; published is " + published.inWords();
            return Optional.of(new StsFailure(FailureCode.POLICY_REQUIRED, "policy-required", detail, at));
        }

        @Override
        public Mode mode() {
            return override.action().mode();
        }

        /** The rule is the operator's, and the DNS has nothing to say about it; §5 is about the domain's own. */
        @Override
        public boolean isRechecked() {
            return !isJudgedAsPublished() || published.isRechecked();
        }

        /**
         * Whether hosts are held against the very policy that the domain publishes. Only then is there anything to report
         * to the domain.
         *
         * @return true where a published policy is applied as {@code testing}
         */
        public boolean isJudgedAsPublished() {
            return override.action() instanceof PolicyOverride.Testing
                    && published.applicable().isPresent();
        }
    }

    /**
     * The domain that was asked for.
     *
     * @return the policy domain
     */
    PolicyDomain domain();

    /**
     * The policy to apply.
     *
     * @return the policy, whatever its mode, or empty
     */
    Optional<CachedPolicy> applicable();

    /**
     * What went wrong, with a policy in force or without.
     *
     * @return the failure, or empty
     */
    Optional<StsFailure> failure();

    /**
     * The mode that applies; {@link Mode#NONE} also where there is no policy, {@link Mode#ENFORCE} where mail is
     * {@link Withheld}, and what the operator has set where the answer is {@link Overridden}.
     *
     * @return the mode
     */
    default Mode mode() {
        return applicable().map(cached -> cached.policy().mode()).orElse(Mode.NONE);
    }

    /**
     * Whether the rule that applies lets a host of this name have the domain's mail (§4.1).
     *
     * @param mx the name in the MX record; for a domain without MX records, the domain itself
     * @return whether a pattern matches; where there is no policy, whether the mode is {@link Mode#NONE}
     */
    default boolean lists(DomainName mx) {
        return applicable().map(policy -> policy.policy().lists(mx)).orElse(mode() == Mode.NONE);
    }

    /**
     * Whether the DNS has been asked for an updated policy on behalf of this very resolution and had none: what §5
     * demands before mail may be bounced for a policy's sake. Never true for a policy that merely came out of the cache;
     * always where the rule is the operator's own.
     *
     * @return whether the re-check of §5 has been made
     */
    default boolean isRechecked() {
        if (!(this instanceof Found found)) {
            return false;
        }
        return switch (found.freshness) {
            case FETCHED, CONFIRMED -> found.failure.isEmpty();
            case KEPT -> found.failure.filter(f -> f.code().showsNoUpdate()).isPresent();
            case CACHED -> false;
        };
    }

    /**
     * The answer for a person.
     *
     * @return a few words on one printable line, such as {@code a policy of mode enforce, id 20260101}
     */
    default String inWords() {
        String what = applicable()
                .map(cached -> "a policy of mode " + mode().keyword() + ", id " + cached.id())
                .orElse(mode() == Mode.NONE ? "no policy" : "nothing that is known, and mail waits");
        return what + failure().map(trouble -> " (" + trouble + ")").orElse("");
    }
}
