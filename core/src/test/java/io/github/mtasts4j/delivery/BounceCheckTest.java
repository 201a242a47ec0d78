// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.delivery.BounceCheck.Verdict;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.FailureCode;
import io.github.mtasts4j.discovery.Freshness;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.StsFailure;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.policy.PolicyParser;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** §5: no message is bounced for a policy's sake unless the DNS was asked for an updated policy first. */
final class BounceCheckTest {

    private static final DomainName DOMAIN = DomainName.of("example.com");
    private static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");
    private static final StsFailure DNS_DOWN =
            new StsFailure(FailureCode.DNS_TRANSIENT, "dns-servfail", "SERVFAIL", NOW);

    private final PolicyResolution judged = found("enforce", "1", Freshness.CACHED, "mx.example.com");

    @Test
    void theLatestPolicyLetsTheMessageBeBounced() {
        BounceCheck check = check(found("enforce", "1", Freshness.CONFIRMED, "mx.example.com"));

        assertThat(check.verdict()).isEqualTo(Verdict.MAY_BOUNCE);
        assertThat(check.mayBounce()).isTrue();
        assertThat(check.explain())
                .isEqualTo("MAY_BOUNCE: example.com, asked 2026-01-02T00:00:00Z; the policy of mode enforce, id 1,"
                        + " fetched 2026-01-01T00:00:00Z is the latest and still stands in the way (RFC 8461 §5)");
    }

    @Test
    void aNewIdWithTheSameHostsIsTheSamePolicy() {
        assertThat(check(found("enforce", "2", Freshness.FETCHED, "mx.example.com"))
                        .verdict())
                .isEqualTo(Verdict.MAY_BOUNCE);
    }

    @Test
    void anotherPolicyIsTriedFirst() {
        for (PolicyResolution other : new PolicyResolution[] {
            found("enforce", "2", Freshness.FETCHED, "mx.example.com", "mx2.example.com"),
            found("testing", "2", Freshness.FETCHED, "mx.example.com"),
            found("none", "2", Freshness.FETCHED),
            new PolicyResolution.Absent(PolicyDomain.of(DOMAIN)),
            new PolicyResolution.Unusable(PolicyDomain.of(DOMAIN), DNS_DOWN)
        }) {
            BounceCheck check = check(other);
            assertThat(check.verdict()).as(other.toString()).isEqualTo(Verdict.TRY_AGAIN);
            assertThat(check.mayBounce()).isFalse();
            assertThat(check.latest()).isEqualTo(other);
        }
        assertThat(check(found("testing", "2", Freshness.FETCHED, "mx.example.com"))
                        .explain())
                .contains("id 1, fetched 2026-01-01T00:00:00Z has given way to the policy of mode testing, id 2");
    }

    @Test
    void aDnsThatDoesNotAnswerKeepsTheMessage() {
        BounceCheck check = check(
                new PolicyResolution.Found(judged.applicable().orElseThrow(), Freshness.KEPT, Optional.of(DNS_DOWN)));

        assertThat(check.verdict()).isEqualTo(Verdict.KEEP);
        assertThat(check.mayBounce()).isFalse();
        assertThat(check.explain())
                .contains("it is not known whether there is a newer policy")
                .contains("SERVFAIL");
    }

    @Test
    void anAnswerOutOfTheCacheIsNoCheck() {
        assertThat(check(judged).verdict()).isEqualTo(Verdict.KEEP);
    }

    @Test
    void whatNoPolicyStoppedIsNotForUsToSay() {
        PolicyResolution testing = found("testing", "1", Freshness.CACHED, "mx.example.com");

        BounceCheck check = BounceCheck.of(testing, testing, NOW);

        assertThat(check.verdict()).isEqualTo(Verdict.NO_POLICY_INVOLVED);
        assertThat(check.mayBounce()).isTrue();
        assertThat(check.explain()).endsWith("no enforce policy applied");
    }

    @Test
    void withheldMailIsKeptUntilItIsKnownWhatBindsIt() {
        PolicyResolution withheld = new PolicyResolution.Withheld(PolicyDomain.of(DOMAIN), DNS_DOWN);

        assertThat(BounceCheck.of(withheld, withheld, NOW).verdict()).isEqualTo(Verdict.KEEP);
        assertThat(BounceCheck.of(withheld, withheld, NOW).explain()).contains("a policy that is not at hand");
        assertThat(BounceCheck.of(withheld, judged, NOW).verdict()).isEqualTo(Verdict.TRY_AGAIN);
    }

    private BounceCheck check(PolicyResolution latest) {
        return BounceCheck.of(judged, latest, NOW);
    }

    private static PolicyResolution found(String mode, String id, Freshness freshness, String... mx) {
        StringBuilder body = new StringBuilder("version: STSv1\nmode: " + mode + "\nmax_age: 604800\n");
        for (String one : mx) {
            body.append("mx: ").append(one).append('\n');
        }
        CachedPolicy policy = new CachedPolicy(
                DOMAIN,
                id,
                new PolicyParser(Grammar.STRICT)
                        .parse(body.toString().getBytes(StandardCharsets.US_ASCII))
                        .orElseThrow(),
                Instant.parse("2026-01-01T00:00:00Z"));
        return new PolicyResolution.Found(policy, freshness, Optional.empty());
    }
}
