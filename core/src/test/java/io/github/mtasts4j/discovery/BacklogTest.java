// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.PolicyParser;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two threads may save the policy of one domain, one of them an earlier fetch. */
final class BacklogTest {

    private final MovableClock clock = new MovableClock();
    private final Backlog backlog = new Backlog(clock, news -> {});
    private final CachedPolicy earlier = fetchedAfter(Duration.ZERO);
    private final CachedPolicy later = fetchedAfter(Duration.ofMinutes(1));

    private static CachedPolicy fetchedAfter(Duration time) {
        return new CachedPolicy(
                World.NAME,
                "1",
                new PolicyParser(Grammar.STRICT)
                        .parse("version: STSv1\nmode: none\nmax_age: 86400\n".getBytes(StandardCharsets.US_ASCII))
                        .orElseThrow(),
                MovableClock.START.plus(time));
    }

    @Test
    void theLaterOneWaitsWhicheverComesFirst() {
        backlog.add(earlier);
        backlog.add(later);
        assertThat(backlog.of(World.NAME)).contains(later);
        backlog.add(earlier);
        assertThat(backlog.of(World.NAME)).contains(later);
    }

    @Test
    void whatIsDoneEndsTheWaitOfAllThatIsNotLater() {
        backlog.add(later);
        backlog.done(earlier);
        assertThat(backlog.of(World.NAME)).contains(later);
        backlog.done(later);
        assertThat(backlog.of(World.NAME)).isEmpty();
    }

    @Test
    void aPolicyFromTheFutureYields() {
        CachedPolicy future = fetchedAfter(Duration.ofHours(1));
        backlog.add(future);
        backlog.add(later);
        assertThat(backlog.of(World.NAME)).contains(later);
        backlog.add(future);
        backlog.done(earlier);
        assertThat(backlog.of(World.NAME)).isEmpty();
    }

    @Test
    void whatIsSavedWaitsNoLonger() {
        List<CachedPolicy> saved = new ArrayList<>();
        backlog.add(later);
        backlog.drain(saved::add, () -> true);
        assertThat(saved).containsExactly(later);
        assertThat(backlog.of(World.NAME)).isEmpty();
    }
}
