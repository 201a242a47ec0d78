// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.delivery.BounceCheck;
import io.github.mtasts4j.delivery.Channel;
import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.delivery.DanePrecedence;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.MxPlan;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.FailureCode;
import io.github.mtasts4j.discovery.PolicyEvent;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.ResolverListener;
import io.github.mtasts4j.discovery.ResolverSettings;
import io.github.mtasts4j.discovery.StsFailure;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.report.DiscoveryResult;
import io.github.mtasts4j.report.SessionResult;
import io.github.mtasts4j.report.TlsReportRecorder;
import io.github.mtasts4j.tls.TlsOutcome;
import io.github.mtasts4j.tls.VerifiedPeer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The front door as a mail server uses it. */
@Timeout(60)
final class MtaStsTest {

    private static final PolicyDomain DOMAIN = PolicyDomain.ofRecipient("alice@example.com");
    private static final DomainName GOOD = DomainName.of("mx.example.com");
    private static final DomainName EVIL = DomainName.of("mx.evil.example");

    private final Script script = new Script();

    @Test
    void theWalkSkipsAnUnlistedMxAndDeliversToTheNext() throws InterruptedException {
        List<DomainName> connected = new ArrayList<>();
        List<DomainName> sent = new ArrayList<>();
        try (MtaSts sts = script.builder().build()) {
            PolicyResolution policy = sts.resolve(DOMAIN);
            for (DomainName mx : List.of(EVIL, GOOD, DomainName.of("mx3.example.com"))) {
                if (sts.plan(policy, mx) instanceof MxPlan.Skip) {
                    continue;
                }
                connected.add(mx);
                DeliveryDecision decision = sts.decide(policy, mx, verified(mx));
                if (decision.mayDeliver()) {
                    sent.add(mx);
                    break;
                }
            }
        }
        assertThat(connected).containsExactly(GOOD);
        assertThat(sent).containsExactly(GOOD);
        assertThat(script.recorded)
                .containsExactly("session DEFER [sts validation-failure sts-mx-mismatch]", "session DELIVER [sts]");
    }

    @Test
    void aMessageThatFitsNoMxIsBouncedOnlyAfterARecheckAndMayBeSavedByIt() throws InterruptedException {
        try (MtaSts sts = script.builder().build()) {
            sts.resolve(DOMAIN);
            PolicyResolution policy = sts.resolve(DOMAIN);
            MxPlan.Skip skip = (MxPlan.Skip) sts.plan(policy, EVIL);
            assertThat(skip.decision().bounceAllowed()).isFalse();

            skip = (MxPlan.Skip) sts.plan(sts.recheck(DOMAIN), EVIL);
            assertThat(skip.decision().bounceAllowed()).isTrue();

            script.now = script.now.plusSeconds(61);
            script.txt = Script.record("2");
            script.https = Script.policy("enforce", "*.evil.example");
            assertThat(sts.plan(sts.recheck(DOMAIN), EVIL)).isInstanceOf(MxPlan.Connect.class);
        }
    }

    @Test
    void whetherToBounceIsAskedOfTheDns() throws InterruptedException {
        ResolverSettings eager = ResolverSettings.defaults().withRecheckInterval(Duration.ZERO);
        try (MtaSts sts = script.builder().settings(eager).build()) {
            PolicyResolution judged = sts.resolve(DOMAIN);

            BounceCheck check = sts.mayBounce(judged);
            assertThat(check.verdict()).isEqualTo(BounceCheck.Verdict.MAY_BOUNCE);
            assertThat(((MxPlan.Skip) sts.plan(check.latest(), EVIL)).decision().bounceAllowed())
                    .isTrue();

            script.txt = new TxtLookup.Unavailable("dns-servfail", "SERVFAIL");
            assertThat(sts.mayBounce(judged).verdict()).isEqualTo(BounceCheck.Verdict.KEEP);
        }
    }

    @Test
    void aConnectionPlanIsNotRecordedBecauseNothingHasHappenedYet() throws InterruptedException {
        try (MtaSts sts = script.builder().build()) {
            sts.plan(sts.resolve(DOMAIN), GOOD);
        }
        assertThat(script.recorded).isEmpty();
    }

    @Test
    void theEvidenceForOneHostIsWorthNothingForAnother() throws InterruptedException {
        script.https = Script.policy("enforce", "*.example.com");
        try (MtaSts sts = script.builder().build()) {
            DeliveryDecision decision =
                    sts.decide(sts.resolve(DOMAIN), DomainName.of("mx2.example.com"), verified(GOOD));
            assertThat(decision.mayDeliver()).isFalse();
        }
    }

    @Test
    void aConnectionThatCarriesAnotherDomainsMailTooIsOneSession() throws InterruptedException {
        PolicyDomain other = PolicyDomain.ofDomain("example.net");
        try (MtaSts sts = script.builder().build()) {
            DeliveryDecision open = sts.decide(sts.resolve(DOMAIN), GOOD, verified(GOOD));
            DeliveryDecision shared = sts.mayCarry(sts.resolve(other), GOOD, open);

            assertThat(shared.mayDeliver()).isTrue();
            assertThat(shared.attempt().resolution().domain()).isEqualTo(other);
            assertThat(shared.reuseKey()).isPresent().isEqualTo(open.reuseKey());
            assertThat(sts.mayCarry(sts.resolve(other), EVIL, shared).mayDeliver())
                    .isFalse();
        }
        assertThat(script.recorded).containsExactly("session DELIVER [sts]");
    }

    @Test
    void whatDaneProvedForOneDomainIsLentToAnotherOnlyByTheSendersOwnWord() throws InterruptedException {
        try (MtaSts sts =
                script.builder().danePrecedence(DanePrecedence.DANE_SUFFICES).build()) {
            PolicyResolution policy = sts.resolve(DOMAIN);
            DeliveryDecision open = sts.decide(policy, EVIL, verified(EVIL), DaneOutcome.PASSED);

            assertThat(open.mayDeliver()).isTrue();
            assertThat(sts.mayCarry(policy, EVIL, open).mayDeliver()).isFalse();
            assertThat(sts.mayCarry(policy, EVIL, open, DaneOutcome.PASSED).mayDeliver())
                    .isTrue();
        }
    }

    @Test
    void bothDaneAndThePolicyMustHoldUnlessSetOtherwise() throws InterruptedException {
        TlsOutcome tls = verified(EVIL);
        try (MtaSts sts = script.builder().build();
                MtaSts dane = script.builder()
                        .danePrecedence(DanePrecedence.DANE_SUFFICES)
                        .build()) {
            PolicyResolution policy = sts.resolve(DOMAIN);
            assertThat(sts.plan(policy, EVIL, DaneOutcome.PASSED)).isInstanceOf(MxPlan.Skip.class);
            assertThat(sts.decide(policy, EVIL, tls, DaneOutcome.PASSED).mayDeliver())
                    .isFalse();
            assertThat(dane.plan(policy, EVIL, DaneOutcome.PASSED)).isInstanceOf(MxPlan.Connect.class);
            assertThat(dane.decide(policy, EVIL, tls, DaneOutcome.PASSED).mayDeliver())
                    .isTrue();
        }
    }

    @Test
    void withoutAPolicyMailGoesByTheSendersOwnRules() throws InterruptedException {
        script.https = Script.response(500, "");
        try (MtaSts sts = script.builder().build()) {
            PolicyResolution policy = sts.resolve(DOMAIN);
            DeliveryDecision decision = sts.decide(policy, EVIL, new TlsOutcome.NotOffered());
            assertThat(((DeliveryDecision.Deliver) decision).channel()).isEqualTo(Channel.OPPORTUNISTIC);
        }
    }

    @Test
    void aRecorderThatThrowsChangesNothing() throws InterruptedException {
        TlsReportRecorder broken = new TlsReportRecorder() {
            @Override
            public void sessionJudged(Instant at, DeliveryDecision decision, List<SessionResult> results) {
                throw new IllegalStateException("a bug");
            }

            @Override
            public void discoveryFailed(DiscoveryResult result) {
                throw new IllegalStateException("a bug");
            }
        };
        AtomicInteger told = new AtomicInteger();
        ResolverListener listener = new ResolverListener() {
            @Override
            public void discoveryFailed(DomainName domain, StsFailure failure, Optional<CachedPolicy> kept) {
                told.incrementAndGet();
            }
        };
        try (MtaSts sts = script.builder().recorder(broken).listener(listener).build()) {
            PolicyResolution policy = sts.resolve(DOMAIN);
            assertThat(sts.plan(policy, EVIL)).isInstanceOf(MxPlan.Skip.class);
            assertThat(sts.decide(policy, GOOD, verified(GOOD)).mayDeliver()).isTrue();
            script.txt = Script.txt("nothing");
            assertThat(sts.recheck(DOMAIN).applicable()).isPresent();
        }
        assertThat(told).as("the listener is told all the same").hasValue(1);
    }

    @Test
    void oneDiscoveryIsRecordedOnceHoweverManyMessages() throws InterruptedException {
        script.https = Script.response(404, "");
        try (MtaSts sts = script.builder().build()) {
            for (int message = 0; message < 10; message++) {
                sts.resolve(DOMAIN);
            }
        }
        assertThat(script.recorded).containsExactly("discovery -");
    }

    @Test
    void eventsReachTheListener() throws InterruptedException {
        List<PolicyEvent.Kind> events = new CopyOnWriteArrayList<>();
        ResolverListener listener = new ResolverListener() {
            @Override
            public void policyEvent(PolicyEvent event) {
                events.add(event.kind());
            }
        };
        try (MtaSts sts = script.builder().listener(listener).build()) {
            sts.resolve(DOMAIN);
            script.txt = Script.txt("nothing");
            sts.recheck(DOMAIN);
        }
        assertThat(events).containsExactly(PolicyEvent.Kind.TXT_GONE);
    }

    @Test
    void policiesAreRefreshedUnlessThatIsSwitchedOff() throws InterruptedException {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        try (MtaSts sts = script.builder().withoutRefresh().build()) {
            sts.resolve(DOMAIN);
            assertThat(refreshers(before)).isEmpty();
        }
        List<Thread> refreshers;
        try (MtaSts sts = script.builder().build()) {
            sts.resolve(DOMAIN);
            refreshers = refreshers(before);
            assertThat(refreshers).hasSize(1);
        }
        for (Thread refresher : refreshers) {
            refresher.join();
        }
    }

    private static List<Thread> refreshers(Set<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread))
                .filter(thread -> thread.getName().equals("mtasts4j-refresher"))
                .toList();
    }

    @Test
    void theDefaultsAreThoseOfAMailServer() {
        ResolverSettings defaults = ResolverSettings.defaults();

        assertThat(defaults.fetchTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(defaults.foregroundWait()).isEqualTo(Duration.ofSeconds(20));
        assertThat(defaults.maxFlights()).isEqualTo(64);
        assertThat(defaults.maxQueued()).isEqualTo(10_000);
        assertThat(defaults.maxPolicies()).isEqualTo(1_000_000);
        assertThat(defaults.maxNegatives()).isEqualTo(200_000);
    }

    @Test
    void withNothingButTheTwoAdaptersItUsesTheSystemsTimeAndItsOwnThreads() throws InterruptedException {
        List<Thread> threads = new CopyOnWriteArrayList<>();
        Instant before = Instant.now();
        try (MtaSts sts = MtaSts.builder(
                        name -> {
                            threads.add(Thread.currentThread());
                            return script.txt;
                        },
                        request -> script.https)
                .build()) {
            CachedPolicy cached = sts.resolve(DOMAIN).applicable().orElseThrow();

            assertThat(cached.fetchedAt()).isBetween(before, Instant.now());
            assertThat(sts.peek(DOMAIN)).contains(cached);
            assertThat(sts.resolveAsync(DOMAIN, Runnable::run)).isCompleted();
            sts.invalidate(DOMAIN);
            assertThat(sts.peek(DOMAIN)).isEmpty();
        }
        assertThat(threads).hasSize(1);
        assertThat(threads.get(0).getName()).startsWith("mtasts4j-");
        assertThat(threads.get(0).isDaemon()).isTrue();
    }

    @Test
    void closingDuringSixtyFourFetchesLetsEverybodyGoAndEndsEveryThread() throws Exception {
        List<Thread> threads = new CopyOnWriteArrayList<>();
        CountDownLatch fetching = new CountDownLatch(64);
        CountDownLatch never = new CountDownLatch(1);
        MtaSts sts = MtaSts.builder(name -> script.txt, request -> {
                    threads.add(Thread.currentThread());
                    fetching.countDown();
                    never.await();
                    return script.https;
                })
                .build();
        List<CompletableFuture<PolicyResolution>> waiting = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            waiting.add(sts.resolveAsync(PolicyDomain.ofDomain("d" + i + ".example"), Runnable::run));
        }
        fetching.await();

        sts.close();

        for (CompletableFuture<PolicyResolution> one : waiting) {
            assertThat(one.get().failure().orElseThrow().code()).isEqualTo(FailureCode.CLOSED);
        }
        assertThat(threads).hasSize(64);
        for (Thread thread : threads) {
            thread.join();
        }
        sts.close(); // Twice is once.
    }

    @Test
    void closingDoesNotCloseWhatItWasGiven() throws InterruptedException {
        AtomicInteger ran = new AtomicInteger();
        MtaSts sts = script.builder()
                .executor(task -> {
                    ran.incrementAndGet();
                    task.run();
                })
                .build();
        sts.resolve(DOMAIN);
        sts.close();
        assertThat(ran).hasValue(1);
        assertThat(sts.resolve(DOMAIN).applicable()).isPresent();
    }

    private static TlsOutcome verified(DomainName mx) {
        return new TlsOutcome.Verified(VerifiedPeer.assertedBy("test", mx));
    }
}
