// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.benchmarks.micro;

import io.github.mtasts4j.benchmarks.Population;
import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.delivery.DanePrecedence;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.DeliveryJudge;
import io.github.mtasts4j.delivery.MxAttempt;
import io.github.mtasts4j.delivery.SessionFacts;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.Freshness;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.PolicyParser;
import io.github.mtasts4j.report.SessionResult;
import io.github.mtasts4j.tls.TlsOutcome;
import io.github.mtasts4j.tls.VerifiedPeer;
import io.github.mtasts4j.tlsreport.MailAddress;
import io.github.mtasts4j.tlsreport.collect.ReportingOrganization;
import io.github.mtasts4j.tlsreport.collect.TlsReportCollector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A judged session that is counted for a TLS report, with the journal on; ten thousand domains in no order. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Collect {

    private static final int DOMAINS = 10_000;
    private static final Instant AT = Instant.parse("2026-01-01T12:00:00Z");

    /** What is counted. */
    @State(Scope.Benchmark)
    public static class Sessions {

        final String[] domains = new String[DOMAINS];
        final DeliveryDecision[] good = new DeliveryDecision[DOMAINS];
        final DeliveryDecision[] bad = new DeliveryDecision[DOMAINS];
        final Map<String, LongAdder> bare = new ConcurrentHashMap<>();

        @Setup
        public void judge() {
            Population population = Population.different(DOMAINS);
            List<Integer> order = IntStream.range(0, DOMAINS).boxed().collect(Collectors.toCollection(ArrayList::new));
            Collections.shuffle(order, new Random(8460));
            SessionFacts facts = SessionFacts.between(
                            InetAddress.getLoopbackAddress(), InetAddress.getLoopbackAddress())
                    .withHelo("mx1.mailhosting.example");
            for (int i = 0; i < DOMAINS; i++) {
                int number = order.get(i);
                domains[i] = population.domain(number);
                DomainName mx = DomainName.of(population.mx(number));
                PolicyResolution policy = policy(population, number);
                good[i] = decide(new MxAttempt(
                        policy,
                        mx,
                        new TlsOutcome.Verified(VerifiedPeer.assertedBy("benchmark", mx)),
                        DaneOutcome.NOT_APPLICABLE));
                bad[i] = decide(new MxAttempt(policy, mx, new TlsOutcome.NotOffered(), DaneOutcome.NOT_APPLICABLE)
                        .withSession(facts));
            }
        }

        private static PolicyResolution policy(Population population, int number) {
            return new PolicyResolution.Found(
                    new CachedPolicy(
                            DomainName.of(population.domain(number)),
                            population.id(number),
                            new PolicyParser(Grammar.STRICT)
                                    .parse(population.policy(number).getBytes(StandardCharsets.US_ASCII))
                                    .orElseThrow(),
                            AT),
                    Freshness.CACHED,
                    Optional.empty());
        }

        private static DeliveryDecision decide(MxAttempt attempt) {
            return new DeliveryJudge(DanePrecedence.BOTH_MUST_HOLD).decide(attempt);
        }
    }

    /** Where a thread is. */
    @State(Scope.Thread)
    public static class Place {

        private int at = (int) (Thread.currentThread().getId() * 7919 % DOMAINS);

        int next() {
            at = at + 1 >= DOMAINS ? 0 : at + 1;
            return at;
        }
    }

    /** Who counts, into the directory for temporary files. */
    @State(Scope.Benchmark)
    public static class Collecting {

        private final Path directory = temporary();

        final TlsReportCollector collector = TlsReportCollector.builder(
                        new ReportingOrganization("benchmark", MailAddress.of("reports@sender.example")))
                .clock(InstantSource.fixed(AT))
                .journal(directory)
                .build();

        private static Path temporary() {
            try {
                return Files.createTempDirectory("mtasts4j-collect");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @TearDown
        public void close() throws IOException {
            collector.close();
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }

    /** The least that anybody would need to count by domain. */
    @Benchmark
    public void bare(Sessions sessions, Place place) {
        sessions.bare
                .computeIfAbsent(sessions.domains[place.next()], domain -> new LongAdder())
                .increment();
    }

    @Benchmark
    public void success(Sessions sessions, Place place, Collecting collecting) {
        record(collecting, sessions.good[place.next()]);
    }

    @Benchmark
    public void failure(Sessions sessions, Place place, Collecting collecting) {
        record(collecting, sessions.bad[place.next()]);
    }

    /** All threads with the same domain, as they are with a large one. */
    @Benchmark
    public void crowd(Sessions sessions, Collecting collecting) {
        record(collecting, sessions.good[0]);
    }

    @Benchmark
    public void bareCrowd(Sessions sessions) {
        sessions.bare
                .computeIfAbsent(sessions.domains[0], domain -> new LongAdder())
                .increment();
    }

    /** As {@code MtaSts} does it. */
    private static void record(Collecting collecting, DeliveryDecision decision) {
        collecting.collector.sessionJudged(AT, decision, SessionResult.of(decision));
    }
}
