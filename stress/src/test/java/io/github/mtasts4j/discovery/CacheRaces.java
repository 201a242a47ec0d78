// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.stress.Chance;
import io.github.mtasts4j.stress.Outside;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.IZ_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** What two flights may do to what is remembered. */
public final class CacheRaces {

    private static final CachedPolicy OLD = Outside.policyOfBank(1);
    private static final CachedPolicy NEW = Outside.policyOfBank(2);
    private static final DomainName BANK = OLD.domain();
    private static final Outside CLOCK = new Outside(1);

    private CacheRaces() {}

    private static PolicyCache empty() {
        return new PolicyCache(
                ResolverSettings.defaults(),
                new ClockGuard(TimeSource.of(CLOCK), event -> {}),
                new GuardedListener(ResolverListener.NONE));
    }

    private static PolicyCache withOld() {
        PolicyCache cache = empty();
        put(cache, OLD);
        return cache;
    }

    private static void put(PolicyCache cache, CachedPolicy policy) {
        put(cache, policy, () -> true);
    }

    private static void put(PolicyCache cache, CachedPolicy policy, BooleanSupplier wanted) {
        cache.put(policy, new Upkeep(policy.fetchedAt().getEpochSecond()), inAnHour(), wanted);
    }

    private static Instant inAnHour() {
        return CLOCK.instant().plusSeconds(3600);
    }

    private static int number(PolicyCache cache) {
        return Outside.number(
                Optional.ofNullable(cache.live(BANK, CLOCK.instant())).map(PolicyCache.Entry::cached));
    }

    /** Two senders' fetches arrive at once, one of them late. */
    @JCStressTest
    @State
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "The later fetch stays")
    @Outcome(expect = FORBIDDEN, desc = "The policy was rolled back")
    public static class OlderAgainstNewer {

        private final PolicyCache cache = empty();

        @Actor
        public void older() {
            put(cache, OLD);
        }

        @Actor
        public void newer() {
            put(cache, NEW);
        }

        @Arbiter
        public void judge(I_Result r) {
            r.r1 = number(cache);
        }
    }

    /** A policy is put into the place of another, which is read twice. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "Read before it was replaced")
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "Replaced between the two")
    @Outcome(id = "2, 2", expect = ACCEPTABLE, desc = "Read after it was replaced")
    @Outcome(expect = FORBIDDEN, desc = "No policy for a moment, or an older one after a newer")
    public static class PutUnderReader {

        private final PolicyCache cache = withOld();

        @Actor
        public void put() {
            CacheRaces.put(cache, NEW);
        }

        @Actor
        public void read(II_Result r) {
            r.r1 = number(cache);
            r.r2 = number(cache);
        }
    }

    /** What was read before the domain was forgotten is put into the cache. */
    @JCStressTest
    @State
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "Forgotten")
    @Outcome(expect = FORBIDDEN, desc = "What was forgotten has come back")
    public static class PutAgainstForget {

        private final PolicyCache cache = empty();
        private final long before = cache.timesForgotten();

        @Actor
        public void put() {
            CacheRaces.put(cache, OLD, () -> cache.timesForgotten() == before);
        }

        @Actor
        public void forget() {
            cache.forget(BANK);
        }

        @Arbiter
        public void judge(I_Result r) {
            r.r1 = number(cache);
        }
    }

    /** The note on the re-check of a policy comes while a newer one is put. */
    @JCStressTest
    @State
    @Outcome(id = "2, true", expect = ACCEPTABLE, desc = "The newer one stays, and its own upkeep with it")
    @Outcome(expect = FORBIDDEN, desc = "The policy was rolled back, or has the upkeep of the other one")
    public static class NoteAgainstNewer {

        private final PolicyCache cache = withOld();

        @Actor
        public void note() {
            cache.noteRecheck(OLD, Optional.empty(), inAnHour());
        }

        @Actor
        public void put() {
            CacheRaces.put(cache, NEW);
        }

        @Arbiter
        public void judge(IZ_Result r) {
            r.r1 = number(cache);
            PolicyCache.Entry entry = cache.entry(BANK);
            r.r2 = entry != null
                    && entry.upkeep().refreshAt() == NEW.fetchedAt().getEpochSecond();
        }
    }

    /** The note on the re-check of a policy comes while the policy is forgotten. */
    @JCStressTest
    @State
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "Forgotten")
    @Outcome(expect = FORBIDDEN, desc = "What was forgotten has come back")
    public static class NoteAgainstForget {

        private final PolicyCache cache = withOld();

        @Actor
        public void note() {
            Chance.dawdle();
            cache.noteRecheck(OLD, Optional.empty(), inAnHour());
        }

        @Actor
        public void forget() {
            Chance.dawdle();
            cache.forget(BANK);
        }

        @Arbiter
        public void judge(I_Result r) {
            r.r1 = number(cache);
        }
    }
}
