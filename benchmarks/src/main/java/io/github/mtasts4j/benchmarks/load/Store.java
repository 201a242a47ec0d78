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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A start with a full file store, against reading the same files. The files are in the system's cache for both. */
public final class Store {

    private static final long GLANCE = TimeUnit.MILLISECONDS.toNanos(2);

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
            Path file = directory.resolve(sha256(name).substring(0, 2)).resolve("policy-" + name);
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

    private static void ours(Path directory, Population population) throws InterruptedException {
        long begin = System.nanoTime();
        MtaSts sts = MtaSts.builder(population.txt(), population.fetcher())
                .store(FilePolicyStore.in(directory))
                .settings(ResolverSettings.defaults().withCapacity(4L * population.size(), 1000))
                .build();
        int last = population.size() - 1;
        if (sts.resolve(PolicyDomain.ofDomain(population.domain(last)))
                .applicable()
                .isEmpty()) {
            throw new IllegalStateException("the store has no policy");
        }
        Child.say("store first answer", millisSince(begin));
        for (int i = 0; i < population.size(); ) {
            if (sts.peek(PolicyDomain.ofDomain(population.domain(i))).isPresent()) {
                i++;
            } else {
                LockSupport.parkNanos(GLANCE);
            }
        }
        Child.say("store full load", millisSince(begin));
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
