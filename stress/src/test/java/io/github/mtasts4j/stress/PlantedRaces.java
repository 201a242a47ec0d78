// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.stress;

import static io.github.mtasts4j.stress.Outside.BANK;
import static io.github.mtasts4j.stress.Outside.NO_POLICY;

import io.github.mtasts4j.discovery.CacheRaces;
import io.github.mtasts4j.policy.PolicyDomain;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * What one writes who thinks of one thread at a time. Each is judged as the right one is, and has to be found guilty. In
 * the gaps a thread steps back, as it does for a look-up in life.
 */
public final class PlantedRaces {

    private PlantedRaces() {}

    private static void gap() {
        Chance.stepBack();
        Chance.dawdle();
    }

    /** The numbers of policies, by domain. */
    private static final class Careless {

        private final ConcurrentHashMap<PolicyDomain, Integer> policies = new ConcurrentHashMap<>();

        int get() {
            return policies.getOrDefault(BANK, NO_POLICY);
        }

        void set(int policy) {
            policies.put(BANK, policy);
        }

        void remove() {
            policies.remove(BANK);
        }
    }

    /** Looks whether there is a newer one, and puts then. */
    @JCStressTest
    @JCStressMeta(CacheRaces.OlderAgainstNewer.class)
    @State
    public static class CheckThenPut {

        private final Careless cache = new Careless();

        @Actor
        public void older() {
            put(1);
        }

        @Actor
        public void newer() {
            put(2);
        }

        private void put(int policy) {
            if (cache.get() < policy) {
                gap();
                cache.set(policy);
            }
        }

        @Arbiter
        public void judge(I_Result r) {
            r.r1 = cache.get();
        }
    }

    /** Asks whether it is still wanted, and puts then. */
    @JCStressTest
    @JCStressMeta(CacheRaces.PutAgainstForget.class)
    @State
    public static class AskThenPut {

        private final Careless cache = new Careless();
        private volatile boolean forgotten;

        @Actor
        public void put() {
            if (!forgotten) {
                gap();
                cache.set(1);
            }
        }

        @Actor
        public void forget() {
            Chance.dawdle();
            forgotten = true;
            cache.remove();
        }

        @Arbiter
        public void judge(I_Result r) {
            r.r1 = cache.get();
        }
    }

    /** Looks whether a discovery is under way, and begins one then. */
    @JCStressTest
    @JCStressMeta(ResolverRaces.ColdDomain.class)
    @State
    public static class GetThenPut {

        private final ConcurrentHashMap<PolicyDomain, CompletableFuture<Integer>> flights = new ConcurrentHashMap<>();
        private final AtomicInteger fetches = new AtomicInteger();

        @Actor
        public void one(IIII_Result r) {
            r.r1 = resolve();
        }

        @Actor
        public void other(IIII_Result r) {
            r.r2 = resolve();
        }

        private int resolve() {
            CompletableFuture<Integer> there = flights.get(BANK);
            if (there != null) {
                return there.join();
            }
            CompletableFuture<Integer> mine = new CompletableFuture<>();
            gap();
            flights.put(BANK, mine);
            fetches.incrementAndGet();
            mine.complete(1);
            return 1;
        }

        @Arbiter
        public void count(IIII_Result r) {
            r.r3 = fetches.get();
            r.r4 = fetches.get();
        }
    }

    /** Removes the policy, and fetches the next one then. */
    @JCStressTest
    @JCStressMeta(ResolverRaces.Swap.class)
    @State
    public static class RemoveThenFetch {

        private final Careless cache = new Careless();

        public RemoveThenFetch() {
            cache.set(1);
        }

        @Actor
        public void recheck(III_Result r) {
            cache.remove();
            gap();
            cache.set(2);
            r.r1 = cache.get();
        }

        @Actor
        public void read(III_Result r) {
            Chance.dawdle();
            r.r2 = cache.get();
            Chance.dawdle();
            r.r3 = cache.get();
        }
    }

    /** Remembers the absence of a policy in the place of the policy. */
    @JCStressTest
    @JCStressMeta(ResolverRaces.NegativeAgainstPositive.class)
    @State
    public static class OnePlaceForBoth {

        private final Careless cache = new Careless();

        @Actor
        public void askTheDns() {
            Chance.dawdle();
            cache.set(NO_POLICY);
        }

        @Actor
        public void load(II_Result r) {
            Chance.dawdle();
            cache.set(1);
            r.r1 = 1;
        }

        @Arbiter
        public void ask(II_Result r) {
            r.r2 = cache.get();
        }
    }

    /** Looks whether it is closed, and lists who waits then. */
    @JCStressTest
    @JCStressMeta(ResolverRaces.CloseDuringJoin.class)
    @State
    public static class LookThenWait {

        private final ConcurrentHashMap<PolicyDomain, CompletableFuture<String>> flights = new ConcurrentHashMap<>();
        private volatile boolean closed;

        @Actor
        public void ask(LL_Result r) {
            r.r1 = join();
        }

        @Actor
        public void close() {
            Chance.dawdle();
            closed = true;
            flights.values().forEach(waiter -> waiter.complete("CLOSED"));
        }

        private CompletableFuture<String> join() {
            if (closed) {
                return CompletableFuture.completedFuture("CLOSED");
            }
            gap();
            return flights.computeIfAbsent(BANK, domain -> new CompletableFuture<>());
        }

        @Arbiter
        @SuppressWarnings("unchecked") // A result is the only place where an actor may leave something for the arbiter.
        public void judge(LL_Result r) {
            r.r1 = ((CompletableFuture<String>) r.r1).getNow("nothing");
            r.r2 = join().getNow("nothing");
        }
    }
}
