// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.PolicyParser;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class EnforceIndexTest {

    private static final Instant START = MovableClock.START;

    private long nanos = Long.MAX_VALUE - 1000; // About to wrap around, as it may.
    private final EnforceIndex index = new EnforceIndex(() -> nanos);

    @Test
    void saysWhatAPlainMapSays() {
        SplittableRandom random = new SplittableRandom(8461);
        Map<DomainName, Instant> expected = new HashMap<>();
        Instant now = START;
        for (int step = 0; step < 200_000; step++) {
            DomainName domain = DomainName.of("d" + random.nextInt(20_000) + ".example");
            switch (random.nextInt(8)) {
                case 0 -> {
                    index.forget(domain, now);
                    expected.remove(domain);
                }
                case 1 -> {
                    index.note(policy(domain, "testing", 1000, now), now);
                    expected.remove(domain);
                }
                case 2 -> now = now.plusSeconds(random.nextInt(2));
                default -> {
                    CachedPolicy policy = policy(domain, "enforce", 1 + random.nextInt(10_000), now);
                    index.note(policy, now);
                    expected.put(domain, policy.expiresAt());
                }
            }
            Instant until = expected.get(domain);
            assertThat(index.binds(domain, now)).isEqualTo(until != null && now.isBefore(until));
        }
        Instant last = now;
        expected.forEach(
                (domain, until) -> assertThat(index.binds(domain, last)).isEqualTo(last.isBefore(until)));
        assertThat(index.capacity()).isBetween(20_000, 20_000 * 4);
    }

    @Test
    void bindsNoLongerThanThePolicyLivesThoughTheClockIsSetBack() {
        DomainName domain = DomainName.of("back.example");
        index.note(policy(domain, "enforce", 3600, START), START);
        Instant back = START.minus(Duration.ofDays(365));

        nanos += Duration.ofHours(1).toNanos();
        assertThat(index.binds(domain, back))
                .as("a fiftieth more, for slow wall clocks")
                .isTrue();
        nanos += Duration.ofSeconds(73).toNanos();
        assertThat(index.binds(domain, back)).isFalse();
    }

    @Test
    void aPolicyInMemoryCorrectsWhatIsKnownAndAddsNothing() {
        DomainName domain = DomainName.of("memory.example");
        index.correct(policy(domain, "enforce", 3600, START), START);
        assertThat(index.binds(domain, START)).isFalse();

        index.noteLost(
                policy(domain, "enforce", 3600, START), Duration.ofHours(1).toNanos(), START);
        assertThat(index.binds(domain, START)).isTrue();
        index.correct(policy(domain, "testing", 3600, START), START);
        assertThat(index.binds(domain, START)).isFalse();
        index.correct(policy(domain, "enforce", 60, START), START);
        assertThat(index.binds(domain, START)).isTrue();
        assertThat(index.binds(domain, START.plusSeconds(60))).isFalse();
    }

    @Test
    void whatHadToLeaveMemoryBindsAsLongAsItWouldHaveLivedThere() {
        DomainName domain = DomainName.of("lost.example");
        index.noteLost(
                policy(domain, "enforce", 3600, START), Duration.ofMinutes(10).toNanos(), START);

        nanos += Duration.ofMinutes(10).minusSeconds(1).toNanos();
        assertThat(index.binds(domain, START)).isTrue();
        assertThat(index.binds(domain, START.plusSeconds(3600))).isFalse();
        nanos += Duration.ofSeconds(2).toNanos();
        assertThat(index.binds(domain, START)).isFalse();
    }

    @Test
    void whatHasExpiredMakesRoom() {
        for (int i = 0; i < 100_000; i++) {
            Instant now = START.plus(Duration.ofMinutes(i));
            index.note(policy(DomainName.of("d" + i + ".example"), "enforce", 3600, now), now);
        }
        assertThat(index.capacity()).as("a week of them").isLessThan(40_000);
    }

    @Test
    void aTimeBeyondTheLastSecondIsTheLastSecond() {
        DomainName domain = DomainName.of("far.example");
        Instant far = Instant.parse("9999-01-01T00:00:00Z");
        index.note(policy(domain, "enforce", 3600, far), far);

        assertThat(index.binds(domain, START)).isTrue();
        assertThat(index.binds(domain, far)).isFalse();
    }

    private static CachedPolicy policy(DomainName domain, String mode, long maxAge, Instant at) {
        return new CachedPolicy(
                domain,
                "1",
                new PolicyParser(Grammar.STRICT)
                        .parse(World.policy(mode, maxAge, "mx.example.com").body())
                        .orElseThrow(),
                at);
    }
}
