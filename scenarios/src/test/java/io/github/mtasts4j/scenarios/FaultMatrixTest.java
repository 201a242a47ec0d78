// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.mtasts4j.testkit.tls.TestCa;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/**
 * Whatever happens to the DNS and whatever happens to HTTPS, at the same time and in whatever state the sender is: every
 * combination, over real sockets. In each cell
 *
 * <ul>
 *   <li>I1: with a live {@code enforce} policy nothing is delivered to a host that is not listed and verified;
 *   <li>I2: without one nothing is held back;
 *   <li>I3: nothing is a permanent failure unless the DNS was asked for a newer policy;
 *   <li>I4: it ends in time, with at most one fetch of few octets;
 *   <li>I5: there is one typed failure, or none, and never an exception;
 *   <li>I6: the policy in force is the one from before, unless a valid one was fetched;
 *   <li>I7: nothing a stranger sent gets raw into a detail, an explanation or the log;
 *   <li>I8: the TLS report has the type that RFC 8460 §4.3 has for it;
 *   <li>I9: no connection, thread or place in a queue is left in the end.
 * </ul>
 *
 * With the system property {@code mtasts.tests=long} every pair of faults meets every state of the sender; else it meets
 * two of the eight, and still each fault meets each state.
 */
final class FaultMatrixTest {

    private static final int LOTS = "long".equals(System.getProperty("mtasts.tests")) ? 1 : 4;
    private static final int PARALLEL = 48;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final List<String> OUR_THREADS = List.of("mtasts4j", "policy-host", "dns-");

    private final Set<Thread> before = Thread.getAllStackTraces().keySet();
    private final CapturedLog log = CapturedLog.begin();
    private final AtomicInteger workers = new AtomicInteger();
    private final ExecutorService executor =
            Executors.newFixedThreadPool(PARALLEL, work -> new Thread(work, "matrix-" + workers.incrementAndGet()));
    private final TestCa ca = TestCa.root("Matrix CA");

    @AfterEach
    void end() {
        log.close();
        executor.shutdownNow();
    }

    @TestFactory
    Stream<DynamicNode> noCombinationOfFaultsBreaksAnInvariant() {
        List<HttpsCase> https = HttpsCase.all();
        List<Row> rows = new ArrayList<>();
        DnsCase.all().forEach(dns -> rows.add(new Row(dns, https, rows.size())));
        rows.forEach(Row::start); // All of them, so that one row's silence is another's time to compute.
        return Stream.concat(
                rows.stream().map(Row::report),
                Stream.of(
                        dynamicTest("no thread is left", this::noThreadIsLeft),
                        dynamicTest("the log is printable and has no error", this::theLogIsClean)));
    }

    private void noThreadIsLeft() throws InterruptedException {
        executor.shutdown();
        assertThat(executor.awaitTermination(SOON.toMillis(), TimeUnit.MILLISECONDS))
                .isTrue();
        List<Thread> left = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread)
                        && OUR_THREADS.stream()
                                .anyMatch(prefix -> thread.getName().startsWith(prefix)))
                .toList();
        for (Thread thread : left) {
            thread.join(SOON.toMillis());
        }
        assertThat(left).noneMatch(Thread::isAlive);
    }

    private void theLogIsClean() {
        List<String> lines = log.lines();
        assertThat(lines).isNotEmpty().allMatch(line -> line.chars().allMatch(c -> c >= 0x20 && c <= 0x7e));
        assertThat(lines).noneMatch(line -> line.startsWith("ERROR") || line.contains("] ERROR "));
    }

    /** All cells of one DNS case. The last one that is played closes the world. */
    private final class Row {

        private final DnsCase dns;
        private final int number;
        private final List<Column> columns = new ArrayList<>();
        private final List<FaultCell> cells = new ArrayList<>();
        private final AtomicInteger unplayed = new AtomicInteger();
        private final CompletableFuture<List<String>> playedOut = new CompletableFuture<>();
        private @Nullable FaultWorld world;

        Row(DnsCase dns, List<HttpsCase> https, int number) {
            this.dns = dns;
            this.number = number;
            https.forEach(fault -> columns.add(new Column(fault, new ArrayList<>())));
        }

        void start() {
            List<List<CacheState>> met = IntStream.range(0, columns.size())
                    .mapToObj(i -> CacheState.lot(number + i, LOTS))
                    .toList();
            unplayed.set(met.stream().mapToInt(List::size).sum());
            for (int i = 0; i < columns.size(); i++) {
                Column column = columns.get(i);
                for (CacheState state : met.get(i)) {
                    FaultCell cell = new FaultCell(dns, column.https, state, cells.size());
                    cells.add(cell);
                    column.cells.add(CompletableFuture.supplyAsync(() -> play(cell), executor));
                }
            }
        }

        private List<String> play(FaultCell cell) {
            try {
                return cell.play(world());
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            } finally {
                if (unplayed.decrementAndGet() == 0) {
                    playedOut.completeAsync(this::close, executor);
                }
            }
        }

        private synchronized FaultWorld world() {
            if (world == null) {
                world = new FaultWorld(dns, ca, PARALLEL);
            }
            return world;
        }

        private List<String> close() {
            List<String> broken = new ArrayList<>();
            try (FaultWorld ended = world()) {
                ended.settle();
                for (FaultCell cell : cells) {
                    broken.addAll(cell.playedOut(ended));
                }
                if (!ended.isIdle()) {
                    broken.add(dns + ": I9 a fetch is going on");
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return broken;
        }

        DynamicNode report() {
            Stream<DynamicNode> faults = columns.stream()
                    .map(column -> dynamicTest(
                            dns + " x " + column.https,
                            () -> assertThat(column.broken()).isEmpty()));
            return dynamicContainer(
                    dns.name(),
                    Stream.concat(
                            faults,
                            Stream.of(dynamicTest(
                                    dns + ": nothing is left open",
                                    () -> assertThat(get(playedOut)).isEmpty()))));
        }
    }

    private record Column(HttpsCase https, List<CompletableFuture<List<String>>> cells) {

        List<String> broken() {
            return cells.stream().flatMap(cell -> get(cell).stream()).collect(Collectors.toList());
        }
    }

    private static List<String> get(CompletableFuture<List<String>> future) {
        return future.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join();
    }
}
