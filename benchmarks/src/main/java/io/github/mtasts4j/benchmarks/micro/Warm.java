// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.benchmarks.micro;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.benchmarks.Population;
import io.github.mtasts4j.delivery.MxPlan;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.tls.TlsOutcome;
import io.github.mtasts4j.tls.VerifiedPeer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A message to a domain that is known, from two strings to the permission to deliver. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Warm {

    /** The domains in an order that no hardware foresees; both sides walk through them alike. */
    @State(Scope.Benchmark)
    public static class Mail {

        @Param({"10000", "1000000"})
        public int domains;

        String[] domain = {};
        String[] mx = {};
        TlsOutcome[] tls = {};

        @Setup
        public void shuffle() {
            Population population = Population.different(domains);
            List<Integer> order = IntStream.range(0, domains).boxed().collect(Collectors.toCollection(ArrayList::new));
            Collections.shuffle(order, new Random(8461));
            domain = new String[domains];
            mx = new String[domains];
            tls = new TlsOutcome[domains];
            String[] hosts = new String[1000];
            TlsOutcome[] outcomes = new TlsOutcome[1000];
            for (int i = 0; i < Math.min(domains, 1000); i++) {
                hosts[i] = population.mx(i);
                outcomes[i] = new TlsOutcome.Verified(VerifiedPeer.assertedBy("benchmark", DomainName.of(hosts[i])));
            }
            for (int i = 0; i < domains; i++) {
                int number = order.get(i);
                domain[i] = population.domain(number);
                mx[i] = hosts[number % 1000];
                tls[i] = outcomes[number % 1000];
            }
        }
    }

    /** Where a thread is. */
    @State(Scope.Thread)
    public static class Place {

        private int at = (int) (Thread.currentThread().getId() * 7919);

        int next(int bound) {
            at = at + 1 >= bound ? 0 : at + 1;
            return at;
        }
    }

    @State(Scope.Benchmark)
    public static class Ours {

        MtaSts sts = Population.different(1).newSender();

        @Setup
        public void learn(Mail mail) throws InterruptedException {
            sts = Population.different(mail.domains).newWarmSender();
        }

        @TearDown
        public void close() {
            sts.close();
        }
    }

    @State(Scope.Benchmark)
    public static class Bare {

        Cache<String, String> cache = Caffeine.newBuilder().build();

        @Setup
        public void fill(Mail mail) {
            Population population = Population.different(mail.domains);
            cache = Caffeine.newBuilder().maximumSize(4L * mail.domains).build();
            for (int i = 0; i < mail.domains; i++) {
                cache.put(population.domain(i), population.mx(i));
            }
        }
    }

    @Benchmark
    public boolean bare(Mail mail, Place place, Bare bare) {
        int i = place.next(mail.domains);
        String mx = bare.cache.getIfPresent(mail.domain[i]);
        return mx != null && mx.equals(mail.mx[i]);
    }

    /**
     * What no way from two strings to a permission can do without: the lookup, a look at each character of both names and one at
     * a clock. Makes nothing and judges nothing.
     */
    @Benchmark
    public boolean floor(Mail mail, Place place, Bare bare) {
        int i = place.next(mail.domains);
        long now = System.nanoTime();
        String mx = bare.cache.getIfPresent(mail.domain[i]);
        return isAscii(mail.domain[i]) && isAscii(mail.mx[i]) && mail.mx[i].equals(mx) && now != mail.domains;
    }

    private static boolean isAscii(String text) {
        int all = 0;
        for (int i = 0; i < text.length(); i++) {
            all |= text.charAt(i);
        }
        return all < 128;
    }

    @Benchmark
    public boolean ours(Mail mail, Place place, Ours ours) throws InterruptedException {
        int i = place.next(mail.domains);
        PolicyResolution policy = ours.sts.resolve(PolicyDomain.ofDomain(mail.domain[i]));
        DomainName mx = DomainName.of(mail.mx[i]);
        if (ours.sts.plan(policy, mx) instanceof MxPlan.Skip) {
            return false;
        }
        return ours.sts.decide(policy, mx, mail.tls[i]).mayDeliver();
    }
}
