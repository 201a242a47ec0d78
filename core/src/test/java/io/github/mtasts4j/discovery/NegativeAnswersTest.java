// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static io.github.mtasts4j.discovery.World.DOMAIN;
import static io.github.mtasts4j.discovery.World.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.policy.PolicyDomain;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** For how long it is remembered that a domain has no policy, and that this never concerns one that has. */
final class NegativeAnswersTest {

    private final World world = new World();

    @ParameterizedTest
    @CsvSource({"0, 60", "59, 60", "61, 61", "899, 899", "900, 900", "604800, 900"})
    void theAbsenceOfARecordIsRememberedForItsTtlWithinBounds(long ttl, long remembered) throws InterruptedException {
        world.txt = new TxtLookup.None(Duration.ofSeconds(ttl));
        world.resolve();

        world.clock.advance(Duration.ofSeconds(remembered - 1));
        world.resolve();
        assertThat(world.asked).hasSize(1);
        world.clock.advance(Duration.ofSeconds(1));
        world.resolve();
        assertThat(world.asked).hasSize(2);
    }

    @Test
    void troubleInTheDnsIsRememberedForAMinuteMoreOrLess() throws InterruptedException {
        List<Integer> remembered = new ArrayList<>();
        for (int domain = 0; domain < 200; domain++) {
            World own = new World();
            own.txt = World.servfail();
            own.resolve();
            int seconds = 0;
            while (own.asked.size() == 1) {
                own.clock.advance(Duration.ofSeconds(1));
                own.resolve();
                seconds++;
            }
            remembered.add(seconds);
        }

        assertThat(remembered).allSatisfy(seconds -> assertThat(seconds).isBetween(48, 72));
        assertThat(remembered.stream().distinct().count()).as("not in step").isGreaterThan(3);
    }

    @Test
    void aLivePolicyIsLookedAtAgainAMinuteAfterDnsTrouble() throws InterruptedException {
        world.resolve();
        world.txt = World.servfail();
        world.recheck();
        int asked = world.asked.size();

        world.clock.advance(Duration.ofSeconds(47));
        world.resolve();
        assertThat(world.asked).hasSize(asked);
        world.clock.advance(Duration.ofSeconds(26));
        world.resolve();
        assertThat(world.asked).hasSize(asked + 1);
    }

    @Test
    void aNegativeAnswerIsSupersededByAPolicy() throws InterruptedException {
        world.txt = new TxtLookup.None(Duration.ofDays(7));
        world.resolve();
        world.txt = record("1");

        assertThat(world.recheck().applicable()).isPresent();
        assertThat(world.resolve().applicable()).isPresent();
    }

    @Test
    void aNegativeAnswerFromBeforeAPolicyIsNotBackWhenThePolicyExpires() throws InterruptedException {
        world.txt = new TxtLookup.None(Duration.ofDays(7));
        world.resolve();
        world.txt = record("1");
        world.https = World.policy("enforce", 10, "mx.example.com");
        world.recheck();

        world.clock.advance(Duration.ofSeconds(70)); // The negative answer would last for 15 minutes.

        assertThat(world.resolve().applicable()).isPresent();
        assertThat(world.fetched).hasSize(2);
    }

    @Test
    void aFloodOfJunkDomainsLeavesEveryLivePolicy() throws InterruptedException {
        world.settings = world.settings.withCapacity(100, 100);
        List<PolicyDomain> good = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            good.add(PolicyDomain.ofDomain("good" + i + ".example"));
            world.resolver().resolve(good.get(i));
        }

        TxtLookup.Answer[] junk = {
            new TxtLookup.None(Duration.ZERO), World.servfail(), World.txt("v=STSv1; id=;"), record("1")
        };
        world.https = World.response(404, "");
        for (int i = 0; i < 50_000; i++) {
            world.txt = junk[i % junk.length];
            world.resolver().resolve(PolicyDomain.ofDomain("junk" + i + ".example"));
        }

        int asked = world.asked.size();
        for (PolicyDomain domain : good) {
            assertThat(world.resolver().resolve(domain).applicable()).isPresent();
        }
        assertThat(world.asked).hasSize(asked);
    }

    @Test
    void aRecheckAsksThoughTheAnswerIsNegative() throws InterruptedException {
        world.txt = new TxtLookup.None(Duration.ofDays(7));
        world.resolve();
        assertThat(world.resolver().recheck(DOMAIN)).isInstanceOf(PolicyResolution.Absent.class);
        assertThat(world.asked).hasSize(2);
    }
}
