// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static io.github.mtasts4j.discovery.World.DOMAIN;
import static io.github.mtasts4j.discovery.World.found;
import static io.github.mtasts4j.discovery.World.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mtasts4j.policy.PolicyDomain;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One discovery per domain at a time, and nobody waits for ever. */
@Timeout(60)
final class SingleFlightTest {

    private final World world = new World();
    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch answer = new CountDownLatch(1);

    @AfterEach
    void end() {
        answer.countDown();
        callers.shutdownNow();
        pool.shutdownNow();
    }

    /** From now on the DNS does not answer until {@link #answer} is counted down. */
    private void slowDns() {
        world.executor = pool;
        world.duringLookup = () -> {
            asked.countDown();
            answer.await();
        };
    }

    @Test
    void fiveHundredCallersOfAColdDomainCostOneQueryAndOneGet() throws Exception {
        slowDns();
        CountDownLatch here = new CountDownLatch(500);
        List<Future<PolicyResolution>> answers = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            answers.add(callers.submit(() -> {
                here.countDown();
                return world.resolver().resolve(DOMAIN);
            }));
            if (i == 0) {
                asked.await(); // The resolver is made, and the flight is in the air.
            }
        }
        here.await();
        answer.countDown();

        for (Future<PolicyResolution> one : answers) {
            assertThat(one.get().applicable()).isPresent();
        }
        assertThat(world.asked).hasSize(1);
        assertThat(world.fetched).hasSize(1);
    }

    @Test
    void aCallerWhoIsInterruptedIsReleasedAndTheDiscoveryGoesOn() throws Exception {
        slowDns();
        PolicyResolver resolver = world.resolver();
        Future<PolicyResolution> patient = callers.submit(() -> resolver.resolve(DOMAIN));
        asked.await();
        CountDownLatch released = new CountDownLatch(1);
        Thread interrupted = new Thread(() -> {
            try {
                resolver.resolve(DOMAIN);
            } catch (InterruptedException e) {
                released.countDown();
            }
        });
        interrupted.start();
        interrupted.interrupt();
        released.await();
        interrupted.join();

        answer.countDown();
        assertThat(patient.get().applicable()).isPresent();
        assertThat(world.asked).hasSize(1);
    }

    @Test
    void aCallerWhoHasWaitedLongEnoughIsAnsweredAndTheDiscoveryGoesOn() throws Exception {
        slowDns();
        world.settings = world.settings.withForegroundWait(Duration.ofMillis(1));
        PolicyResolver resolver = world.resolver();

        PolicyResolution first = resolver.resolve(DOMAIN);
        assertThat(World.failure(first).code()).isEqualTo(FailureCode.WAIT_EXPIRED);
        assertThat(first.applicable()).isEmpty();

        answer.countDown();
        pool.shutdown();
        assertThat(pool.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(found(resolver.resolve(DOMAIN)).freshness()).isEqualTo(Freshness.CACHED);
        assertThat(world.asked).hasSize(1);
    }

    @Test
    void aRecheckThatTakesTooLongLeavesTheLivePolicyInForce() throws Exception {
        world.settings = world.settings.withForegroundWait(Duration.ofMillis(1));
        PolicyResolver resolver = world.resolver();
        CachedPolicy live = found(resolver.resolve(DOMAIN)).cached();
        world.holdBack();

        PolicyResolution.Found kept = found(resolver.recheck(DOMAIN));

        assertThat(kept.cached()).isEqualTo(live);
        assertThat(kept.freshness()).isEqualTo(Freshness.KEPT);
        assertThat(World.failure(kept).code()).isEqualTo(FailureCode.WAIT_EXPIRED);
        assertThat(kept.isRechecked()).isFalse();
    }

    @Test
    void moreDomainsThanThereIsRoomForAreToldSoAndLivePoliciesAreUnaffected() throws Exception {
        world.settings = world.settings.withFlights(1, 1);
        PolicyResolver resolver = world.resolver();
        CachedPolicy live = found(resolver.resolve(DOMAIN)).cached();
        world.clock.advance(World.TTL);
        world.holdBack();
        List<Object> waiting = new ArrayList<>();
        waiting.add(resolver.resolveAsync(PolicyDomain.ofDomain("a.example"), Runnable::run));
        waiting.add(resolver.resolveAsync(PolicyDomain.ofDomain("b.example"), Runnable::run));

        PolicyResolution refused = resolver.resolve(PolicyDomain.ofDomain("c.example"));
        assertThat(refused).isInstanceOf(PolicyResolution.Unusable.class);
        assertThat(World.failure(refused).code()).isEqualTo(FailureCode.OVERLOADED);
        assertThat(found(resolver.resolve(DOMAIN)).cached()).isEqualTo(live);
        PolicyResolution.Found recheck = found(resolver.recheck(DOMAIN));
        assertThat(recheck.cached()).isEqualTo(live);
        assertThat(World.failure(recheck).code()).isEqualTo(FailureCode.OVERLOADED);
        assertThat(recheck.isRechecked()).isFalse();

        assertThat(world.runHeldBack()).isEqualTo(waiting.size());
        assertThat(resolver.resolve(PolicyDomain.ofDomain("c.example")).applicable())
                .isPresent();
    }

    @Test
    void anOverloadedSenderStillFindsWhatIsInItsStore() throws Exception {
        world.store = Optional.of(world.memory);
        CachedPolicy live = found(world.resolve()).cached();
        world.settings = world.settings.withFlights(1, 1);
        world.holdBack();
        PolicyResolver restarted = world.newResolver();
        List<Object> waiting = new ArrayList<>();
        waiting.add(restarted.resolveAsync(PolicyDomain.ofDomain("a.example"), Runnable::run));
        waiting.add(restarted.resolveAsync(PolicyDomain.ofDomain("b.example"), Runnable::run));

        assertThat(restarted.resolve(DOMAIN).applicable()).contains(live);
        PolicyResolver again = world.newResolver();
        again.close();
        assertThat(again.recheck(DOMAIN).applicable()).contains(live);
        assertThat(waiting).hasSize(2);
    }

    @Test
    void noMoreDiscoveriesRunAtATimeThanAllowed() throws Exception {
        world.settings = world.settings.withFlights(2, 100);
        world.executor = pool;
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch both = new CountDownLatch(2);
        world.duringLookup = () -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            both.countDown();
            both.await();
            running.decrementAndGet();
        };
        PolicyResolver resolver = world.resolver();
        List<Future<PolicyResolution>> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            PolicyDomain domain = PolicyDomain.ofDomain("d" + i + ".example");
            answers.add(callers.submit(() -> resolver.resolve(domain)));
        }
        for (Future<PolicyResolution> one : answers) {
            assertThat(one.get().applicable()).isPresent();
        }
        assertThat(most).hasValue(2);
    }

    @Test
    void closingLetsEverybodyGo() throws Exception {
        slowDns();
        PolicyResolver resolver = world.resolver();
        Future<PolicyResolution> waiting = callers.submit(() -> resolver.resolve(DOMAIN));
        asked.await();

        resolver.close();

        assertThat(World.failure(waiting.get()).code()).isEqualTo(FailureCode.CLOSED);
    }

    @Test
    void aClosedResolverAsksNobodyAndStillAnswersWhatItKnows() throws Exception {
        CachedPolicy live = found(world.resolve()).cached();
        world.clock.advance(World.TTL);
        world.resolver().close();

        assertThat(world.resolve().applicable()).contains(live);
        PolicyResolution.Found recheck = found(world.recheck());
        assertThat(recheck.cached()).isEqualTo(live);
        assertThat(recheck.isRechecked()).isFalse();
        PolicyResolution cold = world.resolver().resolve(PolicyDomain.ofDomain("cold.example"));
        assertThat(World.failure(cold).code()).isEqualTo(FailureCode.CLOSED);
        assertThat(world.asked).hasSize(1);
    }

    @Test
    void whatWasQueuedWhenTheResolverWasClosedAsksNobody() throws Exception {
        world.holdBack();
        Future<PolicyResolution> queued = world.resolver().resolveAsync(DOMAIN, Runnable::run);
        world.resolver().close();

        assertThat(World.failure(queued.get()).code()).isEqualTo(FailureCode.CLOSED);
        assertThat(world.runHeldBack()).isEqualTo(1);
        assertThat(world.asked).isEmpty();
    }

    @Test
    void anExecutorThatTakesNoMoreIsAnOverload() throws Exception {
        world.executor = discovery -> {
            throw new RejectedExecutionException();
        };
        assertThat(World.failure(world.resolve()).code()).isEqualTo(FailureCode.OVERLOADED);
    }

    @Test
    void anExecutorThatBreaksLeavesNobodyHanging() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        world.executor = discovery -> {
            if (calls.getAndIncrement() == 0) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            discovery.run();
        };

        assertThatThrownBy(world::resolve)
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseInstanceOf(OutOfMemoryError.class);
        assertThat(world.resolve().applicable()).as("the domain is not blocked").isPresent();
    }

    @Test
    void aDefectInADiscoveryReachesThoseWhoWaitAndNobodyElse() throws Exception {
        world.duringLookup = () -> {
            throw new StackOverflowError("a defect");
        };
        assertThatThrownBy(world::resolve)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("example.com");
        assertThatThrownBy(() ->
                        world.resolver().resolveAsync(DOMAIN, Runnable::run).get())
                .hasCauseInstanceOf(IllegalStateException.class);

        world.duringLookup = () -> {};
        CachedPolicy live = found(world.resolve()).cached();
        world.clock.advance(World.TTL);
        world.duringLookup = () -> {
            throw new StackOverflowError("a defect");
        };
        assertThat(world.resolve().applicable())
                .as("a warm caller sees nothing of it")
                .contains(live);
    }

    @Test
    void aDiscoveryThatIsInterruptedEndsForAllWhoWait() throws Exception {
        world.executor = pool;
        world.duringLookup = () -> {
            throw new InterruptedException();
        };
        assertThat(World.failure(world.resolve()).code()).isEqualTo(FailureCode.CLOSED);
    }

    @Test
    void aPolicyForgottenDuringItsFetchDoesNotComeBack() throws Exception {
        world.store = Optional.of(world.memory);
        world.duringFetch = () -> world.resolver().invalidate(DOMAIN);

        assertThat(world.resolve().applicable()).as("who waited has the answer").isPresent();

        assertThat(world.resolver().peek(DOMAIN)).isEmpty();
        assertThat(world.memory.rows).isEmpty();
        world.duringFetch = () -> {};
        world.txt = record("2");
        assertThat(found(world.resolve()).cached().id())
                .as("no back-off either")
                .isEqualTo("2");
    }

    @Test
    void aFlightThatWasForgottenLeavesAloneWhatTheNextOneHasSaved() throws Exception {
        world.store = Optional.of(world.memory);
        world.duringFetch = () -> {
            world.duringFetch = () -> {};
            world.resolver().invalidate(DOMAIN);
            world.clock.advance(Duration.ofSeconds(1));
            assertThatCode(() -> world.resolve()).doesNotThrowAnyException(); // The next flight, which lands first.
        };

        world.resolve();

        assertThat(world.resolver().peek(DOMAIN)).isPresent();
        assertThat(world.memory.rows).hasSize(1);
    }

    @Test
    void aPolicyForgottenWhileItIsSavedDoesNotComeBack() throws Exception {
        world.store = Optional.of(world.memory);
        world.memory.duringSave = () -> world.resolver().invalidate(DOMAIN);

        world.resolve();

        assertThat(world.resolver().peek(DOMAIN)).isEmpty();
        assertThat(world.memory.rows).isEmpty();
    }

    @Test
    void aPolicyForgottenWhileItIsReadFromTheStoreDoesNotComeBack() throws Exception {
        world.store = Optional.of(world.memory);
        world.resolve();
        PolicyResolver restarted = world.newResolver();
        world.memory.duringFind = () -> restarted.invalidate(DOMAIN);

        restarted.resolve(DOMAIN);

        assertThat(restarted.peek(DOMAIN)).isEmpty();
        assertThat(world.memory.rows).isEmpty();
    }

    @Test
    void theNegativeAnswerOfADomainForgottenMeanwhileIsNotKept() throws Exception {
        world.txt = new TxtLookup.None(Duration.ofDays(1));
        world.duringLookup = () -> world.resolver().invalidate(DOMAIN);
        world.resolve();
        world.duringLookup = () -> {};
        world.txt = record("1");

        assertThat(world.resolve().applicable()).isPresent();
    }
}
