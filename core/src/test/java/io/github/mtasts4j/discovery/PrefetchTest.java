// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many domains are found out about before there is mail for them, at a moderate pace and by the normal path only. */
final class PrefetchTest {

    private final World world = new World();
    private final List<Instant> begun = new ArrayList<>();

    @Test
    void theyAreFoundOutAboutAtThePaceThatWasAskedFor() throws InterruptedException {
        world.duringLookup = () -> begun.add(world.clock.instant());

        PrefetchSummary summary = prefetch(domains(100), 10);

        assertThat(summary).isEqualTo(new PrefetchSummary(100, 0, 0));
        assertThat(begun).hasSize(100);
        for (int i = 0; i < begun.size(); i++) {
            assertThat(begun.get(i)).isEqualTo(MovableClock.START.plusMillis(100L * i));
        }
        assertThat(world.fetched).hasSize(100);
        assertThat(world.resolver().peek(domains(100).get(99))).isPresent();
    }

    @Test
    void whatIsKnownCostsNeitherTimeNorRequests() throws InterruptedException {
        world.store = Optional.of(world.memory);
        prefetch(domains(50), 10);
        Instant before = world.clock.instant();

        prefetch(domains(50), 1);
        world.clock.advance(Duration.ofHours(2)); // All TXT records are due.
        assertThat(world.newResolver().prefetch(domains(50), 1, nanos -> {}))
                .as("out of the store")
                .isEqualTo(new PrefetchSummary(50, 0, 0));
        prefetch(domains(50), 1);

        assertThat(world.clock.instant()).isEqualTo(before.plus(Duration.ofHours(2)));
        assertThat(world.asked).hasSize(50);
        assertThat(world.fetched).hasSize(50);
    }

    @Test
    @Timeout(60)
    void noMoreThanAQuarterOfTheFlightsAreItsOwn() throws InterruptedException {
        world.settings = world.settings.withFlights(16, 100);
        CountDownLatch four = new CountDownLatch(4);
        AtomicInteger underWay = new AtomicInteger();
        List<Integer> counts = new CopyOnWriteArrayList<>();
        ExecutorService runway = Executors.newSingleThreadExecutor();
        world.executor = flight -> {
            counts.add(underWay.incrementAndGet());
            four.countDown();
            runway.execute(() -> {
                awaitUninterruptibly(four); // Nobody lands before there are four.
                underWay.decrementAndGet();
                flight.run();
            });
        };
        try {
            assertThat(prefetch(domains(20), 10)).isEqualTo(new PrefetchSummary(20, 0, 0));
        } finally {
            runway.shutdownNow();
        }
        assertThat(counts).hasSize(20).startsWith(1, 2, 3, 4).allMatch(count -> count <= 4);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void eachIsCountedAsWhatItIs() throws InterruptedException {
        world.lookups = name -> switch (name.toString()) {
            case "_mta-sts.none.example" -> new TxtLookup.None(Duration.ofMinutes(5));
            case "_mta-sts.dead.example" -> World.servfail();
            default -> World.record("1");
        };

        assertThat(prefetch(
                        List.of(
                                PolicyDomain.ofDomain("none.example"),
                                PolicyDomain.ofDomain("dead.example"),
                                PolicyDomain.ofDomain("bank.example"),
                                PolicyDomain.ofRecipient("a@[192.0.2.1]"),
                                PolicyDomain.ofDomain("a..b")),
                        100))
                .isEqualTo(new PrefetchSummary(1, 2, 2));
    }

    @Test
    void nothingIsBegunAfterAnInterruption() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> prefetch(domains(5), 1)).isInstanceOf(InterruptedException.class);
        assertThat(world.asked).isEmpty();
    }

    @Test
    void aPaceIsPositive() {
        assertThatThrownBy(() -> prefetch(domains(1), 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private PrefetchSummary prefetch(List<PolicyDomain> domains, int perSecond) throws InterruptedException {
        return world.resolver().prefetch(domains, perSecond, nanos -> world.clock.advance(Duration.ofNanos(nanos)));
    }

    private static List<PolicyDomain> domains(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> PolicyDomain.of(DomainName.of("d" + i + ".example")))
                .toList();
    }
}
