// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static io.github.mtasts4j.discovery.HealthEvent.Kind.STORE_BACKLOG_FULL;
import static io.github.mtasts4j.discovery.HealthEvent.Kind.STORE_FAILING;
import static io.github.mtasts4j.discovery.HealthEvent.Kind.STORE_RECOVERED;
import static io.github.mtasts4j.discovery.HealthEvent.Kind.STORE_ROW_REFUSED;
import static io.github.mtasts4j.discovery.World.DOMAIN;
import static io.github.mtasts4j.discovery.World.NAME;
import static io.github.mtasts4j.discovery.World.found;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A store that fails costs no decision, is told of once, and gets what it has missed. */
final class StoreTroubleTest {

    private final World world = new World();

    @BeforeEach
    void withStore() {
        world.store = Optional.of(world.memory);
    }

    @Test
    void aPolicyThatCouldNotBeSavedIsSavedLater() throws InterruptedException {
        failSaves();
        CachedPolicy policy = found(world.resolve()).cached();
        assertThat(world.memory.rows).isEmpty();
        world.refresher().tick();
        assertThat(world.memory.rows).isEmpty();

        world.memory.duringSave = () -> {};
        world.pass(Duration.ofMinutes(1), Duration.ofMinutes(1));

        assertThat(world.memory.rows).containsEntry(NAME, policy);
        assertThat(world.ailments()).containsExactly(STORE_FAILING, STORE_RECOVERED);
        world.memory.duringSave = () -> {
            throw new AssertionError("there is nothing left to save");
        };
        world.pass(Duration.ofMinutes(5), Duration.ofMinutes(1));
    }

    @Test
    void whatWaitsToBeSavedCountsAndNotTheOlderRowThatCanStillBeRead() throws InterruptedException {
        world.settings = world.settings.withCapacity(1, 100);
        world.https = World.policy("testing", World.WEEK, "mx.example.com");
        world.resolve();
        world.clock.advance(Duration.ofMinutes(2));
        world.txt = World.record("2");
        world.https = World.policy("enforce", World.WEEK, "mx.example.com");
        failSaves();
        CachedPolicy policy = found(world.recheck()).cached();
        world.https = World.policy("none", World.WEEK);
        for (int i = 0; world.resolver().peek(DOMAIN).isPresent() && i < 1000; i++) {
            world.resolver().resolve(PolicyDomain.ofDomain("d" + i + ".example"));
        }

        assertThat(world.memory.rows.get(NAME)).extracting(CachedPolicy::id).isEqualTo("1");
        assertThat(world.resolve().applicable()).contains(policy);
    }

    @Test
    void aWriteWhoseOutcomeIsUnknownIsMadeAgain() throws InterruptedException {
        world.memory.afterSave = () -> {
            throw new IllegalStateException("timed out");
        };
        CachedPolicy policy = found(world.resolve()).cached();
        assertThat(world.memory.rows).containsEntry(NAME, policy);

        world.memory.afterSave = () -> {};
        world.pass(Duration.ofMinutes(1), Duration.ofMinutes(1));

        assertThat(world.memory.rows).containsEntry(NAME, policy);
    }

    @Test
    void whatCanNeverBeSavedDoesNotKeepTheOthersWaiting() throws InterruptedException {
        failSaves();
        for (int i = 0; i < 50; i++) {
            world.resolver().resolve(PolicyDomain.of(DomainName.of("d" + i + ".example")));
        }
        world.memory.duringSave = () -> {};
        world.memory.refused = DomainName.of("d7.example");
        world.pass(Duration.ofMinutes(1), Duration.ofMinutes(1));

        assertThat(world.memory.rows).hasSize(49);
    }

    @Test
    void aSlowStoreHasEverythingWithinTenMinutesAndHoldsUpNoRefresh() throws InterruptedException {
        failSaves();
        for (int i = 0; i < 80; i++) {
            world.resolver().resolve(PolicyDomain.of(DomainName.of("d" + i + ".example")));
        }
        world.memory.duringSave = () -> world.clock.advance(Duration.ofSeconds(2));
        Instant recovered = world.clock.instant();
        List<Duration> ticks = new ArrayList<>();
        while (world.memory.rows.size() < 80) {
            Instant begun = world.clock.instant();
            world.refresher().tick();
            ticks.add(Duration.between(begun, world.clock.instant()));
            world.clock.advance(Duration.ofMinutes(1));
        }

        assertThat(ticks).allSatisfy(tick -> assertThat(tick).isLessThanOrEqualTo(Duration.ofSeconds(30)));
        assertThat(Duration.between(recovered, world.clock.instant())).isLessThanOrEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void onlyTheLatestPolicyOfADomainIsSavedLater() throws InterruptedException {
        failSaves();
        world.resolve();
        world.clock.advance(Duration.ofMinutes(2));
        world.txt = World.record("2");
        world.recheck();

        world.memory.duringSave = () -> {};
        world.pass(Duration.ofMinutes(1), Duration.ofMinutes(1));

        assertThat(world.memory.rows.get(NAME)).extracting(CachedPolicy::id).isEqualTo("2");
    }

    @Test
    void whatAnotherHasSavedInsteadOfWhatWaitedIsInForceFromThenOn() throws InterruptedException {
        failSaves();
        CachedPolicy ours = found(world.resolve()).cached();
        CachedPolicy theirs = new CachedPolicy(
                NAME, ours.id(), ours.policy(), ours.fetchedAt().plusSeconds(1));
        world.clock.advance(Duration.ofMinutes(1));
        world.memory.rows.put(NAME, theirs); // Nobody was there to hear of it.

        world.memory.duringSave = () -> {};
        world.refresher().tick();

        assertThat(world.resolve().applicable()).contains(theirs);
        assertThat(world.memory.rows).containsEntry(NAME, theirs);
    }

    @Test
    void whatAnOperatorHasHadForgottenIsNotSavedLater() throws InterruptedException {
        failSaves();
        world.resolve();
        world.resolver().invalidate(DOMAIN);

        world.memory.duringSave = () -> {};
        world.pass(Duration.ofMinutes(1), Duration.ofMinutes(1));

        assertThat(world.memory.rows).isEmpty();
    }

    @Test
    void troubleIsToldOnceAndItsEndOnce() throws InterruptedException {
        world.memory.duringFind = () -> {
            throw new IllegalStateException("down");
        };
        for (int i = 0; i < 100; i++) {
            world.resolver().resolve(PolicyDomain.ofDomain("d" + i + ".example"));
        }
        assertThat(world.ailments()).containsExactly(STORE_FAILING);
        assertThat(world.health.get(0).detail())
                .isEqualTo("the policy store failed to find the policy of d0.example: java.lang.IllegalStateException");

        world.memory.duringFind = () -> {};
        world.resolver().resolve(PolicyDomain.ofDomain("e.example"));
        assertThat(world.ailments()).as("a minute of calm first").containsExactly(STORE_FAILING);
        world.clock.advance(Duration.ofMinutes(1));
        world.resolver().resolve(PolicyDomain.ofDomain("f.example"));
        world.resolver().resolve(PolicyDomain.ofDomain("g.example"));
        assertThat(world.ailments()).containsExactly(STORE_FAILING, STORE_RECOVERED);
    }

    @Test
    void theEndOfTroubleIsToldThoughTheClockIsSetBack() throws InterruptedException {
        failSaves();
        world.resolve();
        world.clock.step(Duration.ofDays(-365));
        world.memory.duringSave = () -> {};

        world.pass(Duration.ofMinutes(1), Duration.ofMinutes(1));
        assertThat(world.ailments()).doesNotContain(STORE_RECOVERED);
        world.clock.advance(Duration.ofMinutes(1));
        world.resolver().resolve(PolicyDomain.ofDomain("e.example"));
        assertThat(world.ailments()).containsOnlyOnce(STORE_FAILING, STORE_RECOVERED);
    }

    @Test
    void aBacklogHasABoundAndWhatIsBeyondItIsTold() throws InterruptedException {
        failSaves();
        for (int i = 0; i < Backlog.MOST + 5; i++) {
            world.resolver().resolve(PolicyDomain.of(DomainName.of("d" + i + ".example")));
        }
        assertThat(world.ailments()).containsExactly(STORE_FAILING, STORE_BACKLOG_FULL);
        assertThat(world.resolver().peek(PolicyDomain.ofDomain("d10004.example")))
                .isPresent();

        world.memory.duringSave = () -> {};
        world.pass(Duration.ofMinutes(1), Duration.ofMinutes(1));
        assertThat(world.memory.rows).hasSize(Backlog.MOST);
    }

    @Test
    void rowsThatCannotBeAreIgnoredWithAnEvent() throws InterruptedException {
        CachedPolicy policy = found(world.resolve()).cached();
        world.memory.rows.put(
                DomainName.of("other.example"), policy); // Somebody has copied one domain's row to another.
        world.txt = World.servfail();

        assertThat(world.resolver()
                        .resolve(PolicyDomain.ofDomain("other.example"))
                        .applicable())
                .isEmpty();
        assertThat(world.ailments()).containsExactly(STORE_ROW_REFUSED);
        assertThat(world.health.get(0).domain()).contains(DomainName.of("other.example"));
        assertThat(world.health.get(0).detail()).contains("the policy of example.com");
    }

    @Test
    void aRowFromTheFutureIsToldOnceAndCountedFromWhenItWasSeenFirst() throws InterruptedException {
        CachedPolicy policy = found(world.resolve()).cached();
        world.memory.rows.put(
                NAME,
                new CachedPolicy(
                        NAME, "1", policy.policy(), world.clock.instant().plus(Duration.ofDays(3650))));
        world.txt = World.servfail();
        PolicyResolver restarted = world.newResolver();
        assertThat(restarted.resolve(DOMAIN).applicable()).isPresent();

        world.clock.set(policy.expiresAt().plusSeconds(1));

        assertThat(restarted.resolve(DOMAIN).applicable()).isEmpty();
        assertThat(world.ailments()).containsExactly(STORE_ROW_REFUSED);
    }

    private void failSaves() {
        world.memory.duringSave = () -> {
            throw new IllegalStateException("full");
        };
    }
}
