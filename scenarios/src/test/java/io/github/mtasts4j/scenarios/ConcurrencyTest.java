// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.FailureCode;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.ResolverSettings;
import io.github.mtasts4j.discovery.StsFailure;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.scenarios.RaceHarness.Kind;
import io.github.mtasts4j.scenarios.RaceHarness.Outside;
import io.github.mtasts4j.scenarios.RaceHarness.Subject;
import io.github.mtasts4j.testkit.MemoryPolicyStore;
import io.github.mtasts4j.testkit.RecipientDomain;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Everything at once: look-ups, re-checks, replaced policies, commands of the operator, the end. */
final class ConcurrencyTest {

    private static final int SCHEDULES = 600;
    private static final int FLIGHTS = 3;
    private static final long SECONDS = 20;
    private static final PolicyDomain BANK = PolicyDomain.of(DomainName.of("bank.example"));

    private final ExecutorService executor = Executors.newCachedThreadPool(work -> new Thread(work, "race"));
    private final CapturedLog log = CapturedLog.begin();

    @AfterEach
    void end() throws InterruptedException {
        log.close();
        executor.shutdownNow();
        assertThat(executor.awaitTermination(SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    // ---- random schedules ----

    @ParameterizedTest
    @EnumSource
    void noScheduleLosesOrRollsBackALivePolicyOrLeavesAnybodyWaiting(Kind kind) throws Exception {
        RaceHarness harness = new RaceHarness(executor, this::sender);
        for (int seed = 0; seed < SCHEDULES; seed++) {
            assertThat(harness.run(kind, seed)).as("%s, seed %s", kind, seed).isEmpty();
        }
        assertThat(log.lines()).noneMatch(line -> line.contains("] ERROR "));
    }

    @Test
    void theHarnessFindsASenderThatForgetsAPolicyBeforeItHasTheNextOne() throws Exception {
        assertThat(finds("lost", outside -> new Careless(outside, true))).isTrue();
    }

    @Test
    void theHarnessFindsASenderInWhichTheLastWriterWins() throws Exception {
        assertThat(finds("rolled back", outside -> new Careless(outside, false)))
                .isTrue();
    }

    /** Whether the harness notices what is wrong with a broken sender. */
    private boolean finds(String word, Function<Outside, Subject> broken) throws Exception {
        RaceHarness harness = new RaceHarness(executor, broken);
        for (int seed = 0; seed < 10 * SCHEDULES; seed++) {
            if (harness.run(Kind.KEEP, seed).stream().anyMatch(violation -> violation.startsWith(word))) {
                return true;
            }
        }
        return false;
    }

    private Subject sender(Outside outside) {
        MtaSts sts = MtaSts.builder(outside, outside)
                .withoutRefresh()
                .clock(outside.clock())
                .executor(executor)
                .store(new MemoryPolicyStore())
                .settings(ResolverSettings.defaults()
                        .withRecheckInterval(Duration.ZERO)
                        .withFlights(FLIGHTS, 100)
                        .withForegroundWait(Duration.ofSeconds(SECONDS)))
                .build();
        return new Subject() {
            @Override
            public Optional<CachedPolicy> resolve(DomainName domain) throws InterruptedException {
                return sts.resolve(PolicyDomain.of(domain)).applicable();
            }

            @Override
            public CompletableFuture<Optional<CachedPolicy>> resolveLater(DomainName domain) {
                return sts.resolveAsync(PolicyDomain.of(domain), executor).thenApply(PolicyResolution::applicable);
            }

            @Override
            public Optional<CachedPolicy> recheck(DomainName domain) throws InterruptedException {
                return sts.recheck(PolicyDomain.of(domain)).applicable();
            }

            @Override
            public Optional<CachedPolicy> peek(DomainName domain) {
                return sts.peek(PolicyDomain.of(domain));
            }

            @Override
            public void invalidate(DomainName domain) {
                sts.invalidate(PolicyDomain.of(domain));
            }

            @Override
            public int flights() {
                return FLIGHTS;
            }

            @Override
            public void close() {
                sts.close();
            }
        };
    }

    /** What others have done: one entry, replaced by whoever comes, and removed before its successor is there. */
    private static final class Careless implements Subject {

        private final Outside outside;
        private final boolean forgets;
        private final AtomicReference<@Nullable CachedPolicy> entry = new AtomicReference<>();

        Careless(Outside outside, boolean forgets) {
            this.outside = outside;
            this.forgets = forgets;
        }

        @Override
        public Optional<CachedPolicy> resolve(DomainName domain) throws InterruptedException {
            Optional<CachedPolicy> there = peek(domain);
            return there.isPresent() ? there : recheck(domain);
        }

        @Override
        public CompletableFuture<Optional<CachedPolicy>> resolveLater(DomainName domain) {
            return CompletableFuture.completedFuture(peek(domain));
        }

        @Override
        public Optional<CachedPolicy> recheck(DomainName domain) throws InterruptedException {
            CachedPolicy before = forgets ? entry.getAndSet(null) : entry.get();
            Optional<CachedPolicy> fetched = outside.get(domain);
            if (forgets) {
                entry.compareAndSet(null, fetched.orElse(before));
            } else {
                fetched.ifPresent(entry::set);
            }
            return peek(domain);
        }

        @Override
        public Optional<CachedPolicy> peek(DomainName domain) {
            return Optional.ofNullable(entry.get());
        }

        @Override
        public void invalidate(DomainName domain) {
            entry.set(null);
        }

        @Override
        public int flights() {
            return 0;
        }

        @Override
        public void close() {}
    }

    // ---- meetings that chance brings about too seldom ----

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicInteger queries = new AtomicInteger();

    private TxtLookup.Answer honestRecord(DomainName name) {
        queries.incrementAndGet();
        return new TxtLookup.Records(
                List.of("v=STSv1; id=1;".getBytes(StandardCharsets.US_ASCII)), Duration.ofHours(1));
    }

    private PolicyFetcher.Result fetchBehindTheGate(PolicyFetcher.Request request) throws InterruptedException {
        begun.countDown();
        assertThat(gate.await(SECONDS, TimeUnit.SECONDS)).isTrue();
        String policy = RecipientDomain.policy(Mode.ENFORCE, Duration.ofDays(7), "mx." + request.domain());
        return new PolicyFetcher.Response(
                200, List.of("text/plain"), List.of(), policy.getBytes(StandardCharsets.US_ASCII));
    }

    private MtaSts gated() {
        return MtaSts.builder(this::honestRecord, this::fetchBehindTheGate)
                .withoutRefresh()
                .executor(executor)
                .build();
    }

    private CompletableFuture<PolicyResolution> inBackground(Call call) {
        CompletableFuture<PolicyResolution> answer = new CompletableFuture<>();
        executor.execute(() -> {
            try {
                answer.complete(call.get());
            } catch (InterruptedException | RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
        });
        return answer.orTimeout(SECONDS, TimeUnit.SECONDS);
    }

    private interface Call {
        PolicyResolution get() throws InterruptedException;
    }

    @Test
    void aRecheckDuringALookUpAsksTheDnsAnew() throws Exception {
        try (MtaSts sts = gated()) {
            CompletableFuture<PolicyResolution> lookUp = sts.resolveAsync(BANK, Runnable::run);
            assertThat(begun.await(SECONDS, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<PolicyResolution> recheck = inBackground(() -> sts.recheck(BANK));
            gate.countDown();

            assertThat(lookUp.get(SECONDS, TimeUnit.SECONDS).mode()).isEqualTo(Mode.ENFORCE);
            assertThat(recheck.get().isRechecked()).isTrue();
            assertThat(recheck.get().mode()).isEqualTo(Mode.ENFORCE);
            assertThat(queries).hasValue(2);
        }
    }

    @Test
    void closingDuringAFetchAnswersEverybodyWhoWaits() throws Exception {
        List<CompletableFuture<PolicyResolution>> waiters = new ArrayList<>();
        try (MtaSts sts = gated()) {
            for (int i = 0; i < 100; i++) {
                waiters.add(sts.resolveAsync(BANK, Runnable::run));
            }
            waiters.add(inBackground(() -> sts.resolve(BANK)));
            waiters.add(inBackground(() -> sts.recheck(BANK)));
            assertThat(begun.await(SECONDS, TimeUnit.SECONDS)).isTrue();
        }
        for (CompletableFuture<PolicyResolution> waiter : waiters) {
            assertThat(waiter.get(SECONDS, TimeUnit.SECONDS).failure().map(StsFailure::code))
                    .hasValue(FailureCode.CLOSED);
        }
        gate.countDown();
    }

    @Test
    void whoIsInterruptedLeavesAndTheOthersGetTheirPolicy() throws Exception {
        try (MtaSts sts = gated()) {
            CompletableFuture<PolicyResolution> other = sts.resolveAsync(BANK, Runnable::run);
            assertThat(begun.await(SECONDS, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<PolicyResolution> cancelled = sts.resolveAsync(BANK, Runnable::run);
            assertThat(cancelled.cancel(true)).isTrue();
            CompletableFuture<PolicyResolution> interrupted = inBackground(() -> {
                Thread.currentThread().interrupt();
                return sts.resolve(BANK);
            });
            assertThatThrownBy(() -> interrupted.get(SECONDS, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(InterruptedException.class);
            gate.countDown();

            assertThat(other.get(SECONDS, TimeUnit.SECONDS).mode()).isEqualTo(Mode.ENFORCE);
            assertThat(queries).hasValue(1);
        }
    }
}
