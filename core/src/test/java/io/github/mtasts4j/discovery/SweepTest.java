// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.policy.PolicyDomain;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What ended long ago is freed when something is put, whether or not anybody asks for it. */
class SweepTest {

    private final World world = new World();
    private final ClockGuard clock = new ClockGuard(world.time, event -> {});
    private final PolicyCache cache =
            new PolicyCache(world.settings, clock, new GuardedListener(new ResolverListener() {}));

    @Test
    void whatEndedLongAgoIsFreedByTheNextPut() throws InterruptedException {
        put("old.example");
        world.clock.advance(
                Duration.ofSeconds(World.WEEK).plus(PolicyCache.SLACK).plusHours(1));

        put("new.example");

        assertThat(cache.entries())
                .map(entry -> entry.cached().domain().toString())
                .containsExactly("new.example");
    }

    @Test
    void whatEndedLatelyStays() throws InterruptedException {
        put("old.example");
        world.clock.advance(
                Duration.ofSeconds(World.WEEK).plus(PolicyCache.SLACK).minusHours(1));

        put("new.example");

        assertThat(cache.entries()).hasSize(2);
    }

    private void put(String domain) throws InterruptedException {
        CachedPolicy policy = world.newResolver()
                .resolve(PolicyDomain.ofDomain(domain))
                .applicable()
                .orElseThrow();
        cache.put(policy, new Upkeep(Upkeep.NEVER), clock.instant(), () -> true);
        assertThat(Optional.ofNullable(cache.entry(policy.domain()))).isPresent();
    }
}
