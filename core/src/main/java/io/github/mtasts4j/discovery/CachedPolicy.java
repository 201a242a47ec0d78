// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Policy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A policy as it was fetched. A value; small, because a sender may know a million. */
public final class CachedPolicy {

    private final String domain; // These two are made into what they are when asked for.
    private final byte[] id;
    private final Policy policy;
    private final long fetchedSecond;
    private final int fetchedNano;

    /**
     * Puts it together.
     *
     * @param domain the policy domain
     * @param id the id in the TXT record when the policy was fetched
     * @param policy the policy
     * @param fetchedAt when it was fetched by HTTPS
     */
    public CachedPolicy(DomainName domain, String id, Policy policy, Instant fetchedAt) {
        this(domain.toString(), id.getBytes(StandardCharsets.UTF_8), policy, fetchedAt);
    }

    private CachedPolicy(String domain, byte[] id, Policy policy, Instant fetchedAt) {
        this.domain = domain;
        this.id = id;
        this.policy = Objects.requireNonNull(policy);
        this.fetchedSecond = fetchedAt.getEpochSecond();
        this.fetchedNano = fetchedAt.getNano();
    }

    /** The same with the objects of another one that has an equal policy. */
    CachedPolicy sharing(CachedPolicy other) {
        return new CachedPolicy(domain, Arrays.equals(id, other.id) ? other.id : id, other.policy, fetchedAt());
    }

    /**
     * Whose it is. Made anew each time, as is the id.
     *
     * @return the policy domain
     */
    public DomainName domain() {
        return DomainName.of(domain);
    }

    /** The name of the domain, for a table. */
    String key() {
        return domain;
    }

    /**
     * Its id.
     *
     * @return the id in the TXT record when the policy was fetched
     */
    public String id() {
        return new String(id, StandardCharsets.UTF_8);
    }

    /**
     * What it says.
     *
     * @return the policy
     */
    public Policy policy() {
        return policy;
    }

    /**
     * When it was fetched by HTTPS. Its lifetime runs from here and nothing else moves it: an unchanged id in the TXT record
     * does not (§3.2, decision D23).
     *
     * @return the time of the fetch
     */
    public Instant fetchedAt() {
        return Instant.ofEpochSecond(fetchedSecond, fetchedNano);
    }

    /**
     * The last moment at which the policy counts.
     *
     * @return the time of the fetch and {@code max_age}
     */
    public Instant expiresAt() {
        return fetchedAt().plus(policy.maxAge());
    }

    /**
     * The expiry rule, the only one: a policy counts until its age exceeds {@code max_age} (§3.2, §3.3). One whose
     * {@code max_age} is 0 governs those who waited for it and is never used again (decision D8).
     *
     * @param now the time
     * @return whether the policy is to be applied
     */
    public boolean isLive(Instant now) {
        long maxAge = policy.maxAge().toSeconds();
        long left = fetchedSecond + maxAge - now.getEpochSecond(); // For each message: in whole seconds as a rule.
        return maxAge > 0 && (left > 0 || (left == 0 && now.getNano() <= fetchedNano));
    }

    /** How long it has to live: never more than its {@code max_age}, even where its fetch lies in the future. */
    Duration lifeLeft(Instant now) {
        Duration left = Duration.between(now, expiresAt());
        return left.compareTo(policy.maxAge()) < 0 ? left : policy.maxAge();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CachedPolicy that
                && domain.equals(that.domain)
                && Arrays.equals(id, that.id)
                && fetchedSecond == that.fetchedSecond
                && fetchedNano == that.fetchedNano
                && policy.equals(that.policy);
    }

    @Override
    public int hashCode() {
        return Objects.hash(domain, fetchedSecond, fetchedNano);
    }

    @Override
    public String toString() {
        return "CachedPolicy[domain=" + domain + ", id=" + id() + ", policy=" + policy + ", fetchedAt=" + fetchedAt()
                + "]";
    }
}
