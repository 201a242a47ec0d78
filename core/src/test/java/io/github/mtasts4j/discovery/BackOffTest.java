// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static io.github.mtasts4j.discovery.World.found;
import static io.github.mtasts4j.discovery.World.policy;
import static io.github.mtasts4j.discovery.World.record;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** §3.3: how often a policy is fetched, whatever the TXT record says (decision D34). */
final class BackOffTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final World world = new World();

    @Test
    void aFailedFetchIsNotRepeatedForFiveMinutesThatDoubleToAnHour() throws InterruptedException {
        world.https = World.response(404, "");
        world.recheck();
        long[] minutes = {5, 10, 20, 40, 60, 60, 60};

        for (int i = 0; i < minutes.length; i++) {
            assertThat(world.fetched).hasSize(i + 1);
            world.clock.advance(Duration.ofMinutes(minutes[i]).minus(SECOND));
            world.recheck();
            assertThat(world.fetched).hasSize(i + 1);
            world.clock.advance(SECOND);
            world.recheck();
        }
        assertThat(world.fetched).hasSize(minutes.length + 1);
    }

    @Test
    void theFiveMinutesBeginWhenTheFetchHasFailed() throws InterruptedException {
        world.https = new PolicyFetcher.TimedOut(Duration.ofSeconds(60));
        world.duringFetch = () -> world.clock.advance(Duration.ofSeconds(60));
        world.recheck();

        world.clock.advance(Duration.ofSeconds(299));
        world.recheck();
        assertThat(world.fetched).hasSize(1);
        world.clock.advance(SECOND);
        world.recheck();
        assertThat(world.fetched).hasSize(2);
    }

    @Test
    void callersAskAgainOnTheirOwnWhenTheBackOffIsOver() throws InterruptedException {
        world.https = World.response(404, "");
        world.resolve();
        world.https = policy("enforce", World.WEEK, "mx.example.com");

        world.clock.advance(Duration.ofSeconds(299));
        assertThat(world.resolve().applicable()).isEmpty();
        world.clock.advance(SECOND);
        assertThat(world.resolve().applicable()).isPresent();
        assertThat(world.fetched).hasSize(2);
    }

    @Test
    void aBodyThatIsNoPolicyBacksOffToo() throws InterruptedException {
        world.https = World.response(200, "<html>");
        world.recheck();
        world.clock.advance(Duration.ofSeconds(299));
        world.recheck();
        assertThat(world.fetched).hasSize(1);
    }

    @Test
    void anotherIdIsFetchedAtOnceButNotWithinAMinuteOfTheLastFetch() throws InterruptedException {
        world.https = World.response(404, "");
        world.recheck();
        world.txt = record("2");
        world.clock.advance(Duration.ofSeconds(59));
        PolicyResolution tooEarly = world.recheck();
        assertThat(World.failure(tooEarly).code()).isEqualTo(FailureCode.BACKING_OFF);
        assertThat(world.fetched).hasSize(1);

        world.clock.advance(SECOND);
        world.recheck();
        assertThat(world.fetched).hasSize(2);
    }

    @Test
    void aSuccessfulFetchIsNotFollowedByAnotherWithinAMinute() throws InterruptedException {
        CachedPolicy first = found(world.resolve()).cached();
        world.txt = record("2");
        world.clock.advance(Duration.ofSeconds(59));

        PolicyResolution kept = world.recheck();
        assertThat(kept.applicable()).contains(first);
        assertThat(World.failure(kept).code()).isEqualTo(FailureCode.BACKING_OFF);

        world.clock.advance(SECOND);
        assertThat(found(world.recheck()).freshness()).isEqualTo(Freshness.FETCHED);
    }

    @Test
    void anIdThatComesBackIsStillBackingOff() throws InterruptedException {
        world.https = World.response(404, "");
        for (int i = 0; i < 5; i++) {
            world.txt = record("flip" + i);
            world.recheck();
            world.clock.advance(Duration.ofSeconds(60));
        }
        assertThat(world.fetched).hasSize(5);

        world.clock.advance(Duration.ofSeconds(-1)); // 299 s after the first of them failed
        world.txt = record("flip0");
        assertThat(World.failure(world.recheck()).code()).isEqualTo(FailureCode.HTTP_STATUS);
        assertThat(world.fetched).hasSize(5);
        world.clock.advance(SECOND);
        world.recheck();
        assertThat(world.fetched).hasSize(6);
    }

    @Test
    void aSuccessForOneIdDoesNotExcuseAnother() throws InterruptedException {
        world.https = World.response(404, "");
        world.recheck();
        world.clock.advance(Duration.ofSeconds(60));
        world.txt = record("2");
        world.https = policy("enforce", World.WEEK, "mx.example.com");
        world.recheck();

        world.clock.advance(Duration.ofSeconds(239));
        world.txt = record("1");
        world.recheck();

        assertThat(world.fetched).hasSize(2);
        world.clock.advance(SECOND);
        world.recheck();
        assertThat(world.fetched).hasSize(3);
    }

    @Test
    void duringTheBackOffTheAnswerIsWhatWentWrong() throws InterruptedException {
        world.https = World.response(404, "");
        StsFailure failure = World.failure(world.resolve());

        world.clock.advance(Duration.ofSeconds(200));
        assertThat(World.failure(world.recheck())).isEqualTo(failure);
        assertThat(World.failure(world.resolve())).isEqualTo(failure);
        assertThat(world.news).as("told once").containsExactly("HTTP_STATUS kept -");
    }

    @Test
    void withALivePolicyTheBackOffIsTheSameAndThePolicyApplies() throws InterruptedException {
        CachedPolicy live = found(world.resolve()).cached();
        world.clock.advance(Duration.ofHours(1));
        world.txt = record("2");
        world.https = World.response(503, "");

        for (int i = 0; i < 299; i++) {
            assertThat(world.recheck().applicable()).contains(live);
            world.clock.advance(SECOND);
        }
        assertThat(world.fetched).hasSize(2);
        world.clock.advance(SECOND);
        world.https = policy("none", 86_400);
        assertThat(found(world.recheck()).cached().id()).isEqualTo("2");
    }

    @Test
    void tenThousandNewIdsInAnHourCauseAtMostSixtyFetches() throws InterruptedException {
        for (boolean fails : new boolean[] {true, false}) {
            World flipping = new World();
            flipping.https = fails ? World.response(404, "") : flipping.https;
            for (int i = 0; i < 10_000; i++) {
                flipping.txt = record("id" + i);
                flipping.recheck();
                flipping.clock.advance(Duration.ofMillis(359));
            }
            assertThat(flipping.fetched).hasSizeLessThanOrEqualTo(60).hasSizeGreaterThan(50);
        }
    }

    @Test
    void twoAlternatingBrokenIdsAreEachLeftAloneForFiveMinutes() throws InterruptedException {
        world.https = World.response(404, "");
        List<Long> ofFirst = new ArrayList<>();
        for (int second = 0; second < 3600; second++) {
            world.txt = record(second % 2 == 0 ? "a" : "b");
            int before = world.fetched.size();
            world.recheck();
            if (second % 2 == 0 && world.fetched.size() > before) {
                ofFirst.add((long) second);
            }
            world.clock.advance(SECOND);
        }
        for (int i = 1; i < ofFirst.size(); i++) {
            assertThat(ofFirst.get(i) - ofFirst.get(i - 1)).isGreaterThanOrEqualTo(300);
        }
        assertThat(ofFirst).hasSizeBetween(3, 5);
    }
}
