// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.benchmarks.load;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.benchmarks.Population;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.policy.PolicyParser;
import java.nio.charset.StandardCharsets;
import org.openjdk.jol.info.GraphLayout;

/** What a million domains take in the heap, with everything that belongs to them. */
public final class Heap {

    private static final int COLLECTIONS = 4;

    private Heap() {}

    /**
     * The bare facts of a domain, the patterns by where they are in the text. A record and an array: what cannot be had for
     * less while an object stands for a domain.
     */
    static final class Facts {

        final String id;
        final Mode mode = Mode.ENFORCE;
        final long fetchedAt;
        final long recheckAt;
        final long patterns = 0x1122_3344_5566L;
        final int maxAge = 604_800;
        final byte[] text;

        Facts(String id, long fetchedAt, byte[] text) {
            this.id = id;
            this.fetchedAt = fetchedAt;
            this.recheckAt = fetchedAt;
            this.text = text;
        }
    }

    /** Arguments: {@code different}, {@code shared}, {@code bare} or {@code policy}, and how many domains. */
    public static void main(String[] arguments) throws InterruptedException {
        int size = Integer.parseInt(arguments[1]);
        switch (arguments[0]) {
            case "different" -> ours("heap different", Population.different(size));
            case "shared" -> ours("heap shared", new Population(size, 100));
            case "bare" -> bare(Population.different(size));
            case "policy" -> policy(Population.different(size));
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void ours(String name, Population population) throws InterruptedException {
        Population.different(100).newWarmSender().close(); // What is there once, whatever the number of domains.
        long before = used();
        try (MtaSts sender = population.newWarmSender()) {
            Child.say(name, (used() - before) / (double) population.size());
            check(sender.peek(PolicyDomain.ofDomain(population.domain(0))).isPresent());
        }
    }

    private static void bare(Population population) {
        Caffeine.newBuilder().maximumSize(1).build().put("", "");
        long before = used();
        Cache<String, Facts> cache =
                Caffeine.newBuilder().maximumSize(4L * population.size()).build();
        for (int i = 0; i < population.size(); i++) {
            byte[] text = population.policy(i).getBytes(StandardCharsets.US_ASCII);
            cache.put(population.domain(i), new Facts(population.id(i), i, text));
        }
        Child.say("heap bare", (used() - before) / (double) population.size());
        check(cache.estimatedSize() == population.size());
    }

    /** What is measured has to be there still, and all of it. */
    private static void check(boolean there) {
        if (!there) {
            throw new IllegalStateException("the heap does not hold what it should");
        }
    }

    /** A policy by itself. */
    private static void policy(Population population) {
        byte[] body = population.policy(0).getBytes(StandardCharsets.US_ASCII);
        Object policy = new PolicyParser(Grammar.LENIENT).parse(body).orElseThrow();
        Child.say("heap policy", GraphLayout.parseInstance(policy).totalSize());
    }

    static long used() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
