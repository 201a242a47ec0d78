// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static io.github.mtasts4j.discovery.World.DOMAIN;
import static io.github.mtasts4j.discovery.World.found;
import static io.github.mtasts4j.discovery.World.policy;
import static io.github.mtasts4j.discovery.World.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.delivery.DanePrecedence;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.DeliveryJudge;
import io.github.mtasts4j.delivery.MxAttempt;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.tls.TlsOutcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** §5: before mail may be bounced for a policy's sake, the DNS has to be asked for an updated one. */
@Timeout(60)
final class RecheckTest {

    private final World world = new World();

    @BeforeEach
    void learnThePolicy() throws InterruptedException {
        world.resolve();
        world.clock.advance(Duration.ofMinutes(2));
    }

    @Test
    void theDnsIsAskedThoughThePolicyIsCached() throws InterruptedException {
        PolicyResolution.Found answer = found(world.recheck());

        assertThat(world.asked).hasSize(2);
        assertThat(world.fetched).hasSize(1);
        assertThat(answer.freshness()).isEqualTo(Freshness.CONFIRMED);
        assertThat(answer.isRechecked()).isTrue();
    }

    static List<Arguments> outcomes() {
        return List.of(
                Arguments.of("the same id", record("1"), World.response(500, ""), true),
                Arguments.of("a new policy", record("2"), policy("enforce", 86_400, "mx2.example.com"), true),
                Arguments.of("no record", new TxtLookup.None(Duration.ZERO), World.response(500, ""), true),
                Arguments.of("no STS record", World.txt("hello"), World.response(500, ""), true),
                Arguments.of("an invalid record", World.txt("v=STSv1; id=?;"), World.response(500, ""), true),
                Arguments.of(
                        "two records", World.txt("v=STSv1; id=1;", "v=STSv1; id=2;"), World.response(500, ""), true),
                Arguments.of("SERVFAIL", World.servfail(), World.response(500, ""), false),
                Arguments.of(
                        "a timeout", new TxtLookup.Unavailable("dns-timeout", "-"), World.response(500, ""), false),
                Arguments.of("a new id that cannot be fetched", record("2"), World.response(500, ""), false),
                Arguments.of("a new id that is no policy", record("2"), World.response(200, "?"), false));
    }

    @ParameterizedTest(name = "{0}: {3}")
    @MethodSource("outcomes")
    void mailMayBeBouncedExactlyAfterARecheckThatWasAnswered(
            String name, TxtLookup.Answer txt, PolicyFetcher.Result https, boolean answered)
            throws InterruptedException {
        world.txt = txt;
        world.https = https;

        PolicyResolution answer = world.recheck();

        assertThat(answer.mode()).isEqualTo(Mode.ENFORCE);
        assertThat(answer.isRechecked()).isEqualTo(answered);
        assertThat(bounceAllowed(answer)).isEqualTo(answered);
        PolicyResolution fromCache = world.resolve();
        assertThat(fromCache.isRechecked()).isFalse();
        assertThat(bounceAllowed(fromCache)).isFalse();
    }

    private static boolean bounceAllowed(PolicyResolution resolution) {
        MxAttempt attempt = new MxAttempt(
                resolution, DomainName.of("mx.evil.example"), new TlsOutcome.NotOffered(), DaneOutcome.NOT_APPLICABLE);
        DeliveryDecision decision = new DeliveryJudge(DanePrecedence.BOTH_MUST_HOLD).decide(attempt);
        return ((DeliveryDecision.Defer) decision).bounceAllowed();
    }

    @Test
    void anIdThatIsBackingOffDoesNotCountAsAnswered() throws InterruptedException {
        world.txt = record("2");
        world.https = World.response(500, "");
        world.recheck();
        world.clock.advance(Duration.ofSeconds(100));

        assertThat(world.recheck().isRechecked()).isFalse();
        assertThat(world.fetched).hasSize(2);
    }

    @Test
    void anUpdatedPolicyAppliesToTheSameAttempt() throws InterruptedException {
        world.txt = record("2");
        world.https = policy("enforce", 86_400, "mx.evil.example");

        assertThat(found(world.recheck()).cached().policy().lists(DomainName.of("mx.evil.example")))
                .isTrue();
    }

    @Test
    void withdrawnPolicyNoLongerHoldsMailBack() throws InterruptedException {
        world.txt = record("2");
        world.https = policy("none", 86_400);

        assertThat(world.recheck().mode()).isEqualTo(Mode.NONE);
    }

    @Test
    void aRecheckDoesNotMakeDoWithALookUpUnderWay() throws Exception {
        World cold = new World();
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            cold.executor = threads;
            CountDownLatch asked = new CountDownLatch(1);
            CountDownLatch answer = new CountDownLatch(1);
            cold.duringLookup = () -> {
                asked.countDown();
                answer.await();
            };
            PolicyResolver resolver = cold.resolver();
            Future<PolicyResolution> lookUp = threads.submit(() -> resolver.resolve(DOMAIN));
            asked.await();
            CountDownLatch rechecking = new CountDownLatch(1);
            Future<PolicyResolution> recheck = threads.submit(() -> {
                rechecking.countDown();
                return resolver.recheck(DOMAIN);
            });
            rechecking.await();
            answer.countDown();

            assertThat(found(lookUp.get()).freshness()).isEqualTo(Freshness.FETCHED);
            assertThat(found(recheck.get()).freshness()).isEqualTo(Freshness.CONFIRMED);
            assertThat(cold.asked).hasSize(2);
            assertThat(cold.fetched).hasSize(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aRecheckBehindALookUpThatIsClosedIsClosedToo() throws Exception {
        World cold = new World();
        cold.holdBack();
        var lookUp = cold.resolver().resolveAsync(DOMAIN, Runnable::run);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<PolicyResolution> recheck =
                    thread.submit(() -> cold.resolver().recheck(DOMAIN));
            cold.resolver().close();

            assertThat(World.failure(lookUp.get()).code()).isEqualTo(FailureCode.CLOSED);
            assertThat(World.failure(recheck.get()).code()).isEqualTo(FailureCode.CLOSED);
        } finally {
            thread.shutdownNow();
        }
    }

    /** Decision D24: its owner has changed the policy and forgotten the id. */
    @Test
    void aRecheckFetchesOnceMoreThoughTheIdIsUnchanged() throws InterruptedException {
        world.https = policy("enforce", 86_400, "mx.example.com", "mx.evil.example");
        world.clock.advance(Duration.ofMinutes(8));
        assertThat(found(world.recheck()).freshness()).as("ten minutes old").isEqualTo(Freshness.CONFIRMED);
        assertThat(world.fetched).hasSize(1);

        world.clock.advance(Duration.ofSeconds(1));
        PolicyResolution.Found answer = found(world.recheck());
        assertThat(answer.freshness()).isEqualTo(Freshness.FETCHED);
        assertThat(answer.isRechecked()).isTrue();
        assertThat(answer.cached().policy().lists(DomainName.of("mx.evil.example")))
                .isTrue();

        for (int second = 0; second <= 600; second++) {
            assertThat(world.recheck().isRechecked()).isTrue();
            world.clock.advance(Duration.ofSeconds(1));
        }
        assertThat(world.fetched).as("once in ten minutes").hasSize(2);
        world.recheck();
        assertThat(world.fetched).hasSize(3);
    }

    @Test
    void ifTheExtraFetchFailsTheDnsHasAnsweredAllTheSame() throws InterruptedException {
        CachedPolicy live = found(world.resolve()).cached();
        world.clock.advance(Duration.ofMinutes(10));
        world.https = World.response(500, "");

        for (int second = 0; second < 600; second++) {
            PolicyResolution answer = world.recheck();
            assertThat(answer.applicable()).contains(live);
            assertThat(answer.isRechecked()).isTrue();
            assertThat(bounceAllowed(answer)).isTrue();
            world.clock.advance(Duration.ofSeconds(1));
        }
        assertThat(world.fetched).hasSize(2);
    }

    @Test
    void aPolicyThatHoldsNoMailBackIsNotFetchedOnceMore() throws InterruptedException {
        world.txt = record("2");
        world.https = policy("testing", 86_400, "mx.example.com");
        world.recheck();
        world.clock.advance(Duration.ofHours(1));
        world.recheck();
        assertThat(world.fetched).hasSize(2);
    }

    @Test
    void theLookAtTheTxtRecordInTheBackgroundFetchesNothingMore() throws InterruptedException {
        for (int i = 0; i < 10; i++) {
            world.clock.advance(Duration.ofMinutes(30));
            world.resolve();
        }
        assertThat(world.asked).hasSize(11);
        assertThat(world.fetched).hasSize(1);
    }

    /** §8.1: the TXT record and the policy are not changed in one step. */
    @Test
    void aNewIdWithTheOldBodyIsFetchedOnceMoreAfterTenMinutes() throws InterruptedException {
        world.txt = record("2");
        assertThat(found(world.recheck()).cached().id()).isEqualTo("2");
        world.https = policy("enforce", 86_400, "mx2.example.com");

        world.pass(Duration.ofSeconds(599), Duration.ofSeconds(599));
        assertThat(world.fetched).hasSize(2);
        world.pass(Duration.ofSeconds(1), Duration.ofSeconds(1));
        assertThat(world.fetched).hasSize(3);
        assertThat(found(world.resolve()).cached().policy().lists(DomainName.of("mx2.example.com")))
                .isTrue();

        world.pass(Duration.ofHours(5), Duration.ofMinutes(1));
        assertThat(world.fetched).as("once").hasSize(3);
    }

    @Test
    void aThousandMessagesThatAPolicyStopsAreOneQuestion() throws InterruptedException {
        World usual = new World();
        usual.settings = ResolverSettings.defaults();
        usual.resolve();
        for (int message = 0; message < 1000; message++) {
            assertThat(usual.recheck().isRechecked()).isTrue();
        }
        assertThat(usual.asked).hasSize(2);

        usual.clock.advance(Duration.ofSeconds(30));
        usual.txt = record("2");
        assertThat(found(usual.recheck()).cached().id())
                .as("30 s later")
                .isEqualTo("1"); // Fetched less than a minute ago.
        usual.clock.advance(Duration.ofSeconds(30));
        assertThat(found(usual.recheck()).cached().id()).isEqualTo("2");
    }

    @Test
    void aSilentDnsIsNotAskedForEachMessageEither() throws InterruptedException {
        World usual = new World();
        usual.settings = ResolverSettings.defaults();
        usual.resolve();
        usual.txt = World.servfail();
        for (int message = 0; message < 1000; message++) {
            assertThat(usual.recheck().isRechecked()).isFalse();
        }
        assertThat(usual.asked).hasSize(2);
    }

    @Test
    void theAnswerServesNobodyAfterThePolicyHasChanged() throws InterruptedException {
        World usual = new World();
        usual.settings = ResolverSettings.defaults();
        usual.resolve();
        usual.recheck();
        usual.resolver().invalidate(DOMAIN);
        usual.txt = new TxtLookup.None(World.TTL);

        assertThat(usual.recheck()).isInstanceOf(PolicyResolution.Absent.class);
    }
}
