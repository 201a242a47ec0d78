// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static io.github.mtasts4j.discovery.Flights.Purpose.INSIST;
import static io.github.mtasts4j.discovery.Flights.Purpose.LOOK_UP;
import static io.github.mtasts4j.discovery.Flights.Purpose.RECHECK;
import static io.github.mtasts4j.discovery.Flights.Purpose.REFRESH;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who joins whose flight, step by step. */
final class FlightsTest {

    private final Queue<Runnable> ready = new ArrayDeque<>();
    private final List<Flights.Purpose> flown = new ArrayList<>();
    private final List<DomainName> landed = new ArrayList<>();
    private final List<Boolean> joinable = new ArrayList<>();
    private final PolicyResolution absent = new PolicyResolution.Absent(PolicyDomain.of(World.NAME));
    private final Flights flights = new Flights(
            ResolverSettings.defaults(),
            ready::add,
            (domain, flight) -> {
                flown.add(flight.purpose());
                return absent;
            },
            new Ground());

    private final class Ground implements Flights.Ground {

        @Override
        public PolicyResolution refuse(DomainName domain, FailureCode code, String detail) {
            joinable.add(flights.isUnderWay(domain));
            return new PolicyResolution.Unusable(
                    PolicyDomain.of(domain), new StsFailure(code, "refused", detail, MovableClock.START));
        }

        @Override
        public PolicyResolution settle(DomainName domain, PolicyResolution result) {
            joinable.add(flights.isUnderWay(domain));
            return result;
        }

        @Override
        public void landed(DomainName domain) {
            landed.add(domain);
        }
    }

    private CompletableFuture<PolicyResolution> join(Flights.Purpose purpose) {
        return flights.join(World.NAME, purpose);
    }

    private void runNext() {
        ready.remove().run();
    }

    @Test
    void lookUpsJoinWhateverIsUnderWay() {
        CompletableFuture<PolicyResolution> first = join(RECHECK);
        assertThat(join(LOOK_UP)).isSameAs(first);
        assertThat(join(RECHECK)).isSameAs(first);
        assertThat(landed).isEmpty();
        runNext();
        assertThat(first).isCompletedWithValue(absent);
        assertThat(ready).isEmpty();
        assertThat(flights.isUnderWay(World.NAME)).isFalse();
        assertThat(landed).containsExactly(World.NAME);
    }

    @Test
    void recheckersWaitForALookUpToLandAndShareTheNextFlight() {
        CompletableFuture<PolicyResolution> lookUp = join(LOOK_UP);
        CompletableFuture<PolicyResolution> one = join(RECHECK);
        CompletableFuture<PolicyResolution> other = join(RECHECK);

        runNext();
        assertThat(lookUp).isDone();
        assertThat(one).isNotDone();
        assertThat(ready).hasSize(1);

        runNext();
        assertThat(one).isCompletedWithValue(absent);
        assertThat(other).isCompletedWithValue(absent);
        assertThat(flown).containsExactly(LOOK_UP, RECHECK);
    }

    @Test
    void whoAsksForMoreThanTheFlightUnderWayWaitsForTheNext() {
        CompletableFuture<PolicyResolution> recheck = join(RECHECK);
        CompletableFuture<PolicyResolution> insist = join(INSIST);
        runNext();
        assertThat(recheck).isDone();
        assertThat(insist).isNotDone();
        runNext();
        assertThat(insist).isDone();

        CompletableFuture<PolicyResolution> refresh = join(REFRESH);
        assertThat(join(INSIST)).isSameAs(refresh);
        assertThat(join(RECHECK)).isSameAs(refresh);
        assertThat(join(LOOK_UP)).isSameAs(refresh);
        runNext();
        assertThat(flown).containsExactly(RECHECK, INSIST, REFRESH);
    }

    @Test
    void aFlightThatIsForgottenLandsForThoseOnBoardAndIsJoinedByNobody() {
        CompletableFuture<PolicyResolution> before = join(LOOK_UP);
        flights.forget(World.NAME);
        CompletableFuture<PolicyResolution> after = join(LOOK_UP);
        assertThat(after).isNotSameAs(before);

        runNext();
        assertThat(before).isDone();
        assertThat(flights.isUnderWay(World.NAME)).as("the new one").isTrue();
        runNext();
        assertThat(after).isDone();
        assertThat(flights.isUnderWay(World.NAME)).isFalse();
    }

    @Test
    void recheckersBehindALookUpAreLetGoWhenAllIsClosed() {
        CompletableFuture<PolicyResolution> lookUp = join(LOOK_UP);
        CompletableFuture<PolicyResolution> recheck = join(RECHECK);

        flights.close();

        assertThat(World.failure(lookUp.join()).code()).isEqualTo(FailureCode.CLOSED);
        assertThat(World.failure(recheck.join()).code()).isEqualTo(FailureCode.CLOSED);
        assertThat(flights.isUnderWay(World.NAME)).isFalse();
        runNext();
        assertThat(flown).isEmpty();
    }

    @Test
    void theAnswerIsMadeWhenNobodyCanJoinAnyMore() {
        CompletableFuture<PolicyResolution> found = join(LOOK_UP);
        runNext();
        CompletableFuture<PolicyResolution> letGo = join(RECHECK);
        flights.close();
        CompletableFuture<PolicyResolution> refused = join(LOOK_UP);

        assertThat(List.of(found, letGo, refused)).allMatch(CompletableFuture::isDone);
        assertThat(joinable).as("found, let go, refused").containsExactly(false, false, false);
    }

    // ---- flights that have answered and go on ----

    @Test
    @Timeout(60)
    void closingWaitsForWhatIsJustBeingSaved() throws InterruptedException {
        CountDownLatch answered = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        AtomicBoolean saved = new AtomicBoolean();
        try (SlowSaving slow = new SlowSaving(answered, mayGoOn, saved)) {
            CompletableFuture<PolicyResolution> answer = slow.flights.join(World.NAME, LOOK_UP);
            CompletableFuture<PolicyResolution> landing = slow.flights.landing(World.NAME, LOOK_UP);
            answered.await();
            assertThat(answer.join()).isEqualTo(absent);
            assertThat(landing).isNotDone();

            Thread closing = new Thread(slow.flights::close);
            closing.start();
            mayGoOn.countDown();
            closing.join();

            assertThat(saved).isTrue();
            assertThat(landing.join()).isEqualTo(absent);
        }
    }

    @Test
    @Timeout(60)
    void closingDoesNotWaitForASaveThatHangs() throws InterruptedException {
        CountDownLatch answered = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        AtomicBoolean saved = new AtomicBoolean();
        try (SlowSaving slow = new SlowSaving(answered, never, saved)) {
            CompletableFuture<PolicyResolution> landing = slow.flights.landing(World.NAME, LOOK_UP);
            answered.await();

            slow.flights.close();

            assertThat(saved).isFalse();
            assertThat(landing.join()).as("it was answered").isEqualTo(absent);
            assertThat(slow.flights.isUnderWay(World.NAME)).isFalse();
        }
    }

    private final class SlowSaving implements AutoCloseable {

        private final ExecutorService executor = Executors.newSingleThreadExecutor();
        private final Flights flights;

        SlowSaving(CountDownLatch answered, CountDownLatch mayGoOn, AtomicBoolean saved) {
            this.flights = new Flights(
                    ResolverSettings.defaults(),
                    executor,
                    (domain, flight) -> {
                        flight.answer(absent);
                        answered.countDown();
                        mayGoOn.await();
                        saved.set(true);
                        return absent;
                    },
                    new Ground());
        }

        @Override
        public void close() {
            executor.shutdownNow();
        }
    }
}
