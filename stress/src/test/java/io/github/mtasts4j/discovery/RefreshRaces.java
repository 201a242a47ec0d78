// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static io.github.mtasts4j.stress.Outside.BANK;
import static io.github.mtasts4j.stress.Outside.SHOP;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.stress.Chance;
import io.github.mtasts4j.stress.HeldExecutor;
import io.github.mtasts4j.stress.Outside;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZZZ_Result;

/** What may happen around the refresh of the policies in use. */
public final class RefreshRaces {

    private RefreshRaces() {}

    /** A policy is used while the refresher looks whether it is. */
    @JCStressTest
    @State
    @Outcome(id = "false, false, true", expect = ACCEPTABLE, desc = "Looked before it was used")
    @Outcome(id = "false, true, true", expect = ACCEPTABLE, desc = "Used between the two")
    @Outcome(id = "true, true, true", expect = ACCEPTABLE, desc = "Looked after it was used")
    @Outcome(expect = FORBIDDEN, desc = "A policy in use is taken for one that is not")
    public static class UseUnderWatch {

        private static final Instant NOW = Instant.EPOCH.plusSeconds(1);

        private final Upkeep upkeep = new Upkeep(0);

        @Actor
        public void use() {
            upkeep.use();
        }

        @Actor
        public void watch(ZZZ_Result r) {
            r.r1 = upkeep.isDue(NOW);
            r.r2 = upkeep.isDue(NOW);
        }

        @Arbiter
        public void judge(ZZZ_Result r) {
            r.r3 = upkeep.isDue(NOW);
        }
    }

    /** There is room for one refresh, two are due, and the first lands while the refresher looks through the policies. */
    @JCStressTest
    @State
    @Outcome(id = "2, 4", expect = ACCEPTABLE, desc = "Each is fetched once more")
    @Outcome(expect = FORBIDDEN, desc = "One is left waiting although there is room, or is fetched twice")
    public static class LandingDuringTick {

        private final Outside outside = new Outside(1);
        private final HeldExecutor executor = new HeldExecutor();
        private final PolicyResolver resolver = outside.resolver(executor, Optional.empty());
        private final PolicyRefresher refresher = resolver.newRefresher();

        public LandingDuringTick() {
            learn(BANK);
            learn(SHOP);
            outside.advance(Duration.ofDays(2));
            refresher.tick();
        }

        private void learn(PolicyDomain domain) {
            CompletableFuture<PolicyResolution> unused = resolver.resolveAsync(domain, Runnable::run);
            executor.runAll();
            Outside.resolve(resolver, domain); // In use is what was asked for since it was fetched.
        }

        @Actor
        public void land() {
            executor.runOne();
        }

        @Actor
        public void tick() {
            Chance.dawdle();
            refresher.tick();
        }

        @Arbiter
        public void judge(II_Result r) {
            r.r1 = 1 + executor.size(); // The one that has landed, and the one that has taken off since.
            executor.runAll();
            r.r2 = outside.fetches();
        }
    }
}
