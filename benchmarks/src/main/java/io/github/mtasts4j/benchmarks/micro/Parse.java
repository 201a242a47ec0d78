// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.benchmarks.micro;

import io.github.mtasts4j.benchmarks.Population;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.Parsed;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.policy.PolicyParser;
import io.github.mtasts4j.policy.StsRecord;
import io.github.mtasts4j.policy.StsRecordParser;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The two texts of RFC 8461, and walks over their octets. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class Parse {

    byte[] policy = Population.different(1).policy(0).getBytes(StandardCharsets.US_ASCII);
    byte[] record = "v=STSv1; id=20260101000000;".getBytes(StandardCharsets.US_ASCII);
    private final List<byte[]> records = List.of(record);
    private final PolicyParser policies = new PolicyParser(Grammar.LENIENT);
    private final StsRecordParser texts = new StsRecordParser(Grammar.LENIENT);

    @Benchmark
    public Parsed<Policy> policy() {
        return policies.parse(policy);
    }

    /** What the parse is made of at least: where do the lines end? */
    @Benchmark
    public int policyWalk() {
        int ends = 0;
        int from = 0;
        for (int i = 0; i < policy.length; i++) {
            if (policy[i] == '\n') {
                ends += i - from;
                from = i + 1;
            }
        }
        return ends;
    }

    @Benchmark
    public Parsed<StsRecord> record() {
        return texts.select(records);
    }

    @Benchmark
    public int recordWalk() {
        int ends = 0;
        int from = 0;
        for (int i = 0; i < record.length; i++) {
            if (record[i] == ';') {
                ends += i - from;
                from = i + 1;
            }
        }
        return ends;
    }
}
