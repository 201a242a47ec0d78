// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.benchmarks.load;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.benchmarks.Population;
import io.github.mtasts4j.discovery.FilePolicyStore;
import io.github.mtasts4j.discovery.ResolverSettings;
import io.github.mtasts4j.policy.PolicyDomain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A start with a full file store, against reading the same files. The files are in the system's cache for both. */
public final class Store {

    private static final long GLANCE = TimeUnit.MILLISECONDS.toNanos(2);
    private static final int LOADS = 5;
    private static final String PREFIX = "policy-";

    private Store() {}

    /** Arguments: {@code write}, {@code bare}, {@code ours} or {@code delete}; a directory, and how many policies. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[1]);
        Population population = Population.different(Integer.parseInt(arguments[2]));
        switch (arguments[0]) {
            case "write" -> write(directory, population);
            case "bare" -> bare(directory);
            case "ours" -> ours(directory, population);
            case "delete" -> delete(directory);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        System.exit(0);
    }

    /** As {@link FilePolicyStore} does, but without waiting for the disk each time. */
    private static void write(Path directory, Population population) throws IOException {
        FilePolicyStore.in(directory);
        String fetchedAt = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        for (int i = 0; i < population.size(); i++) {
            String name = population.domain(i);
            String head = "mtasts4j-policy 1\ndomain: " + name + "\nid: " + population.id(i) + "\nfetched-at: "
                    + fetchedAt + "\n";
            String body = "\n" + population.policy(i).replace("\r\n", "\n");
            String text = head + "sha-256: " + sha256(head + body) + "\n" + body;
            Path file = directory.resolve(sha256(name).substring(0, 2)).resolve(PREFIX + name);
            Files.writeString(file, text, StandardCharsets.US_ASCII);
        }
    }

    private static String sha256(String text) {
        try {
            byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void bare(Path directory) throws IOException {
        long begin = System.nanoTime();
        long octets = 0;
        try (DirectoryStream<Path> shelves = Files.newDirectoryStream(directory)) {
            for (Path shelf : shelves) {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(shelf)) {
                    for (Path file : files) {
                        octets += Files.readAllBytes(file).length;
                    }
                }
            }
        }
        if (octets == 0) {
            throw new IllegalStateException("no files");
        }
        Child.say("store bare", millisSince(begin));
    }

    /** In milliseconds. */
    private record Times(double firstAnswer, double fullLoad) {}

    /** The first time in a JVM that has just begun, as at a start, and then until it is not the JIT that is measured. */
    private static void ours(Path directory, Population population) throws InterruptedException, IOException {
        List<PolicyDomain> lastOnes = lastOnes(directory);
        if (lastOnes.isEmpty()) {
            throw new IllegalStateException("too few policies to tell when all are loaded");
        }
        Times times = load(directory, population, lastOnes);
        Child.say("store first answer", times.firstAnswer);
        Child.say("store full load", times.fullLoad);
        for (int i = 1; i < LOADS; i++) {
            times = load(directory, population, lastOnes);
        }
        Child.say("store later load", times.fullLoad);
    }

    private static Times load(Path directory, Population population, List<PolicyDomain> lastOnes)
            throws InterruptedException {
        long begin = System.nanoTime();
        try (MtaSts sts = MtaSts.builder(population.txt(), population.fetcher())
                .store(FilePolicyStore.in(directory))
                .settings(ResolverSettings.defaults().withCapacity(4L * population.size(), 1000))
                .build()) {
            PolicyDomain any = PolicyDomain.ofDomain(population.domain(population.size() - 1));
            check(sts.resolve(any).applicable().isPresent(), any);
            double firstAnswer = millisSince(begin);
            await(sts, lastOnes);
            double fullLoad = millisSince(begin);
            for (int i = 0; i < population.size(); i++) {
                PolicyDomain each = PolicyDomain.ofDomain(population.domain(i));
                check(sts.peek(each).isPresent(), each);
            }
            return new Times(firstAnswer, fullLoad);
        }
    }

    private static void check(boolean isThere, PolicyDomain domain) {
        if (!isThere) {
            throw new IllegalStateException("no policy of " + domain);
        }
    }

    /** To look at all of them over and over would take as long as to load them. */
    private static void await(MtaSts sts, List<PolicyDomain> domains) {
        for (PolicyDomain domain : domains) {
            while (sts.peek(domain).isEmpty()) {
                LockSupport.parkNanos(GLANCE);
            }
        }
    }

    /** Those in the directory that is read at last. */
    private static List<PolicyDomain> lastOnes(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("ff"))) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.startsWith(PREFIX))
                    .map(name -> PolicyDomain.ofDomain(name.substring(PREFIX.length())))
                    .toList();
        }
    }

    private static double millisSince(long begin) {
        return (System.nanoTime() - begin) / 1e6;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(path);
            }
        }
    }
}
