// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static io.github.mtasts4j.discovery.HealthEvent.Kind.CLOCK_SUSPECT;
import static io.github.mtasts4j.discovery.HealthEvent.Kind.CLOCK_TRUSTED;
import static io.github.mtasts4j.discovery.World.DOMAIN;
import static io.github.mtasts4j.discovery.World.found;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.policy.PolicyDomain;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever sets the clock of a mail server neither lifts its policies at a stroke nor makes them live for ever. */
final class ClockStepTest {

    private static final Duration YEAR = Duration.ofDays(365);
    private static final Duration HOUR = Duration.ofHours(1);

    private final World world = new World();
    private final CachedPolicy policy;

    /** Learns a policy of a week. */
    ClockStepTest() throws InterruptedException {
        policy = found(world.resolve()).cached();
        world.txt = World.servfail(); // Nobody can help.
        world.https = World.response(503, "");
    }

    @Test
    void aStepForwardExpiresNothingForAnHour() throws InterruptedException {
        world.clock.step(YEAR);
        assertThat(world.resolve().applicable()).contains(policy);
        world.clock.advance(HOUR);
        assertThat(world.resolve().applicable()).contains(policy);
        assertThat(world.ailments()).containsExactly(CLOCK_SUSPECT);
        assertThat(world.health.get(0).detail()).contains("+31536000 s").contains("2027-01-01");

        world.clock.advance(Duration.ofSeconds(1));
        assertThat(world.resolve().applicable()).isEmpty();
        assertThat(world.ailments()).containsExactly(CLOCK_SUSPECT, CLOCK_TRUSTED);
    }

    @Test
    void aStepThatIsTakenBackHasCostNothing() throws InterruptedException {
        world.clock.step(YEAR);
        world.clock.advance(HOUR.plus(HOUR)); // The clock is believed, and the policy has gone.
        assertThat(world.resolve().applicable())
                .as("the step is noticed only now")
                .contains(policy);
        world.clock.advance(HOUR.plusSeconds(1));
        assertThat(world.resolve().applicable()).isEmpty();

        world.clock.step(YEAR.negated());
        assertThat(world.resolve().applicable()).contains(policy);
        assertThat(world.ailments()).containsExactly(CLOCK_SUSPECT, CLOCK_TRUSTED, CLOCK_SUSPECT);
        world.clock.advance(Duration.ofDays(6));
        assertThat(world.resolve().applicable()).contains(policy);
        world.clock.set(policy.expiresAt().plusSeconds(1));
        assertThat(world.resolve().applicable()).isEmpty();
    }

    @Test
    void aShortDoubtEndsWhenTheClockIsRightAgain() throws InterruptedException {
        world.clock.step(YEAR);
        world.resolve();
        world.clock.step(YEAR.negated());
        world.resolve();

        assertThat(world.ailments()).containsExactly(CLOCK_SUSPECT, CLOCK_TRUSTED);
        assertThat(world.resolver().peek(DOMAIN)).contains(policy);
    }

    @Test
    void aStepBackMakesNoPolicyLiveForEver() throws InterruptedException {
        world.clock.step(YEAR.negated());
        assertThat(world.resolve().applicable()).contains(policy);
        world.clock.advance(Duration.ofDays(7));
        assertThat(world.resolve().applicable())
                .as("a fiftieth more, for slow wall clocks")
                .contains(policy);
        world.clock.advance(Duration.ofHours(4));
        assertThat(world.resolve()).as("nor is its mail held back").isInstanceOf(PolicyResolution.Unusable.class);
    }

    @Test
    void aStepBackDoesNotLetAStoredPolicyLiveForEverEither() throws InterruptedException {
        world.store = Optional.of(world.memory);
        world.memory.rows.put(World.NAME, policy);
        world.clock.step(YEAR.negated());
        PolicyResolver restarted = world.newResolver();

        for (int day = 0; day < 7; day++) {
            assertThat(restarted.resolve(DOMAIN).applicable()).as("day " + day).isPresent();
            world.clock.advance(Duration.ofDays(1));
        }
        world.clock.advance(Duration.ofHours(4));
        assertThat(restarted.resolve(DOMAIN).applicable()).isEmpty();
        assertThat(world.ailments()).containsExactly(HealthEvent.Kind.STORE_ROW_REFUSED);
    }

    @Test
    void anAnswerThatThereIsNoPolicyIsNotRememberedForLongerAfterAStepBack() throws InterruptedException {
        PolicyDomain other = PolicyDomain.ofDomain("other.example");
        world.txt = new TxtLookup.None(Duration.ofMinutes(10));
        assertThat(world.resolver().resolve(other)).isInstanceOf(PolicyResolution.Absent.class);
        world.clock.step(YEAR.negated());
        world.txt = World.record("1");
        world.https = World.policy("enforce", World.WEEK, "mx.example.com");

        world.clock.advance(Duration.ofMinutes(9));
        assertThat(world.resolver().resolve(other).applicable()).isEmpty();
        world.clock.advance(Duration.ofMinutes(1));
        assertThat(world.resolver().resolve(other).applicable()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(ints = {365, -365})
    void whatIsFetchedInDoubtOutlivesTheDoubt(int days) throws InterruptedException {
        CachedPolicy fetched = fetchedAfterAStep(Duration.ofDays(days));

        world.clock.advance(HOUR.plusSeconds(1)); // The clock is believed.

        assertThat(world.resolve().applicable()).contains(fetched);
        world.clock.advance(Duration.ofDays(8));
        assertThat(world.resolve()).isInstanceOf(PolicyResolution.Unusable.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {365, -365})
    void whatIsFetchedInDoubtIsThereWhenTheClockIsRightAgain(int days) throws InterruptedException {
        CachedPolicy fetched = fetchedAfterAStep(Duration.ofDays(days));

        world.clock.step(Duration.ofDays(-days));

        assertThat(world.resolve().applicable()).contains(fetched);
        world.clock.advance(Duration.ofDays(8));
        assertThat(world.resolve()).isInstanceOf(PolicyResolution.Unusable.class);
    }

    @Test
    void whatIsFetchedInDoubtIsNotFetchedAgainEachMinute() throws InterruptedException {
        fetchedAfterAStep(YEAR.negated());
        world.txt = World.record("2");
        world.https = World.policy("enforce", World.WEEK, "mx.example.com");
        world.resolve();

        world.pass(HOUR, Duration.ofMinutes(1));

        assertThat(world.fetched)
                .as("and ten minutes later, as the new id came with the old body")
                .hasSize(3);
    }

    private CachedPolicy fetchedAfterAStep(Duration step) throws InterruptedException {
        world.clock.advance(Duration.ofMinutes(2)); // No fetch within a minute of the last.
        world.resolve();
        world.clock.step(step);
        world.txt = World.record("2");
        world.https = World.policy("enforce", World.WEEK, "mx.example.com");
        CachedPolicy fetched = found(world.recheck()).cached();
        assertThat(fetched.id()).isEqualTo("2");
        world.txt = World.servfail();
        world.https = World.response(503, "");
        return fetched;
    }

    @Test
    void aDayOfSleepIsCountedAfterAnHour() throws InterruptedException {
        world.clock.advance(Duration.ofDays(6));
        assertThat(world.resolve().applicable()).contains(policy);

        world.clock.suspend(Duration.ofHours(25));
        assertThat(world.resolve().applicable()).contains(policy);
        world.clock.advance(HOUR.plusSeconds(1));
        assertThat(world.resolve().applicable()).isEmpty();
    }

    @Test
    void aSlowOrFastClockIsNotASetOne() throws InterruptedException {
        for (int hour = 0; hour < 100; hour++) {
            world.clock.advance(Duration.ofMinutes(60));
            world.clock.step(Duration.ofSeconds(hour < 50 ? 36 : -36)); // One in a hundred.
            world.resolve();
        }
        assertThat(world.health).isEmpty();
        assertThat(world.resolver().peek(DOMAIN)).contains(policy);
    }

    @Test
    void certificatesAreJudgedByTheWallClock() throws InterruptedException {
        world.txt = World.record("2");
        world.clock.advance(Duration.ofMinutes(2)); // No fetch within a minute of the last.
        world.clock.step(YEAR);
        Instant wall = world.clock.instant();

        world.recheck();

        assertThat(world.fetched).hasSize(2);
        assertThat(world.fetched.get(1).at()).isEqualTo(wall);
    }

    @Test
    void aSimulationsClockIsRightHoweverItMoves() throws InterruptedException {
        world.time = TimeSource.of(world.clock);
        PolicyResolver simulated = world.newResolver();
        world.txt = World.record("1");
        world.https = World.policy("enforce", World.WEEK, "mx.example.com");
        simulated.resolve(DOMAIN);
        world.txt = World.servfail();

        world.clock.step(Duration.ofDays(8));

        assertThat(simulated.resolve(DOMAIN).applicable()).isEmpty();
        assertThat(world.health).isEmpty();
    }
}
