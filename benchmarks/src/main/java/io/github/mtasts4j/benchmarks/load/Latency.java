// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.benchmarks.load;

import io.github.mtasts4j.benchmarks.Population;
import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.delivery.DanePrecedence;
import io.github.mtasts4j.delivery.DeliveryJudge;
import io.github.mtasts4j.delivery.MxAttempt;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.PolicyRefresher;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.PolicyResolver;
import io.github.mtasts4j.discovery.ResolverListener;
import io.github.mtasts4j.discovery.ResolverSettings;
import io.github.mtasts4j.discovery.TimeSource;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.tls.TlsOutcome;
import io.github.mtasts4j.tls.VerifiedPeer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** How long a warm decision takes while nothing else happens, and while 64 discoveries hang and policies are refreshed. */
public final class Latency {

    private static final int HUNG = 64;
    private static final long PAUSE = TimeUnit.MICROSECONDS.toNanos(20);
    private static final Duration LATER = Duration.ofHours(40);

    private final Population population;
    private final AtomicLong ahead = new AtomicLong();
    private final CountDownLatch hanging = new CountDownLatch(HUNG);
    private final AtomicLong fetches = new AtomicLong();
    private final PolicyResolver resolver;

    private Latency(int domains) {
        this.population = Population.different(domains);
        TxtLookup txt = population.txt();
        PolicyFetcher fetcher = population.fetcher();
        this.resolver = new PolicyResolver(
                name -> name.toString().contains("hung") ? hang() : txt.lookup(name),
                request -> {
                    fetches.incrementAndGet();
                    return fetcher.fetch(request);
                },
                Optional.empty(),
                new ResolverListener() {},
                TimeSource.of(() -> Instant.now().plusNanos(ahead.get())),
                Callers.newExecutor(2 * HUNG),
                ResolverSettings.defaults().withFlights(2 * HUNG, 100_000));
    }

    /** Arguments: how many domains, and seconds. */
    public static void main(String[] arguments) throws Exception {
        double seconds = Double.parseDouble(arguments[1]);
        Latency latency = new Latency(Integer.parseInt(arguments[0]));
        latency.learn();
        latency.measure(seconds);
        long idle = latency.measure(seconds);
        latency.hang64();
        long busy = latency.measureBusy(seconds);
        Child.say("latency idle p99", idle);
        Child.say("latency busy p99", busy);
        Child.say("latency refreshed", latency.fetches.get());
        System.exit(0);
    }

    private void learn() throws InterruptedException {
        for (int i = 0; i < population.size(); i++) {
            resolver.resolve(PolicyDomain.ofDomain(population.domain(i)));
        }
        fetches.set(0);
    }

    private TxtLookup.Answer hang() throws InterruptedException {
        hanging.countDown();
        new CountDownLatch(1).await();
        return new TxtLookup.None(Duration.ZERO);
    }

    private void hang64() throws InterruptedException {
        for (int i = 0; i < HUNG; i++) {
            var unused = resolver.resolveAsync(PolicyDomain.ofDomain("hung" + i + ".example"), Runnable::run);
        }
        hanging.await();
    }

    /** All policies fall due, and a fresh refresher goes through them again and again. */
    private long measureBusy(double seconds) throws InterruptedException {
        ahead.set(LATER.toNanos());
        measure(Math.min(1, seconds)); // The TXT records are due as well: those whom we ask for are looked at once.
        Thread refreshing = new Thread(this::refresh);
        refreshing.setDaemon(true);
        refreshing.start();
        long busy = measure(seconds);
        refreshing.interrupt();
        return busy;
    }

    private void refresh() {
        while (!Thread.currentThread().isInterrupted()) {
            try (PolicyRefresher refresher = resolver.newRefresher()) {
                refresher.start();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
        }
    }

    /** The time that 99 of a hundred decisions are made in, in nanoseconds. One after the other, with pauses. */
    private long measure(double seconds) throws InterruptedException {
        DeliveryJudge judge = new DeliveryJudge(DanePrecedence.BOTH_MUST_HOLD);
        long[] took = new long[4_000_000];
        int count = 0;
        long end = System.nanoTime() + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
        for (long begin = System.nanoTime(); begin < end && count < took.length; begin = System.nanoTime()) {
            int number = (int) ((count * 7919L) % population.size());
            String domain = population.domain(number);
            String host = population.mx(number);
            TlsOutcome tls = new TlsOutcome.Verified(VerifiedPeer.assertedBy("benchmark", DomainName.of(host)));
            long from = System.nanoTime();
            PolicyResolution policy = resolver.resolve(PolicyDomain.ofDomain(domain));
            boolean delivers = judge.decide(new MxAttempt(policy, DomainName.of(host), tls, DaneOutcome.NOT_APPLICABLE))
                    .mayDeliver();
            took[count++] = System.nanoTime() - from;
            if (!delivers) {
                throw new IllegalStateException(policy.inWords());
            }
            while (System.nanoTime() - from < PAUSE) {
                Thread.onSpinWait();
            }
        }
        Arrays.sort(took, 0, count);
        return took[(int) (count * 0.99)];
    }
}
