// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static io.github.mtasts4j.discovery.World.DOMAIN;
import static io.github.mtasts4j.discovery.World.found;
import static io.github.mtasts4j.discovery.World.policy;
import static io.github.mtasts4j.discovery.World.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.policy.Mode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** §3.2, max_age: until when a policy counts, and what moves that moment (decisions D8, D23, D27). */
final class PolicyLifetimeTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final World world = new World();

    @Test
    void aPolicyIsLiveAtExactlyItsMaxAgeAndNotASecondLater() throws InterruptedException {
        world.https = policy("enforce", 100, "mx.example.com");
        CachedPolicy cached = found(world.resolve()).cached();
        world.txt = World.servfail();

        world.clock.set(cached.fetchedAt().plusSeconds(100));
        assertThat(world.resolve().applicable()).contains(cached);

        world.clock.advance(SECOND);
        assertThat(world.resolve().applicable()).isEmpty();
    }

    @Test
    void anUnchangedIdDoesNotProlongAPolicy() throws InterruptedException {
        // Not one of enforce, which a re-check may fetch once more (decision D24).
        world.https = policy("testing", 86_400, "mx.example.com");
        Instant fetchedAt = found(world.resolve()).cached().fetchedAt();
        world.https = World.response(500, "");

        for (int hour = 0; hour < 24; hour++) {
            world.clock.advance(Duration.ofHours(1));
            PolicyResolution.Found confirmed = found(world.recheck());
            assertThat(confirmed.freshness()).isEqualTo(Freshness.CONFIRMED);
            assertThat(confirmed.cached().fetchedAt()).isEqualTo(fetchedAt);
        }
        world.clock.advance(SECOND);

        assertThat(world.resolve().applicable()).isEmpty();
        assertThat(world.fetched).as("expired, so the same id is fetched").hasSize(2);
    }

    @Test
    void anExpiredPolicyIsFetchedAgainThoughTheIdIsTheSame() throws InterruptedException {
        world.https = policy("enforce", 100, "mx.example.com");
        world.resolve();
        world.clock.advance(Duration.ofSeconds(101));

        assertThat(found(world.resolve()).freshness()).isEqualTo(Freshness.FETCHED);
        assertThat(found(world.resolve()).cached().fetchedAt()).isEqualTo(world.clock.instant());
    }

    @Test
    void aPolicyThatExpiresWhileItsSuccessorIsFetchedInVainDoesNotApply() throws InterruptedException {
        world.https = policy("enforce", 100, "mx.example.com");
        world.resolve();
        world.clock.advance(Duration.ofSeconds(90));
        world.txt = record("2");
        world.https = World.response(500, "");
        world.duringFetch = () -> world.clock.advance(Duration.ofSeconds(11));

        PolicyResolution answer = world.recheck();

        assertThat(answer).isInstanceOf(PolicyResolution.Unusable.class);
        assertThat(World.failure(answer).code()).isEqualTo(FailureCode.HTTP_STATUS);
    }

    @Test
    void aPolicyThatExpiresWhileTheDnsIsAskedDoesNotApply() throws InterruptedException {
        world.https = policy("enforce", 100, "mx.example.com");
        world.resolve();
        world.clock.advance(Duration.ofSeconds(90));
        world.txt = new TxtLookup.None(Duration.ZERO);
        world.duringLookup = () -> world.clock.advance(Duration.ofSeconds(11));

        assertThat(world.recheck()).isEqualTo(new PolicyResolution.Absent(DOMAIN));
    }

    @Test
    void aMaxAgeOfZeroGovernsWhoWaitedAndNobodyElse() throws InterruptedException {
        world.https = policy("enforce", 0, "mx.example.com");
        PolicyResolution.Found found = found(world.resolve());
        assertThat(found.mode()).isEqualTo(Mode.ENFORCE);

        assertThat(world.resolver().peek(DOMAIN)).isEmpty();
        PolicyResolution next = world.resolve();
        assertThat(next).isInstanceOf(PolicyResolution.Unusable.class);
        assertThat(World.failure(next).code()).isEqualTo(FailureCode.BACKING_OFF);
        world.clock.advance(Duration.ofSeconds(59));
        world.resolve();
        assertThat(world.fetched).hasSize(1);

        world.clock.advance(SECOND);
        assertThat(found(world.resolve()).freshness()).isEqualTo(Freshness.FETCHED);
        assertThat(world.fetched).hasSize(2);
    }

    @Test
    void aMaxAgeOfZeroReplacesALivePolicy() throws InterruptedException {
        world.store = Optional.of(world.memory);
        world.resolve();
        world.clock.advance(Duration.ofMinutes(1));
        world.txt = record("2");
        world.https = policy("none", 0);

        assertThat(found(world.recheck()).mode()).isEqualTo(Mode.NONE);

        assertThat(world.resolver().peek(DOMAIN)).isEmpty();
        assertThat(world.newResolver().peek(DOMAIN)).isEmpty();
        world.txt = World.servfail();
        assertThat(world.newResolver().resolve(DOMAIN).applicable()).isEmpty();
    }

    @Test
    void aPolicyIsAsOldAsTheBeginningOfItsFetch() throws InterruptedException {
        world.duringLookup = () -> world.clock.advance(Duration.ofSeconds(10));
        world.duringFetch = () -> world.clock.advance(Duration.ofSeconds(30));

        assertThat(found(world.resolve()).cached().fetchedAt()).isEqualTo(World.at(10));
        assertThat(world.fetched.get(0).at()).isEqualTo(World.at(10));
    }
}
