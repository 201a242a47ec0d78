// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The memory for policies is bounded by their size, and no live enforce policy leaves it unnoticed. */
final class CapacityTest {

    private final World world = new World();
    private final String[] manyHosts = IntStream.range(0, 256)
            .mapToObj(i -> "m" + i + ".".concat("x".repeat(60)) + ".example")
            .toArray(String[]::new);

    @BeforeEach
    void withRoomForAThousandOrdinaryPolicies() {
        world.settings = world.settings.withCapacity(1000, 1000);
    }

    @Test
    void ordinaryPoliciesCountOnceEach() throws InterruptedException {
        learn("d", 1000);

        assertThat(stillThere("d", 1000)).isEqualTo(1000);
        assertThat(world.events).isEmpty();
    }

    @Test
    void aLongPolicyCountsForWhatItTakes() throws InterruptedException {
        world.https = World.policy("enforce", World.WEEK, manyHosts);
        learn("huge", 100);

        // 256 lines of 70 letters are some twenty kibibytes, with where they are found.
        assertThat(stillThere("huge", 100)).isBetween(40, 55);
        assertThat(world.kinds()).hasSize(100 - stillThere("huge", 100)).containsOnly(PolicyEvent.Kind.EVICTED);
    }

    @Test
    void everyLiveEnforcePolicyThatLeavesIsToldOf() throws InterruptedException {
        learn("d", 1500);

        int left = 1500 - stillThere("d", 1500);
        assertThat(left).isEqualTo(500);
        assertThat(world.kinds()).hasSize(left).containsOnly(PolicyEvent.Kind.EVICTED);
    }

    @Test
    void otherPoliciesLeaveSilently() throws InterruptedException {
        world.https = World.policy("testing", World.WEEK, "mx.example.com");
        learn("t", 1500);

        assertThat(world.events).isEmpty();
    }

    @Test
    void whatHasLeftMemoryIsFoundInTheStore() throws InterruptedException {
        world.store = Optional.of(world.memory);
        learn("d", 1500);
        world.txt = World.servfail();

        for (int i = 0; i < 1500; i++) {
            assertThat(world.resolver().resolve(domain("d", i)).applicable()).isPresent();
        }
    }

    private void learn(String prefix, int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            world.resolver().resolve(domain(prefix, i));
        }
    }

    private int stillThere(String prefix, int count) {
        List<PolicyDomain> there = IntStream.range(0, count)
                .mapToObj(i -> domain(prefix, i))
                .filter(domain -> world.resolver().peek(domain).isPresent())
                .toList();
        return there.size();
    }

    private static PolicyDomain domain(String prefix, int number) {
        return PolicyDomain.of(DomainName.of(prefix + number + ".example"));
    }
}
