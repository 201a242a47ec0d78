// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static io.github.mtasts4j.discovery.World.DOMAIN;
import static io.github.mtasts4j.discovery.World.NAME;
import static io.github.mtasts4j.discovery.World.found;
import static io.github.mtasts4j.discovery.World.policy;
import static io.github.mtasts4j.discovery.World.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.policy.PolicyParser;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is kept beyond the process binds after it, and a store that fails costs nothing else. */
final class PolicyStoreUseTest {

    private final World world = new World();

    @BeforeEach
    void withStore() {
        world.store = Optional.of(world.memory);
    }

    @Test
    void afterARestartThePolicyIsEnforcedAtOnceAndLookedAtInTheBackground() throws InterruptedException {
        CachedPolicy before = found(world.resolve()).cached();
        world.clock.advance(Duration.ofDays(1));
        PolicyResolver restarted = world.newResolver();
        world.holdBack();

        PolicyResolution.Found first = found(restarted.resolve(DOMAIN));
        assertThat(first.cached()).isEqualTo(before);
        assertThat(first.freshness()).isEqualTo(Freshness.CACHED);
        assertThat(restarted.resolve(DOMAIN).applicable()).contains(before);
        assertThat(world.asked).hasSize(1);

        world.txt = record("2");
        assertThat(world.runHeldBack()).isEqualTo(1);
        assertThat(found(restarted.resolve(DOMAIN)).cached().id()).isEqualTo("2");
    }

    @Test
    void aCallerWhoseDomainIsInMemoryAsksTheStoreNothing() throws InterruptedException {
        world.settings = ResolverSettings.defaults();
        world.resolve();
        AtomicInteger calls = new AtomicInteger();
        world.memory.duringFind = calls::incrementAndGet;
        world.memory.duringSave = calls::incrementAndGet;

        for (int i = 0; i < 100; i++) {
            assertThat(world.resolve().applicable()).isPresent();
        }

        assertThat(calls).hasValue(0);
    }

    @Test
    void anExpiredRowIsNotUsed() throws InterruptedException {
        CachedPolicy old = found(world.resolve()).cached();
        world.clock.set(old.expiresAt().plusSeconds(1));
        world.txt = World.servfail();

        assertThat(world.newResolver().resolve(DOMAIN).applicable()).isEmpty();
        assertThat(world.memory.rows).as("nothing but an operator removes rows").containsKey(NAME);
    }

    @Test
    void whatIsSavedIsWhatWasFetched() throws InterruptedException {
        CachedPolicy fetched = found(world.resolve()).cached();

        assertThat(world.memory.rows).containsOnly(Map.entry(NAME, fetched));
        assertThat(fetched.policy().lines())
                .containsExactly("version: STSv1", "mode: enforce", "max_age: 604800", "mx: mx.example.com");
    }

    @Test
    void noFailureIsSavedOrRemovesAnything() throws InterruptedException {
        CachedPolicy fetched = found(world.resolve()).cached();
        world.clock.advance(Duration.ofHours(1));
        world.txt = record("2");
        world.https = World.response(404, "");
        world.recheck();
        world.txt = new TxtLookup.None(Duration.ZERO);
        world.recheck();

        assertThat(world.memory.rows).containsOnly(Map.entry(NAME, fetched));
    }

    @Test
    void invalidateForgetsMemoryAndStore() throws InterruptedException {
        world.resolve();

        world.resolver().invalidate(DOMAIN);

        assertThat(world.memory.rows).isEmpty();
        assertThat(world.resolver().peek(DOMAIN)).isEmpty();
    }

    @Test
    void aPolicyThatAnotherSenderFetchedLaterWins() throws InterruptedException {
        world.duringFetch = () -> world.memory.rows.put(NAME, theirs("2", 3));

        PolicyResolution.Found answer = found(world.resolve());

        assertThat(answer.freshness())
                .isEqualTo(Freshness.FETCHED); // Who waited for it does not wait for the store, too.
        assertThat(world.resolve().applicable()).contains(theirs("2", 3));
    }

    @Test
    void aNewPolicyThatAnotherSenderHasFetchedIsNotFetchedAgain() throws InterruptedException {
        world.resolve();
        world.clock.advance(Duration.ofHours(1));
        world.txt = record("2");
        world.https = World.response(500, "");
        CachedPolicy theirs = theirs("2", 3000);
        world.memory.rows.put(NAME, theirs);

        PolicyResolution.Found answer = found(world.recheck());

        assertThat(answer.cached()).isEqualTo(theirs);
        assertThat(answer.freshness()).isEqualTo(Freshness.CONFIRMED);
        assertThat(world.fetched).hasSize(1);
        assertThat(world.resolve().applicable()).contains(theirs);
    }

    @Test
    void anOlderRowNeverReplacesThePolicyInMemory() throws InterruptedException {
        world.clock.advance(Duration.ofHours(1));
        CachedPolicy ours = found(world.resolve()).cached();
        world.memory.rows.put(NAME, theirs("2", 10));
        world.clock.advance(Duration.ofHours(1));
        world.txt = record("2");
        world.https = World.response(500, "");

        assertThat(world.recheck().applicable()).contains(ours);
    }

    @Test
    void aRowFromTheFutureLivesNoLongerThanOneFromNow() throws InterruptedException {
        world.memory.rows.put(NAME, theirs("1", Duration.ofDays(3650).toSeconds()));

        CachedPolicy loaded = found(world.resolve()).cached();

        assertThat(loaded.fetchedAt()).isEqualTo(world.clock.instant());
        assertThat(loaded.policy().mode()).isEqualTo(Mode.TESTING);
    }

    @Test
    void aRowFromTheFutureDoesNotKeepAFreshPolicyOut() throws InterruptedException {
        world.resolve();
        world.memory.rows.put(NAME, theirs("1", Duration.ofDays(3650).toSeconds()));
        world.clock.advance(Duration.ofHours(1));
        world.txt = record("2");

        assertThat(found(world.recheck()).freshness()).isEqualTo(Freshness.FETCHED);
        assertThat(found(world.resolve()).cached().id()).isEqualTo("2");
    }

    @Test
    void aRowOfAnotherDomainIsNotUsed() throws InterruptedException {
        CachedPolicy fetched = found(world.resolve()).cached();
        DomainName other = DomainName.of("other.example");
        world.memory.rows.clear();
        world.memory.rows.put(NAME, new CachedPolicy(other, fetched.id(), fetched.policy(), fetched.fetchedAt()));
        world.txt = World.servfail();

        assertThat(world.newResolver().resolve(DOMAIN).applicable()).isEmpty();
    }

    @Test
    void aStoreThatThrowsChangesNothing() throws InterruptedException {
        world.store = Optional.of(new BrokenStore());

        assertThat(found(world.resolve()).freshness()).isEqualTo(Freshness.FETCHED);
        assertThat(found(world.resolve()).freshness()).isEqualTo(Freshness.CACHED);
        assertThat(found(world.recheck()).freshness()).isEqualTo(Freshness.CONFIRMED);
        world.resolver().invalidate(DOMAIN);
        assertThat(world.resolver().peek(DOMAIN)).isEmpty();
        assertThat(world.news).containsExactly("fetched 1 before -");
    }

    @Test
    void aLivePolicyInAFullCacheIsStillFoundInTheStore() throws InterruptedException {
        world.settings = world.settings.withCapacity(1, 1);
        CachedPolicy live = found(world.resolve()).cached();
        for (int i = 0; i < 100; i++) {
            world.resolver().resolve(PolicyDomain.ofDomain("d" + i + ".example"));
        }
        world.txt = World.servfail();

        assertThat(world.resolve().applicable()).contains(live);
        assertThat(world.recheck().applicable()).contains(live);
    }

    private static CachedPolicy theirs(String id, long secondsAfterStart) {
        Policy testing = new PolicyParser(Grammar.STRICT)
                .parse(policy("testing", World.WEEK, "mx.example.com").body())
                .orElseThrow();
        return new CachedPolicy(NAME, id, testing, World.at(secondsAfterStart));
    }

    private static final class BrokenStore implements PolicyStore {
        @Override
        public Optional<CachedPolicy> find(DomainName domain) {
            throw new IllegalStateException("down");
        }

        @Override
        public boolean save(CachedPolicy policy) {
            throw new IllegalStateException("full");
        }

        @Override
        public void remove(DomainName domain) {
            throw new IllegalStateException("read-only");
        }

        @Override
        public void scan(Consumer<? super CachedPolicy> each) {
            throw new IllegalStateException("down");
        }
    }
}
