// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.stress;

import static io.github.mtasts4j.stress.Outside.BANK;
import static io.github.mtasts4j.stress.Outside.NO_POLICY;
import static io.github.mtasts4j.stress.Outside.SHOP;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.PolicyResolver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.LIL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/** What two callers of one resolver may see. */
public final class ResolverRaces {

    private ResolverRaces() {}

    /** Two ask for a domain that nobody knows yet. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1, 1, 1", expect = ACCEPTABLE, desc = "Both have the policy, of one query and one fetch")
    @Outcome(expect = FORBIDDEN, desc = "Somebody has no policy, or somebody has asked in vain")
    public static class ColdDomain {

        private final Outside outside = new Outside(1);
        private final PolicyResolver resolver = outside.resolver();

        @Actor
        public void one(IIII_Result r) {
            r.r1 = Outside.resolve(resolver, BANK);
        }

        @Actor
        public void other(IIII_Result r) {
            r.r2 = Outside.resolve(resolver, BANK);
        }

        @Arbiter
        public void count(IIII_Result r) {
            r.r3 = outside.queries();
            r.r4 = outside.fetches();
        }
    }

    /** A policy is replaced while somebody reads it twice. */
    @JCStressTest
    @State
    @Outcome(id = "2, 1, 1", expect = ACCEPTABLE, desc = "Read before it was replaced")
    @Outcome(id = "2, 1, 2", expect = ACCEPTABLE, desc = "Replaced between the two")
    @Outcome(id = "2, 2, 2", expect = ACCEPTABLE, desc = "Read after it was replaced")
    @Outcome(expect = FORBIDDEN, desc = "No policy for a moment, or an older one after a newer")
    public static class Swap {

        private final Outside outside = new Outside(1);
        private final PolicyResolver resolver = outside.resolver();

        public Swap() {
            Outside.resolve(resolver, BANK);
            outside.advance(Duration.ofMinutes(2));
            outside.publish(2);
        }

        @Actor
        public void recheck(III_Result r) {
            r.r1 = Outside.recheck(resolver, BANK);
        }

        @Actor
        public void read(III_Result r) {
            Chance.dawdle();
            r.r2 = Outside.resolve(resolver, BANK);
            Chance.dawdle();
            r.r3 = Outside.number(resolver.peek(BANK));
        }
    }

    /** An operator has a domain forgotten, the discovery of which is under way. */
    @JCStressTest
    @State
    @Outcome(
            id = "1, 0, 0, 1",
            expect = ACCEPTABLE,
            desc = "Who has waited is answered, and nothing else is left of it")
    @Outcome(expect = FORBIDDEN, desc = "Somebody waits for ever, or what was forgotten has come back")
    public static class InvalidateDuringFetch {

        private final Outside outside = new Outside(1);
        private final OneEntryStore store = new OneEntryStore();
        private final HeldExecutor executor = new HeldExecutor();
        private final PolicyResolver resolver = outside.resolver(executor, Optional.of(store));
        private final CompletableFuture<PolicyResolution> waiter = resolver.resolveAsync(BANK, Runnable::run);

        @Actor
        public void fetch() {
            executor.runAll();
        }

        @Actor
        public void invalidate() {
            Chance.dawdle();
            resolver.invalidate(BANK);
        }

        @Arbiter
        public void judge(IIII_Result r) {
            r.r1 = waiter.isDone() ? Outside.number(waiter.join()) : NO_POLICY;
            r.r2 = Outside.number(resolver.peek(BANK));
            r.r3 = Outside.number(store.find(BANK.asName().orElseThrow()));
            // The fetch is forgotten as well: it must not make the next one wait.
            CompletableFuture<PolicyResolution> next = resolver.resolveAsync(BANK, Runnable::run);
            executor.runAll();
            r.r4 = next.isDone() ? Outside.number(next.join()) : NO_POLICY;
        }
    }

    /** An operator has a domain forgotten, which somebody is just reading out of the store. */
    @JCStressTest
    @State
    @Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "Read before it was forgotten")
    @Outcome(id = "0, 0, 0", expect = ACCEPTABLE, desc = "Asked for after it was forgotten")
    @Outcome(expect = FORBIDDEN, desc = "What was forgotten has come back")
    public static class InvalidateDuringLoad {

        private final OneEntryStore store = new OneEntryStore();
        private final PolicyResolver resolver = new Outside(NO_POLICY).resolver(Runnable::run, Optional.of(store));

        public InvalidateDuringLoad() {
            store.save(Outside.policyOfBank(1));
        }

        @Actor
        public void read(III_Result r) {
            r.r1 = Outside.resolve(resolver, BANK);
        }

        @Actor
        public void invalidate() {
            resolver.invalidate(BANK);
        }

        @Arbiter
        public void judge(III_Result r) {
            r.r2 = Outside.number(resolver.peek(BANK));
            r.r3 = Outside.number(store.find(BANK.asName().orElseThrow()));
        }
    }

    /** A domain is forgotten and asked for again, while somebody else asks for it. */
    @JCStressTest
    @State
    @Outcome(id = "1, 2, 2, 2", expect = ACCEPTABLE, desc = "The one has asked before there was a new policy")
    @Outcome(id = "2, 2, 2, 2", expect = ACCEPTABLE, desc = "The one has asked after that")
    @Outcome(
            expect = FORBIDDEN,
            desc = "Who asks after the command is told what was known before it, or all stands still")
    public static class InvalidateDuringJoin {

        private final Outside outside = new Outside(1);
        private final PolicyResolver resolver = outside.resolver();

        @Actor
        public void ask(IIII_Result r) {
            r.r1 = Outside.resolve(resolver, BANK);
        }

        @Actor
        public void invalidateAndAsk(IIII_Result r) {
            Chance.dawdle();
            outside.publish(2);
            resolver.invalidate(BANK);
            r.r2 = Outside.resolve(resolver, BANK);
        }

        @Arbiter
        public void judge(IIII_Result r) {
            r.r3 = Outside.number(resolver.peek(BANK));
            r.r4 = Outside.resolve(resolver, SHOP); // Waits for ever where a permit was not given back.
        }
    }

    /** The DNS says that there is no policy, while another sender has put one into the store. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "The policy was found, and stays")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "Nobody has looked into the store, as the DNS was asked just now")
    @Outcome(expect = FORBIDDEN, desc = "The negative answer hides the policy")
    public static class NegativeAgainstPositive {

        private final OneEntryStore store = new OneEntryStore();
        private final HeldExecutor executor = new HeldExecutor();
        private final PolicyResolver resolver = new Outside(NO_POLICY).resolver(executor, Optional.of(store));

        public NegativeAgainstPositive() {
            CompletableFuture<PolicyResolution> unused = resolver.resolveAsync(BANK, Runnable::run);
            store.save(Outside.policyOfBank(1));
        }

        @Actor
        public void askTheDns() {
            executor.runAll();
        }

        @Actor
        public void load(II_Result r) {
            r.r1 = Outside.resolve(resolver, BANK);
        }

        @Arbiter
        public void ask(II_Result r) {
            r.r2 = Outside.resolve(resolver, BANK);
        }
    }

    /** The resolver is closed while somebody waits for a fetch. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1, CLOSED", expect = ACCEPTABLE, desc = "The fetch was over before")
    @Outcome(id = "CLOSED, [01], CLOSED", expect = ACCEPTABLE, desc = "Nobody has waited for the end of the fetch")
    @Outcome(
            expect = FORBIDDEN,
            desc = "Somebody waits for ever, or a policy is lost, or a discovery is begun afterwards")
    public static class CloseDuringFetch {

        private final HeldExecutor executor = new HeldExecutor();
        private final PolicyResolver resolver = new Outside(1).resolver(executor, Optional.empty());
        private final CompletableFuture<PolicyResolution> waiter = resolver.resolveAsync(BANK, Runnable::run);

        @Actor
        public void fetch() {
            executor.runAll();
        }

        @Actor
        public void close() {
            Chance.dawdle();
            resolver.close();
        }

        @Arbiter
        public void judge(LIL_Result r) {
            r.r1 = Outside.told(waiter);
            r.r2 = Outside.number(resolver.peek(BANK));
            r.r3 = Outside.told(resolver.resolveAsync(SHOP, Runnable::run));
        }
    }

    /** The resolver is closed while somebody asks, and the executor has been ended with all that it had still to do. */
    @JCStressTest
    @State
    @Outcome(id = "CLOSED, CLOSED", expect = ACCEPTABLE, desc = "Everybody is answered")
    @Outcome(expect = FORBIDDEN, desc = "Somebody waits for ever, or joins a discovery that nobody makes")
    public static class CloseDuringJoin {

        private final PolicyResolver resolver = new Outside(1).resolver(task -> {}, Optional.empty());

        @Actor
        public void ask(LL_Result r) {
            r.r1 = resolver.resolveAsync(BANK, Runnable::run);
        }

        @Actor
        public void close() {
            resolver.close();
        }

        @Arbiter
        @SuppressWarnings("unchecked") // A result is the only place where an actor may leave something for the arbiter.
        public void judge(LL_Result r) {
            r.r1 = Outside.told((CompletableFuture<PolicyResolution>) r.r1);
            r.r2 = Outside.told(resolver.resolveAsync(BANK, Runnable::run)); // As whoever waits is still listed.
        }
    }
}
