// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.benchmarks.micro;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.policy.PolicyParser;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Hosts against the patterns of a policy, one host after the other, each of which is listed. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class Match {

    @Param({"3", "256"})
    public int patterns;

    private String[] exact = {};
    private String[] texts = {};
    private DomainName[] hosts = {};
    private Policy policy = parse("version: STSv1\nmode: none\nmax_age: 1\n");
    private int at;

    @Setup
    public void list() {
        StringBuilder body = new StringBuilder("version: STSv1\nmode: enforce\nmax_age: 604800\n");
        exact = new String[patterns];
        texts = new String[patterns];
        hosts = new DomainName[patterns];
        for (int i = 0; i < patterns; i++) {
            exact[i] = String.format("mx%03d.mail.provider.example", i);
            texts[i] = String.format("mx%03d.mail.provider.example", i);
            hosts[i] = DomainName.of(texts[i]);
            body.append("mx: ").append(exact[i]).append('\n');
        }
        policy = parse(body.toString());
    }

    private static Policy parse(String body) {
        return new PolicyParser(Grammar.STRICT)
                .parse(body.getBytes(StandardCharsets.US_ASCII))
                .orElseThrow();
    }

    private int next() {
        at = at + 1 == patterns ? 0 : at + 1;
        return at;
    }

    @Benchmark
    public boolean ours() {
        return policy.lists(hosts[next()]);
    }

    /** One look at each pattern, found or not. */
    @Benchmark
    public boolean bare() {
        String host = texts[next()];
        boolean found = false;
        for (String pattern : exact) {
            found |= pattern.equals(host);
        }
        return found;
    }
}
