// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.benchmarks.micro;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.benchmarks.Population;
import io.github.mtasts4j.delivery.MxPlan;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.tls.TlsOutcome;
import io.github.mtasts4j.tls.VerifiedPeer;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Where the time of {@link Warm} goes. Not in the table. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class WarmParts {

    private final Population population = Population.different(1);
    private final InstantSource clock = InstantSource.system();
    private final String domainText = population.domain(0);
    private final String mxText = population.mx(0);
    private final PolicyDomain domain = PolicyDomain.ofDomain(domainText);
    private final DomainName mx = DomainName.of(mxText);
    private final TlsOutcome tls = new TlsOutcome.Verified(VerifiedPeer.assertedBy("benchmark", mx));
    private final MtaSts sts = population.newSender();
    private PolicyResolution policy = new PolicyResolution.Absent(domain);

    @Setup
    public void learn() throws InterruptedException {
        policy = sts.resolve(domain);
    }

    @Benchmark
    public long nanoTime() {
        return System.nanoTime();
    }

    @Benchmark
    public long wallClock() {
        return clock.instant().getEpochSecond();
    }

    @Benchmark
    public boolean domainName() {
        return DomainName.of(mxText).isSingleLabel();
    }

    @Benchmark
    public boolean policyDomain() {
        return PolicyDomain.ofDomain(domainText) instanceof PolicyDomain.Named;
    }

    @Benchmark
    public boolean resolve() throws InterruptedException {
        return sts.resolve(domain) instanceof PolicyResolution.Found;
    }

    @Benchmark
    public boolean plan() {
        return sts.plan(policy, mx) instanceof MxPlan.Skip;
    }

    @Benchmark
    public boolean decide() {
        return sts.decide(policy, mx, tls).mayDeliver();
    }
}
