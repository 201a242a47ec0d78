// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.PolicyParser;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What other senders with the same store have learnt, and who of them fetches a policy again. */
final class OtherSendersTest {

    private final World world = new World();
    private final SharedMemory shared = new SharedMemory();

    OtherSendersTest() {
        world.store = Optional.of(shared);
    }

    /** A store that tells, and lends leases by the world's clock. */
    private final class SharedMemory extends World.MemoryStore {

        final List<PolicyStore.Observer> observers = new CopyOnWriteArrayList<>();
        final Map<DomainName, Instant> leases = new HashMap<>();
        boolean isDown;
        boolean leasesFail;
        Runnable duringScan = () -> {};
        final List<CachedPolicy> scannedLast = new ArrayList<>();

        @Override
        public Optional<CachedPolicy> find(DomainName domain) {
            if (isDown) {
                throw new IllegalStateException("down");
            }
            return super.find(domain);
        }

        @Override
        public boolean save(CachedPolicy policy) {
            boolean kept = super.save(policy);
            if (kept) {
                observers.forEach(observer -> observer.saved(policy));
            }
            return kept;
        }

        @Override
        public void scan(Consumer<? super CachedPolicy> each) {
            List<CachedPolicy> snapshot = List.copyOf(rows.values());
            duringScan.run();
            snapshot.forEach(each);
            scannedLast.forEach(each);
        }

        @Override
        public boolean mayRefresh(DomainName domain, Duration term) {
            if (leasesFail) {
                throw new IllegalStateException("no leases today");
            }
            Instant now = world.clock.instant();
            Instant until = leases.get(domain);
            if (until != null && now.isBefore(until)) {
                return false;
            }
            leases.put(domain, now.plus(term));
            return true;
        }

        @Override
        public Watch watch(Observer observer) {
            observers.add(observer);
            return () -> observers.remove(observer);
        }

        Observer observer() {
            return observers.get(0);
        }
    }

    private CachedPolicy theirs(String mode, String id, Instant fetchedAt) {
        String text = "version: STSv1\nmode: " + mode + "\nmx: mx.example.com\nmax_age: " + World.WEEK + "\n";
        return new CachedPolicy(
                World.NAME,
                id,
                new PolicyParser(Grammar.STRICT)
                        .parse(text.getBytes(StandardCharsets.US_ASCII))
                        .orElseThrow(),
                fetchedAt);
    }

    private CachedPolicy theirs(String mode, String id) {
        return theirs(mode, id, world.clock.instant());
    }

    // ---- what they have learnt ----

    @Test
    void aPolicyOfAnotherSenderEndsTheAnswerThatThereIsNone() throws InterruptedException {
        world.txt = new TxtLookup.None(Duration.ofMinutes(15));
        assertThat(world.resolve()).isInstanceOf(PolicyResolution.Absent.class);

        CachedPolicy learnt = theirs("enforce", "1");
        shared.save(learnt);

        assertThat(world.resolve().applicable()).contains(learnt);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPolicyOfAnotherSenderIsTheAnswerOfADiscoveryThatHasJustFoundNoneOrKeptAnEarlierOne(boolean hadOne)
            throws InterruptedException {
        List<Optional<CachedPolicy>> inMemory = new ArrayList<>();
        world.listener = new ResolverListener() {
            @Override
            public void discoveryFailed(DomainName domain, StsFailure failure, Optional<CachedPolicy> kept) {
                shared.save(theirs("enforce", "2"));
                inMemory.add(world.resolver().peek(World.DOMAIN));
            }
        };
        if (hadOne) {
            world.resolve();
            world.clock.advance(Duration.ofHours(1));
        }
        world.txt = World.servfail();

        PolicyResolution answer = world.recheck();

        assertThat(inMemory).containsExactly(Optional.of(theirs("enforce", "2")));
        assertThat(answer.applicable()).contains(theirs("enforce", "2"));
        assertThat(answer.isRechecked()).isFalse();
    }

    @Test
    void aLaterPolicyOfAnotherSenderIsInForceAtOnceAndAnEarlierOneNever() throws InterruptedException {
        world.resolve();
        world.clock.advance(Duration.ofHours(1));
        CachedPolicy later = theirs("enforce", "2");
        world.txt = World.record("2");

        shared.observer().saved(later);
        assertThat(world.resolve().applicable()).contains(later);
        shared.observer().saved(theirs("enforce", "0", later.fetchedAt().minusSeconds(1)));
        assertThat(world.resolve().applicable()).contains(later);
    }

    @Test
    void aWeakerPolicyIsBelievedIfTheDnsHasItsIdAndNotBefore() throws InterruptedException {
        world.resolve();
        world.clock.advance(Duration.ofHours(1));
        CachedPolicy weaker = theirs("none", "2");
        shared.save(weaker);
        assertThat(world.resolve().mode()).isEqualTo(Mode.ENFORCE);

        world.txt = World.record("2");
        shared.observer().saved(weaker);
        assertThat(world.resolve().applicable()).contains(weaker);
        assertThat(world.fetched).hasSize(1);
    }

    @Test
    void aPolicyThatNobodyHereHasAskedForBindsEvenIfItCannotBeRead() throws InterruptedException {
        assertThat(world.resolver().peek(World.DOMAIN)).isEmpty();
        shared.save(theirs("enforce", "1"));
        assertThat(world.resolver().peek(World.DOMAIN)).isEmpty();

        shared.isDown = true;
        world.txt = World.servfail();
        assertThat(world.resolve()).isInstanceOf(PolicyResolution.Withheld.class);
        shared.isDown = false;
        assertThat(world.resolve().mode()).isEqualTo(Mode.ENFORCE);
    }

    // ---- news of a row that is just on its way from the store ----

    /** The first row that is read from now on is on its way here when another sender saves this one. */
    private void overtake(CachedPolicy later) {
        shared.duringFind = () -> {
            shared.duringFind = () -> {};
            shared.save(later);
        };
    }

    private Optional<CachedPolicy> inMemory() {
        return world.resolver().peek(World.DOMAIN);
    }

    @Test
    void aCallerWhoReadsARowThatIsJustReplacedLeavesTheLaterOneInForce() throws InterruptedException {
        shared.save(theirs("enforce", "1"));
        world.clock.advance(Duration.ofHours(1));
        CachedPolicy later = theirs("enforce", "1");
        assertThat(inMemory()).isEmpty();
        overtake(later);

        world.resolve();

        assertThat(inMemory()).contains(later);
    }

    @Test
    void soDoesADiscovery() throws InterruptedException {
        world.holdBack();
        CompletableFuture<PolicyResolution> unused = world.resolver().resolveAsync(World.DOMAIN, Runnable::run);
        shared.rows.put(World.NAME, theirs("testing", "1"));
        world.clock.advance(Duration.ofMillis(5));
        CachedPolicy later = theirs("testing", "1");
        overtake(later);

        world.runHeldBack();

        assertThat(inMemory()).contains(later);
        assertThat(world.fetched).isEmpty();
    }

    @Test
    void soDoesAnyonesStart() {
        shared.save(theirs("testing", "1"));
        world.clock.advance(Duration.ofHours(1));
        CachedPolicy later = theirs("testing", "1");
        shared.duringScan = () -> shared.save(later);

        world.refresher().tick();

        assertThat(inMemory()).contains(later);
    }

    @Test
    void aRowThatComesByTwiceAtTheStartIsTakenAsItIsTheSecondTime() {
        CachedPolicy earlier = theirs("enforce", "1");
        world.clock.advance(Duration.ofHours(1));
        CachedPolicy later = theirs("enforce", "1");
        shared.rows.put(World.NAME, earlier);
        shared.scannedLast.add(later); // Rows come in the order of their writing, and writing goes on.

        world.refresher().tick();

        assertThat(inMemory()).contains(later);
    }

    @Test
    void theLaterOfTwoWeakerPoliciesIsInForceWhenADiscoveryFindsTheEarlier() throws InterruptedException {
        world.resolve();
        world.clock.advance(Duration.ofHours(1));
        world.txt = World.record("2");
        shared.rows.put(World.NAME, theirs("testing", "2"));
        world.clock.advance(Duration.ofMillis(5));
        CachedPolicy later = theirs("testing", "2");
        overtake(later);

        world.recheck();

        assertThat(inMemory()).contains(later);
        assertThat(world.fetched).hasSize(1);
    }

    @Test
    void aWeakerPolicyThatIsSavedWhileTheDnsIsAskedIsAskedForOnceMore() throws InterruptedException {
        world.resolve();
        world.clock.advance(Duration.ofHours(1));
        CachedPolicy weaker = theirs("none", "2");
        world.duringLookup = () -> {
            world.duringLookup = () -> {};
            world.txt = World.record("2");
            shared.save(weaker);
        };

        world.resolve(); // Looks at the TXT record in the background.

        assertThat(inMemory()).contains(weaker);
        assertThat(world.fetched).hasSize(1);
    }

    @Test
    void aWeakerPolicyThatTheDnsDoesNotHaveIsAskedForOnce() throws InterruptedException {
        world.resolve();
        world.clock.advance(Duration.ofHours(1));
        int before = world.asked.size();

        shared.save(theirs("none", "2"));

        assertThat(world.asked).hasSize(before + 1);
        assertThat(inMemory()).map(CachedPolicy::id).contains("1");
    }

    @Test
    void whatHasBeenForgottenSinceDoesNotComeBack() throws InterruptedException {
        open();
        shared.save(theirs("enforce", "1"));
        shared.rows.clear();
        shared.observer().removed(World.NAME);

        world.txt = new TxtLookup.None(Duration.ofMinutes(15));

        assertThat(world.resolve()).isInstanceOf(PolicyResolution.Absent.class);
        assertThat(inMemory()).isEmpty();
    }

    // ---- what is not to be believed as it is ----

    @Test
    void aPolicyFromTheFutureIsCountedFromNowAndToldOf() throws InterruptedException {
        world.txt = new TxtLookup.None(Duration.ofMinutes(15));
        world.resolve();
        Instant now = world.clock.instant();

        shared.observer().saved(theirs("enforce", "1", now.plus(Duration.ofDays(3650))));

        assertThat(World.found(world.resolve()).cached().fetchedAt()).isEqualTo(now);
        assertThat(world.ailments()).containsExactly(HealthEvent.Kind.STORE_ROW_REFUSED);
    }

    @Test
    void aPolicyThatHasExpiredIsNoNews() throws InterruptedException {
        world.txt = new TxtLookup.None(Duration.ofMinutes(15));
        world.resolve();

        shared.observer().saved(theirs("enforce", "1", world.clock.instant().minus(Duration.ofDays(8))));

        assertThat(world.resolve()).isInstanceOf(PolicyResolution.Absent.class);
    }

    @Test
    void anOperatorsCommandReachesEverySender() throws InterruptedException {
        world.resolve();
        shared.remove(World.NAME);

        shared.observer().removed(World.NAME);

        assertThat(world.resolver().peek(World.DOMAIN)).isEmpty();
        world.txt = World.servfail();
        assertThat(world.resolve()).isInstanceOf(PolicyResolution.Unusable.class);
    }

    @Test
    void whatTheStoreHasLostIsSavedAgain() throws InterruptedException {
        CachedPolicy learnt = world.resolve().applicable().orElseThrow();
        shared.rows.clear();

        shared.observer().lost();

        assertThat(shared.rows).containsValue(learnt);
        assertThat(world.ailments()).containsExactly(HealthEvent.Kind.STORE_LOST_ROWS);
    }

    @Test
    void whatMayHaveBeenLostBeforeAnybodyCouldLookIsSavedAgainWithoutAnAlarm() throws InterruptedException {
        CachedPolicy learnt = world.resolve().applicable().orElseThrow();
        shared.rows.clear();

        shared.observer().late();

        assertThat(shared.rows).containsValue(learnt);
        assertThat(world.ailments()).isEmpty();
    }

    @Test
    void whoeverTellsOfTheLossDoesNotWaitUntilAllIsSavedAgain() throws InterruptedException {
        CachedPolicy learnt = world.resolve().applicable().orElseThrow();
        shared.rows.clear();
        world.holdBack();

        shared.observer().lost();

        assertThat(shared.rows).isEmpty();
        world.runHeldBack();
        assertThat(shared.rows).containsValue(learnt);
    }

    @Test
    void whatAnotherSenderHasSavedAgainNeedNotBeSavedByAll() throws InterruptedException {
        CachedPolicy learnt = world.resolve().applicable().orElseThrow();
        world.holdBack();
        List<String> saves = new ArrayList<>();
        shared.duringSave = () -> saves.add("save");
        shared.observer().lost();
        shared.observer().saved(theirs("enforce", "1", learnt.fetchedAt().minusSeconds(1))); // Older than ours.
        world.runHeldBack();
        assertThat(saves).hasSize(1);

        world.holdBack();
        shared.observer().lost();
        shared.observer().saved(learnt);
        world.runHeldBack();
        assertThat(saves).hasSize(1);
    }

    @Test
    void whatTheStoreHasLostIsSavedAgainEvenIfTheExecutorHasClosed() throws InterruptedException {
        CachedPolicy learnt = world.resolve().applicable().orElseThrow();
        shared.rows.clear();
        world.refuse();

        shared.observer().lost();

        assertThat(shared.rows).containsValue(learnt);
    }

    @Test
    void aWatchThatBreaksOffIsToldOfOnceAndSoIsItsEnd() {
        PolicyStore.Observer observer = open();
        observer.works(Optional.of(new IllegalStateException("gone")));
        observer.works(Optional.of(new IllegalStateException("gone")));
        world.clock.advance(Duration.ofMinutes(2));
        observer.works(Optional.empty());
        observer.works(Optional.empty());

        assertThat(world.ailments()).containsExactly(HealthEvent.Kind.STORE_FAILING, HealthEvent.Kind.STORE_RECOVERED);
    }

    @Test
    void whatWaitsIsSavedAsSoonAsTheStoreIsBack() throws InterruptedException {
        shared.refused = World.NAME;
        CachedPolicy learnt = world.resolve().applicable().orElseThrow();
        shared.observer().works(Optional.of(new IllegalStateException("gone")));
        assertThat(shared.rows).isEmpty();

        shared.refused = null;
        shared.observer().works(Optional.empty());

        assertThat(shared.rows).containsValue(learnt);
    }

    @Test
    void whatTheStoreRefusesIsAnEvent() {
        open().refused(World.NAME, "the stored row has a wrong signature");

        assertThat(world.health).singleElement().satisfies(event -> {
            assertThat(event.kind()).isEqualTo(HealthEvent.Kind.STORE_ROW_REFUSED);
            assertThat(event.domain()).contains(World.NAME);
            assertThat(event.detail()).contains("wrong signature");
        });
    }

    private PolicyStore.Observer open() {
        assertThat(world.resolver()).isNotNull();
        return shared.observer();
    }

    @Test
    void aResolverThatIsClosedIsToldNothing() {
        open();
        world.resolver().close();

        assertThat(shared.observers).isEmpty();
    }

    @Test
    void nobodyWaitsUntilAPolicyIsSaved() throws InterruptedException {
        List<Optional<PolicyResolution>> answers = new ArrayList<>();
        world.holdBack();
        CompletableFuture<PolicyResolution> answer = world.resolver().resolveAsync(World.DOMAIN, Runnable::run);
        shared.duringSave = () -> answers.add(Optional.ofNullable(answer.getNow(null)));
        world.runHeldBack();

        assertThat(answers)
                .singleElement()
                .satisfies(one -> assertThat(one).map(PolicyResolution::mode).contains(Mode.ENFORCE));
    }

    // ---- who fetches ----

    private void becomeDue() throws InterruptedException {
        world.resolve();
        world.resolve();
        world.clock.advance(Duration.ofHours(37));
    }

    @Test
    void whoeverHasNoLeaseFetchesNothingAndTakesWhatTheOtherHasSaved() throws InterruptedException {
        becomeDue();
        shared.leases.put(World.NAME, world.clock.instant().plus(Duration.ofMinutes(4)));
        world.refresher().tick();
        assertThat(world.fetched).hasSize(1);

        CachedPolicy refreshed = theirs("enforce", "1");
        shared.rows.put(World.NAME, refreshed); // Unseen, as where there is no watch.
        world.pass(Duration.ofMinutes(10), Duration.ofMinutes(1));
        assertThat(world.fetched).hasSize(1);
        assertThat(world.resolve().applicable()).contains(refreshed);
    }

    @Test
    void aLeaseWhoseOwnerHasDiedCostsFiveMinutes() throws InterruptedException {
        becomeDue();
        shared.leases.put(World.NAME, world.clock.instant().plus(Duration.ofMinutes(4)));

        world.pass(Duration.ofMinutes(7), Duration.ofMinutes(1));

        assertThat(world.fetched).hasSize(2);
    }

    @Test
    void whereNobodyCanSayWhoFetchesEverybodyDoes() throws InterruptedException {
        becomeDue();
        shared.leasesFail = true;

        world.refresher().tick();

        assertThat(world.fetched).hasSize(2);
        assertThat(world.ailments()).containsExactly(HealthEvent.Kind.STORE_FAILING);
    }

    @Test
    void aNewIdIsFetchedWhoeverHasTheLease() throws InterruptedException {
        becomeDue();
        shared.leases.put(World.NAME, world.clock.instant().plus(Duration.ofDays(1)));
        world.txt = World.record("2");

        world.refresher().tick();

        assertThat(world.resolve().applicable()).map(CachedPolicy::id).contains("2");
    }

    @Test
    void eightSendersFetchAPolicyAboutOnceADayBetweenThem() throws InterruptedException {
        List<PolicyResolver> senders = new ArrayList<>();
        List<PolicyRefresher> refreshers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            PolicyResolver sender = world.newResolver();
            senders.add(sender);
            refreshers.add(sender.newRefresher());
        }
        int days = 20;
        for (int hour = 0; hour < 24 * days; hour++) {
            for (PolicyResolver sender : senders) {
                assertThat(sender.resolve(World.DOMAIN).mode()).isEqualTo(Mode.ENFORCE);
            }
            for (int minute = 0; minute < 60; minute += 5) {
                world.clock.advance(Duration.ofMinutes(5));
                refreshers.forEach(PolicyRefresher::tick);
            }
        }

        assertThat(world.fetched.size()).isBetween(days * 2 / 3, days * 8 / 5);
    }
}
