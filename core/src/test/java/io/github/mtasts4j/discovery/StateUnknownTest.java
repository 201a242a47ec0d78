// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static io.github.mtasts4j.discovery.World.DOMAIN;
import static io.github.mtasts4j.discovery.World.NAME;
import static io.github.mtasts4j.discovery.World.found;
import static io.github.mtasts4j.discovery.World.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.PolicyDomain;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A domain that is known to enforce is never taken for one without a policy because the policy has gone astray. */
final class StateUnknownTest {

    private final World world = new World();
    private final AtomicBoolean down = new AtomicBoolean();

    @BeforeEach
    void withAStoreThatCanGoDownAndAMemoryForOnePolicy() {
        world.store = Optional.of(new FailingStore());
        world.settings = world.settings.withCapacity(1, 100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"servfail", "gone", "503"})
    void whenTheStoreIsDownMailForADomainKnownToEnforceWaits(String trouble) throws InterruptedException {
        learnAndForget("enforce");
        down.set(true);
        interfere(trouble);

        PolicyResolution answer = world.resolve();

        assertThat(answer).isInstanceOf(PolicyResolution.Withheld.class);
        assertThat(answer.mode()).isEqualTo(Mode.ENFORCE);
        assertThat(answer.isRechecked()).isFalse();
        assertThat(World.failure(answer).code()).isEqualTo(FailureCode.POLICY_STATE_UNKNOWN);
        assertThat(World.failure(answer).detail()).contains("example.com is known to have an enforce policy");
        assertThat(world.recheck()).isInstanceOf(PolicyResolution.Withheld.class);
    }

    @Test
    void asSoonAsTheStoreAnswersAgainThePolicyIsBack() throws InterruptedException {
        CachedPolicy policy = learnAndForget("enforce");
        down.set(true);
        interfere("gone");
        assertThat(world.resolve()).isInstanceOf(PolicyResolution.Withheld.class);

        down.set(false);
        world.clock.advance(Duration.ofMinutes(1));

        assertThat(world.resolve().applicable()).contains(policy);
    }

    @Test
    void aPolicyThatCanBeFetchedIsAsGoodAsAStoredOne() throws InterruptedException {
        learnAndForget("enforce");
        down.set(true);

        assertThat(found(world.resolve()).freshness()).isEqualTo(Freshness.FETCHED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"testing", "none"})
    void otherModesHoldNobodysMailBack(String mode) throws InterruptedException {
        learnAndForget(mode);
        down.set(true);
        interfere("servfail");

        assertThat(world.resolve()).isInstanceOf(PolicyResolution.Unusable.class);
    }

    @Test
    void aPolicyThatHasExpiredHoldsNobodysMailBack() throws InterruptedException {
        CachedPolicy policy = learnAndForget("enforce");
        down.set(true);
        interfere("gone");
        world.clock.set(policy.expiresAt().plusSeconds(1));

        assertThat(world.resolve()).isInstanceOf(PolicyResolution.Absent.class);
    }

    @Test
    void aDomainThatAnOperatorHasHadForgottenIsForgotten() throws InterruptedException {
        learnAndForget("enforce");
        down.set(true);
        interfere("gone");

        world.resolver().invalidate(DOMAIN);

        assertThat(world.resolve()).isInstanceOf(PolicyResolution.Absent.class);
    }

    @Test
    void aDomainThatHasTurnedToTestingIsNotHeldToEnforce() throws InterruptedException {
        learnAndForget("enforce");
        world.https = World.policy("testing", World.WEEK, "mx.example.com");
        world.txt = record("2");
        world.recheck();
        displace();
        down.set(true);
        interfere("servfail");

        assertThat(world.resolve()).isInstanceOf(PolicyResolution.Unusable.class);
    }

    @Test
    void withoutAStoreAPolicyThatFoundNoRoomHoldsMailBackToo() throws InterruptedException {
        world.store = Optional.empty();
        learnAndForget("enforce");
        interfere("gone");

        assertThat(world.resolve()).isInstanceOf(PolicyResolution.Withheld.class);
        assertThat(world.kinds()).contains(PolicyEvent.Kind.EVICTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"testing", "none"})
    void aReplicaThatLagsBehindDoesNotTurnEnforceIntoLess(String mode) throws InterruptedException {
        CachedPolicy policy = learnAndForget("enforce");
        lagBehind(policy, mode);
        interfere("servfail");
        world.refresher().tick();

        assertThat(world.resolve()).isInstanceOf(PolicyResolution.Withheld.class);
        assertThat(world.recheck()).isInstanceOf(PolicyResolution.Withheld.class);

        world.clock.advance(Duration.ofMinutes(2));
        world.txt = record("1");
        assertThat(found(world.resolve()).cached().policy()).isEqualTo(policy.policy());
    }

    @Test
    void whatAnotherSenderHasFetchedWithTheIdInTheDnsIsTaken() throws InterruptedException {
        lagBehind(learnAndForget("enforce"), "testing");
        world.txt = record("0");

        assertThat(world.resolve().mode()).isEqualTo(Mode.TESTING);
        assertThat(world.fetched).noneMatch(request -> request.at().isAfter(World.at(60)));
    }

    /** The store has another policy than was saved in it, under the id 0. */
    private void lagBehind(CachedPolicy saved, String mode) throws InterruptedException {
        World other = new World();
        other.https = World.policy(mode, World.WEEK, "mx.example.com");
        CachedPolicy old = found(other.resolve()).cached();
        world.memory.rows.put(
                NAME,
                new CachedPolicy(NAME, "0", old.policy(), saved.fetchedAt().minusSeconds(9)));
    }

    @Test
    void theStoreIsLookedThroughUntilItAnswersForOnce() throws InterruptedException {
        learnAndForget("enforce");
        PolicyResolver restarted = world.newResolver();
        PolicyRefresher refresher = restarted.newRefresher();
        down.set(true);
        refresher.tick();
        down.set(false);
        refresher.tick();
        displace(restarted);
        down.set(true);
        interfere("gone");

        assertThat(restarted.resolve(DOMAIN)).isInstanceOf(PolicyResolution.Withheld.class);
    }

    @Test
    void whoIsTurnedAwayIsNotToldThatThereIsNoPolicy() throws InterruptedException {
        learnAndForget("enforce");
        down.set(true);
        world.resolver().close();

        PolicyResolution answer = world.resolve();

        assertThat(answer).isInstanceOf(PolicyResolution.Withheld.class);
        assertThat(World.failure(answer).detail()).contains("the resolver is closed");
    }

    /** The policy is in the store, and other policies have taken its place in memory. */
    private CachedPolicy learnAndForget(String mode) throws InterruptedException {
        world.https = World.policy(mode, World.WEEK, "mx.example.com");
        CachedPolicy policy = found(world.resolve()).cached();
        displace();
        assertThat(world.resolver().peek(DOMAIN)).isEmpty();
        world.txt = record("1");
        world.clock.advance(Duration.ofMinutes(2)); // No fetch within a minute of the last.
        return policy;
    }

    private void displace() throws InterruptedException {
        displace(world.resolver());
    }

    private void displace(PolicyResolver resolver) throws InterruptedException {
        PolicyFetcher.Result https = world.https;
        world.https = World.policy("none", World.WEEK);
        world.txt = record("1");
        for (int i = 0; resolver.peek(DOMAIN).isPresent() && i < 1000; i++) {
            resolver.resolve(PolicyDomain.ofDomain("d" + i + ".example"));
        }
        world.https = https;
    }

    private void interfere(String trouble) {
        switch (trouble) {
            case "servfail" -> world.txt = World.servfail();
            case "gone" -> world.txt = new TxtLookup.None(World.TTL);
            default -> world.https = World.response(503, "");
        }
    }

    /** Works until it is down. */
    private final class FailingStore implements PolicyStore {
        private PolicyStore up() {
            if (down.get()) {
                throw new IllegalStateException("down");
            }
            return world.memory;
        }

        @Override
        public Optional<CachedPolicy> find(DomainName domain) {
            return up().find(domain);
        }

        @Override
        public boolean save(CachedPolicy policy) {
            return up().save(policy);
        }

        @Override
        public void remove(DomainName domain) {
            up().remove(domain);
        }

        @Override
        public void scan(Consumer<? super CachedPolicy> each) {
            up().scan(each);
        }
    }

    @Test
    void aRowThatWasOnceThereAndIsNotAnyMoreIsMissed() throws InterruptedException {
        learnAndForget("enforce");
        world.memory.rows.remove(NAME);
        interfere("gone");

        assertThat(world.resolve()).isInstanceOf(PolicyResolution.Withheld.class);
    }
}
