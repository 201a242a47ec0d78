// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.policy.PolicyParser;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SharedPoliciesTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final SharedPolicies policies = new SharedPolicies();

    @Test
    void equalPoliciesOfTwoDomainsAreKeptOnce() {
        CachedPolicy first = policies.shared(cached("one.example", "1", "mx.provider.example"));
        CachedPolicy asFetched = cached("two.example", "1", "mx.provider.example");

        CachedPolicy second = policies.shared(asFetched);

        assertThat(second).isEqualTo(asFetched);
        assertThat(second.policy()).isSameAs(first.policy());
    }

    @Test
    void nothingElseIsShared() {
        policies.shared(cached("one.example", "1", "mx.provider.example"));
        CachedPolicy otherId = cached("two.example", "2", "mx.provider.example");
        CachedPolicy otherPolicy = cached("three.example", "1", "mx.else.example");

        assertThat(policies.shared(otherId)).isEqualTo(otherId);
        assertThat(policies.shared(otherPolicy)).isSameAs(otherPolicy);
    }

    private static CachedPolicy cached(String domain, String id, String mx) {
        byte[] body = ("version: STSv1\nmode: enforce\nmax_age: 86400\nmx: " + mx).getBytes(StandardCharsets.US_ASCII);
        Policy policy = new PolicyParser(Grammar.STRICT).parse(body).orElseThrow();
        return new CachedPolicy(DomainName.of(domain), new String(id.toCharArray()), policy, NOW);
    }
}
