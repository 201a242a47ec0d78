// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.PolicyParser;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.testkit.RecipientDomain;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets several threads loose on one sender, in an order and in weather that a seed decides as far as the scheduler lets it,
 * and says what went wrong.
 *
 * <p>What is observed has to agree with some order of events: who has once seen a policy, nobody who asks later may be told
 * that there is none, or be given one that was fetched earlier.
 */
final class RaceHarness {

    private static final int THREADS = 4;
    private static final int STEPS = 12;
    private static final long SECONDS = 20;
    private static final long NEVER = Long.MIN_VALUE;
    private static final DomainName DOMAIN = DomainName.of("bank.example");

    private final ExecutorService threads;
    private final Function<Outside, Subject> subjects;

    RaceHarness(ExecutorService threads, Function<Outside, Subject> subjects) {
        this.threads = threads;
        this.subjects = subjects;
    }

    /** What happens besides questions. */
    enum Kind {
        /** Nothing: policies have to be kept. */
        KEEP,
        /** The sender is closed amid it all: what is in memory has to be kept. */
        CLOSE,
        /** The operator has the domain forgotten. */
        INVALIDATE
    }

    /** What is raced against. */
    interface Subject extends AutoCloseable {
        Optional<CachedPolicy> resolve(DomainName domain) throws InterruptedException;

        CompletableFuture<Optional<CachedPolicy>> resolveLater(DomainName domain);

        Optional<CachedPolicy> recheck(DomainName domain) throws InterruptedException;

        Optional<CachedPolicy> peek(DomainName domain);

        void invalidate(DomainName domain);

        /** How many discoveries may go on at once; zero if that is not bounded. */
        int flights();

        @Override
        void close();
    }

    /** Runs one schedule; the answer is what went wrong. */
    List<String> run(Kind kind, long seed) throws Exception {
        Outside outside = new Outside(seed, kind);
        try (Subject subject = subjects.apply(outside)) {
            Race race = new Race(kind, subject, outside);
            CyclicBarrier start = new CyclicBarrier(THREADS);
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                SplittableRandom random = new SplittableRandom(seed * THREADS + i);
                running.add(threads.submit(() -> {
                    start.await(SECONDS, TimeUnit.SECONDS);
                    race.run(random);
                    return null;
                }));
            }
            for (Future<?> thread : running) {
                try {
                    thread.get(SECONDS, TimeUnit.SECONDS);
                } catch (TimeoutException e) {
                    race.violated("somebody hangs");
                }
            }
            race.judgeTheEnd(threads);
            List<String> violations = new ArrayList<>(race.violations);
            violations.addAll(outside.violations);
            return violations;
        }
    }

    /** One schedule under way. */
    private static final class Race {

        private final Kind kind;
        private final Subject subject;
        private final Outside outside;
        private final AtomicLong seen = new AtomicLong(NEVER); // seconds since the epoch, of the latest fetch
        private final AtomicInteger strangers = new AtomicInteger();
        private final Queue<String> violations = new ConcurrentLinkedQueue<>();

        Race(Kind kind, Subject subject, Outside outside) {
            this.kind = kind;
            this.subject = subject;
            this.outside = outside;
        }

        void violated(String what) {
            violations.add(what);
        }

        void run(SplittableRandom random) {
            for (int i = 0; i < STEPS; i++) {
                try {
                    step(random);
                } catch (Exception e) {
                    violated("thrown: " + e);
                }
            }
        }

        private void step(SplittableRandom random) throws Exception {
            switch (random.nextInt(12)) {
                case 0, 1 -> observe(() -> subject.resolve(DOMAIN));
                case 2 -> observe(() -> subject.resolveLater(DOMAIN).get(SECONDS, TimeUnit.SECONDS));
                case 3, 4 -> observe(() -> subject.recheck(DOMAIN));
                case 5, 6 -> observePeek();
                case 7 -> outside.clock().advance(Duration.ofSeconds(random.nextInt(30, 300)));
                case 8 -> outside.publish();
                case 9 -> subject.resolveLater(DOMAIN).cancel(true);
                case 10 -> subject.resolve(DomainName.of("stranger" + strangers.incrementAndGet() + ".example"));
                default -> {
                    if (random.nextBoolean()) {
                        interrupted();
                    } else {
                        special();
                    }
                }
            }
        }

        private void interrupted() {
            Thread.currentThread().interrupt();
            try {
                subject.resolve(DOMAIN);
            } catch (InterruptedException e) {
                return; // The flag is down already.
            } finally {
                Thread.interrupted();
            }
        }

        private void special() {
            if (kind == Kind.CLOSE) {
                subject.close();
            } else if (kind == Kind.INVALIDATE) {
                subject.invalidate(DOMAIN);
            }
        }

        private void observe(Callable<Optional<CachedPolicy>> question) throws Exception {
            long before = seen.get();
            Optional<CachedPolicy> policy = question.call();
            judge(before, policy);
        }

        private void observePeek() {
            long before = seen.get();
            judge(before, subject.peek(DOMAIN));
        }

        private void judge(long before, Optional<CachedPolicy> policy) {
            if (kind != Kind.INVALIDATE && policy.isEmpty() && before != NEVER) {
                violated("lost: the policy fetched at " + before);
            }
            policy.ifPresent(found -> {
                long fetched = found.fetchedAt().getEpochSecond();
                // Whoever has everything forgotten has forgotten, too, what is later than what.
                if (kind != Kind.INVALIDATE && fetched < before) {
                    violated("rolled back: from " + before + " to " + fetched);
                }
                seen.accumulateAndGet(fetched, Math::max);
            });
        }

        /** When everybody is back: what was learnt is there, can be forgotten, and no place is taken for ever. */
        void judgeTheEnd(ExecutorService threads) throws Exception {
            observePeek();
            if (kind == Kind.CLOSE) {
                return;
            }
            subject.recheck(DOMAIN); // Has waited for whatever was still under way in the background.
            subject.invalidate(DOMAIN);
            if (subject.peek(DOMAIN).isPresent()) {
                violated("still there after it was invalidated");
            }
            outside.hold(subject.flights());
            List<Future<?>> flights = new ArrayList<>();
            for (int i = 0; i < subject.flights(); i++) {
                DomainName domain = DomainName.of("last" + i + ".example");
                flights.add(threads.submit(() -> subject.resolve(domain)));
            }
            for (Future<?> flight : flights) {
                flight.get(SECONDS, TimeUnit.SECONDS);
            }
        }
    }

    /** The DNS and the Policy Hosts. In bad weather they fail as often as not, and they always take their time. */
    static final class Outside implements TxtLookup, PolicyFetcher {

        private final long seed;
        private final Kind kind;
        private final MovableClock clock = new MovableClock();
        private final AtomicLong calls = new AtomicLong();
        private final AtomicInteger published = new AtomicInteger(1);
        private final Map<DomainName, AtomicInteger> fetching = new ConcurrentHashMap<>();
        private final Queue<String> violations = new ConcurrentLinkedQueue<>();
        private volatile @Nullable CountDownLatch all;

        Outside(long seed, Kind kind) {
            this.seed = seed;
            this.kind = kind;
        }

        MovableClock clock() {
            return clock;
        }

        /** The owner of the domain has a new policy. */
        void publish() {
            published.incrementAndGet();
        }

        /** From now on a look-up waits until so many are under way at once. */
        void hold(int count) {
            all = new CountDownLatch(count);
        }

        @Override
        public TxtLookup.Answer lookup(DomainName name) throws InterruptedException {
            CountDownLatch latch = all;
            if (latch != null) {
                latch.countDown();
                if (!latch.await(SECONDS, TimeUnit.SECONDS)) {
                    violations.add("a permit was not given back");
                }
            }
            SplittableRandom random = next();
            String id = "v=STSv1; id=" + published.get() + ";";
            dawdle(random);
            return switch (random.nextInt(8)) {
                case 0 -> new TxtLookup.None(Duration.ofMinutes(5));
                case 1 -> new TxtLookup.Unavailable("dns-timeout", "no reply");
                case 2 -> record("v=STSv1; id=;");
                default -> record(id);
            };
        }

        private static TxtLookup.Answer record(String text) {
            return new TxtLookup.Records(List.of(text.getBytes(StandardCharsets.US_ASCII)), Duration.ofMinutes(1));
        }

        @Override
        public PolicyFetcher.Result fetch(PolicyFetcher.Request request) {
            AtomicInteger here = fetching.computeIfAbsent(request.domain(), domain -> new AtomicInteger());
            // A fetch whose domain was forgotten meanwhile goes on for those who wait for it; nobody else joins it.
            if (here.incrementAndGet() > 1 && kind != Kind.INVALIDATE) {
                violations.add("two fetches of one domain at once");
            }
            SplittableRandom random = next();
            dawdle(random);
            here.decrementAndGet();
            return random.nextInt(3) == 0
                    ? new PolicyFetcher.TimedOut(request.timeout())
                    : new PolicyFetcher.Response(200, List.of("text/plain"), List.of(), body());
        }

        /** All of it for senders that have no resolver: a policy, or trouble. */
        Optional<CachedPolicy> get(DomainName domain) throws InterruptedException {
            Instant now = clock.instant();
            SplittableRandom random = next();
            dawdle(random);
            return random.nextInt(3) == 0
                    ? Optional.empty()
                    : Optional.of(new CachedPolicy(
                            domain,
                            Integer.toString(published.get()),
                            new PolicyParser(Grammar.STRICT).parse(body()).orElseThrow(),
                            now));
        }

        private byte[] body() {
            return RecipientDomain.policy(Mode.ENFORCE, Duration.ofDays(365), "mx" + published.get() + ".example")
                    .getBytes(StandardCharsets.US_ASCII);
        }

        private SplittableRandom next() {
            return new SplittableRandom(seed * 1_000_003 + calls.incrementAndGet());
        }

        /** So that others get their turn at every point. Nothing depends on it but how much is found. */
        @SuppressWarnings("ThreadPriorityCheck")
        private static void dawdle(SplittableRandom random) {
            for (int i = random.nextInt(20); i > 0; i--) {
                Thread.yield();
            }
        }
    }
}
