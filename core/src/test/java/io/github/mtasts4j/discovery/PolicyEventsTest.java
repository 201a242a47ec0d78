// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static io.github.mtasts4j.discovery.PolicyEvent.Kind.BODY_CHANGED_SAME_ID;
import static io.github.mtasts4j.discovery.PolicyEvent.Kind.ID_CHANGED_SAME_BODY;
import static io.github.mtasts4j.discovery.PolicyEvent.Kind.LIFETIME_SHRUNK;
import static io.github.mtasts4j.discovery.PolicyEvent.Kind.MODE_LOWERED;
import static io.github.mtasts4j.discovery.PolicyEvent.Kind.MX_DISJOINT;
import static io.github.mtasts4j.discovery.PolicyEvent.Kind.MX_SHRUNK;
import static io.github.mtasts4j.discovery.PolicyEvent.Kind.TXT_GONE;
import static io.github.mtasts4j.discovery.World.WEEK;
import static io.github.mtasts4j.discovery.World.found;
import static io.github.mtasts4j.discovery.World.policy;
import static io.github.mtasts4j.discovery.World.record;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What an operator is told of a policy: once when it begins to be so. */
final class PolicyEventsTest {

    private static final Duration LATER = Duration.ofMinutes(6);

    private final World world = new World();

    /** A policy, the one after it under a new id, and what is told. */
    static List<Arguments> replacements() {
        return List.of(
                Arguments.of(
                        policy("enforce", WEEK, "a.example"),
                        policy("testing", WEEK, "a.example"),
                        List.of(MODE_LOWERED)),
                Arguments.of(policy("enforce", WEEK, "a.example"), policy("none", 86_400), List.of(MODE_LOWERED)),
                Arguments.of(policy("testing", WEEK, "a.example"), policy("none", WEEK), List.of(MODE_LOWERED)),
                Arguments.of(policy("testing", WEEK, "a.example"), policy("enforce", WEEK, "a.example"), List.of()),
                Arguments.of(policy("none", WEEK), policy("enforce", 86_400, "a.example"), List.of()),
                Arguments.of(policy("none", WEEK), policy("none", 86_400), List.of()),
                Arguments.of(
                        policy("enforce", WEEK, "a.example", "b.example"),
                        policy("enforce", WEEK, "b.example"),
                        List.of(MX_SHRUNK)),
                Arguments.of(
                        policy("enforce", WEEK, "a.example", "b.example"),
                        policy("enforce", WEEK, "b.example", "c.example"),
                        List.of()),
                Arguments.of(
                        policy("enforce", WEEK, "a.example", "b.example"),
                        policy("enforce", WEEK, "b.example", "a.example"),
                        List.of()),
                Arguments.of(
                        policy("enforce", WEEK, "a.example"),
                        policy("enforce", WEEK, "a.example", "b.example"),
                        List.of()),
                Arguments.of(
                        policy("enforce", WEEK, "a.example"),
                        policy("enforce", WEEK, "*.evil.example"),
                        List.of(MX_DISJOINT)),
                Arguments.of(
                        policy("enforce", WEEK, "a.example"),
                        policy("enforce", WEEK - 1, "a.example"),
                        List.of(LIFETIME_SHRUNK)),
                Arguments.of(policy("enforce", WEEK, "a.example"), policy("enforce", WEEK + 1, "a.example"), List.of()),
                Arguments.of(
                        policy("enforce", WEEK, "a.example"),
                        policy("testing", 60, "b.example"),
                        List.of(MODE_LOWERED, MX_DISJOINT, LIFETIME_SHRUNK)),
                Arguments.of(
                        policy("enforce", WEEK, "a.example"),
                        policy("enforce", WEEK, "a.example"),
                        List.of(ID_CHANGED_SAME_BODY)));
    }

    @ParameterizedTest(name = "{2}")
    @MethodSource("replacements")
    void aPolicyThatReplacesAnotherIsTold(
            PolicyFetcher.Result before, PolicyFetcher.Result after, List<PolicyEvent.Kind> kinds)
            throws InterruptedException {
        world.https = before;
        CachedPolicy old = found(world.resolve()).cached();
        world.clock.advance(LATER);
        world.txt = record("2");
        world.https = after;
        CachedPolicy young = found(world.recheck()).cached();

        assertThat(world.kinds()).containsExactlyElementsOf(kinds);
        assertThat(world.events).allSatisfy(event -> {
            assertThat(event.before()).contains(old);
            assertThat(event.policy()).isEqualTo(young);
            assertThat(event.cause()).isEmpty();
            assertThat(event.at()).isEqualTo(world.clock.instant());
        });
        for (int message = 0; message < 10; message++) {
            world.resolve();
            world.clock.advance(LATER);
        }
        assertThat(world.events).as("not per message").hasSize(kinds.size());
    }

    @Test
    void anotherPolicyUnderTheSameIdIsTold() throws InterruptedException {
        world.resolve();
        world.resolve();
        world.https = policy("enforce", WEEK, "mx.example.com", "mx2.example.com");
        world.pass(Duration.ofHours(36).plusMinutes(1), Duration.ofMinutes(1));
        assertThat(world.kinds()).containsExactly(BODY_CHANGED_SAME_ID);
    }

    @Test
    void whereTheIdCannotBeSeenNothingIsSaidOfIt() throws InterruptedException {
        world.resolve();
        world.resolve();
        world.txt = World.servfail();
        world.https = policy("enforce", WEEK, "mx.example.com", "mx2.example.com");
        world.pass(Duration.ofHours(36).plusMinutes(1), Duration.ofMinutes(1));
        assertThat(world.fetched).hasSize(2);
        assertThat(world.events).isEmpty();
    }

    @Test
    void theFirstPolicyOfADomainIsNoEvent() throws InterruptedException {
        world.resolve();
        assertThat(world.events).isEmpty();
    }

    @Test
    void aPolicyAfterOneThatExpiredIsNoChange() throws InterruptedException {
        world.resolve();
        world.clock.advance(Duration.ofDays(8));
        world.https = policy("none", WEEK);
        world.resolve();
        assertThat(world.events).isEmpty();
    }

    @Test
    void aVanishedTxtRecordIsToldOnceThoughThePolicyIsRefreshedMeanwhile() throws InterruptedException {
        CachedPolicy policy = found(world.resolve()).cached();
        world.txt = new TxtLookup.None(Duration.ZERO);
        for (int hour = 0; hour < 72; hour++) {
            world.resolve();
            world.pass(Duration.ofHours(1), Duration.ofMinutes(10));
        }
        assertThat(world.fetched).hasSizeGreaterThan(1);
        assertThat(world.kinds()).containsExactly(TXT_GONE);
        assertThat(world.events.get(0).policy()).isEqualTo(policy);

        world.txt = record("1");
        world.recheck();
        world.txt = new TxtLookup.None(Duration.ZERO);
        world.recheck();
        assertThat(world.kinds()).as("it was there in between").containsExactly(TXT_GONE, TXT_GONE);
    }

    @Test
    void aDnsThatDoesNotAnswerIsNoVanishedRecord() throws InterruptedException {
        world.resolve();
        world.txt = World.servfail();
        world.recheck();
        assertThat(world.events).isEmpty();
    }

    @Test
    void aVanishedRecordWithoutAPolicyIsNoEvent() throws InterruptedException {
        world.resolve();
        world.clock.advance(Duration.ofDays(8));
        world.txt = new TxtLookup.None(Duration.ZERO);
        world.resolve();
        world.recheck();
        assertThat(world.events).isEmpty();
    }

    @Test
    void aListenerThatThrowsChangesNothing() throws InterruptedException {
        world.listener = new ResolverListener() {
            @Override
            public void policyEvent(PolicyEvent event) {
                throw new IllegalStateException("a bug");
            }
        };
        world.resolve();
        world.clock.advance(LATER);
        world.txt = record("2");
        world.https = policy("none", WEEK);
        assertThat(found(world.recheck()).cached().id()).isEqualTo("2");
    }
}
