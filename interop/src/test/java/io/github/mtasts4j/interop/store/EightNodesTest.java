// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.policy.Mode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Eight senders with one store, each a process of its own, through days in which the store is killed, paused and emptied, the network is
 * cut and forged, and senders are killed. {@code -Dmtasts.chaos=PT10M} goes on with it for so long, with ten thousand domains;
 * {@code -Dmtasts.chaos.seed} is another script, {@code -Dmtasts.chaos.engine} one of the {@link Engine}s. Redis has its turn with
 * either that or {@code -Dmtasts.tests=long}.
 */
final class EightNodesTest {

    private static final Duration CHAOS = Duration.parse(System.getProperty("mtasts.chaos", "PT0S"));
    private static final long SEED = Long.getLong("mtasts.chaos.seed", 1);
    private static final int DOMAINS = CHAOS.isZero() ? 500 : 10_000;
    private static final int REAL = 16;
    private static final int QUIET_DAYS = 2;
    private static final Duration STEP = Duration.ofHours(1);
    private static final int STEPS_A_DAY = 24;
    private static final Duration ROUND = Duration.ofMinutes(6);
    private static final int MOST_ROUNDS = 60; // Six hours of theirs.
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(180);

    private final Random random = new Random(SEED);

    /** What the store is. */
    enum Engine {
        POSTGRES {
            @Override
            StoreServer start() throws InterruptedException {
                return PostgresServer.start();
            }
        },
        REDIS {
            @Override
            StoreServer start() throws InterruptedException {
                return RedisServer.start();
            }
        };

        abstract StoreServer start() throws InterruptedException;
    }

    static List<Engine> engines() {
        String only = System.getProperty("mtasts.chaos.engine", "");
        if (!only.isEmpty()) {
            return List.of(Engine.valueOf(only));
        }
        boolean isLong = !CHAOS.isZero() || "long".equals(System.getProperty("mtasts.tests"));
        return isLong ? List.of(Engine.values()) : List.of(Engine.POSTGRES);
    }

    @ParameterizedTest
    @MethodSource("engines")
    void whatOneHasLearntProtectsAllWhateverHappens(Engine engine) throws InterruptedException {
        try (StoreServer server = engine.start();
                Cluster cluster = new Cluster(engine.name().toLowerCase(Locale.ROOT), server.port(), DOMAINS, REAL)) {
            whatOneLearnsBindsAll(server, cluster);
            long told = cluster.ledger().spreadMillis();
            long quiet = quietDays(cluster);
            long end = System.nanoTime() + CHAOS.toNanos();
            do {
                stormyDays(server, cluster);
                agree(cluster);
            } while (System.nanoTime() - end < 0);
            theStoreIsKilledAndBroughtBack(server, cluster);
            allStartAnewWithoutNetwork(cluster);

            System.out.printf(
                    "figure: %s, %d domains: %.2f fetches a domain and day between eight, 99 in 100 told within %d ms%n",
                    engine, DOMAINS, (double) quiet / DOMAINS / QUIET_DAYS, told);
            assertThat(quiet).isLessThan(8L * DOMAINS * QUIET_DAYS / 5);
            assertThat(cluster.ledger().losses()).isPositive(); // It was emptied.
        }
    }

    private static List<Integer> everyDomain() {
        return IntStream.range(0, DOMAINS).boxed().toList();
    }

    private void assertNothingWrong(Cluster cluster) {
        assertThat(cluster.ledger().wrongs()).as("seed %d", SEED).isEmpty();
    }

    // ---- the first day ----

    private void whatOneLearnsBindsAll(StoreServer server, Cluster cluster) throws InterruptedException {
        List<Integer> shuffled = new ArrayList<>(everyDomain());
        Collections.shuffle(shuffled, random);
        int share = DOMAINS / Cluster.NODES + 1;
        cluster.ask(node -> shuffled.subList(Math.min(node * share, DOMAINS), Math.min((node + 1) * share, DOMAINS)));
        awaitKnownToAll(cluster);

        cluster.network(NodeNetwork.State.SILENT);
        server.kill();
        // What nobody has asked for waits: all that is known of it is that it is to be secure.
        assertThat(cluster.ask(node -> everyDomain()))
                .allSatisfy(states -> assertThat(states.values())
                        .hasSize(DOMAINS)
                        .noneMatch(NodeState::clear)
                        .anyMatch(state -> state.policy().isEmpty()));

        server.begin();
        agree(cluster); // By the store alone.
        cluster.network(NodeNetwork.State.UP);
        assertThat(cluster.ledger().fetches()).isEqualTo(DOMAINS);
        assertNothingWrong(cluster);
    }

    private static void awaitKnownToAll(Cluster cluster) throws InterruptedException {
        long begun = System.nanoTime();
        while (IntStream.range(0, Cluster.NODES)
                .anyMatch(node -> cluster.ledger().known(cluster.node(node)) < DOMAINS)) {
            assertThat(System.nanoTime() - begun).isLessThan(PATIENCE);
            cluster.ledger().awaitNews();
        }
    }

    /** Goes on until all nodes say of all domains what is published, and each has what any of them had by then. */
    private void agree(Cluster cluster) throws InterruptedException {
        List<Map<Integer, NodeState>> said = askAll(cluster);
        for (int round = 0; !unpublished(cluster, said).isEmpty(); round++) {
            assertThat(round)
                    .as(inWords(cluster, said, unpublished(cluster, said)))
                    .isLessThan(MOST_ROUNDS);
            cluster.pass(ROUND); // TXT records are looked at again, and what waits is saved.
            said = askAll(cluster);
        }
        Map<Integer, Long> newest = newest(said); // Of so many policies some are always just being refreshed.
        long begun = System.nanoTime();
        while (!behind(newest, said).isEmpty()) {
            assertThat(System.nanoTime() - begun)
                    .as(inWords(cluster, said, behind(newest, said)))
                    .isLessThan(PATIENCE);
            cluster.ledger().awaitNews();
            cluster.pass(Duration.ZERO); // Time is not to bring about what the others' news have not.
            said = askAll(cluster);
        }
        assertNothingWrong(cluster);
    }

    private static String inWords(Cluster cluster, List<Map<Integer, NodeState>> said, List<Integer> domains) {
        return "seed " + SEED
                + domains.stream()
                        .limit(10)
                        .map(domain -> "\n" + domain + " as published "
                                + cluster.ledger().published(domain) + ", as said "
                                + said.stream()
                                        .map(states -> String.valueOf(states.get(domain)))
                                        .toList()
                                + "\n  " + cluster.ledger().told(domain))
                        .collect(Collectors.joining())
                + "\nstores:\n  " + cluster.ledger().told();
    }

    private static List<Map<Integer, NodeState>> askAll(Cluster cluster) throws InterruptedException {
        return cluster.ask(node -> everyDomain());
    }

    private static List<Integer> unpublished(Cluster cluster, List<Map<Integer, NodeState>> said) {
        return everyDomain().stream()
                .filter(domain -> !said.stream().allMatch(states -> isPublished(cluster, domain, states.get(domain))))
                .toList();
    }

    /** When the fetch was of the latest policy that any node has. */
    private static Map<Integer, Long> newest(List<Map<Integer, NodeState>> said) {
        return everyDomain().stream()
                .collect(Collectors.toMap(
                        domain -> domain,
                        domain -> said.stream()
                                .mapToLong(states -> fetchedAt(states, domain))
                                .max()
                                .orElseThrow()));
    }

    private static List<Integer> behind(Map<Integer, Long> newest, List<Map<Integer, NodeState>> said) {
        return everyDomain().stream()
                .filter(domain -> said.stream()
                        .anyMatch(states -> fetchedAt(states, domain) < newest.getOrDefault(domain, Long.MAX_VALUE)))
                .toList();
    }

    private static long fetchedAt(Map<Integer, NodeState> states, int domain) {
        return Optional.ofNullable(states.get(domain))
                .flatMap(NodeState::policy)
                .map(NodeState.Held::fetchedAt)
                .orElse(Long.MIN_VALUE);
    }

    private static boolean isPublished(Cluster cluster, int domain, @Nullable NodeState state) {
        return state != null
                && state.policy()
                        .filter(held -> held.version().equals(cluster.ledger().published(domain)))
                        .isPresent();
    }

    // ---- days ----

    /** Returns how many fetches there were. */
    private long quietDays(Cluster cluster) throws InterruptedException {
        long before = cluster.ledger().fetches();
        for (int step = 0; step < QUIET_DAYS * STEPS_A_DAY; step++) {
            step(cluster);
        }
        assertNothingWrong(cluster);
        return cluster.ledger().fetches() - before;
    }

    private void step(Cluster cluster) throws InterruptedException {
        cluster.pass(STEP);
        List<List<Integer>> asked = IntStream.range(0, Cluster.NODES)
                .mapToObj(node ->
                        random.ints(DOMAINS / Cluster.NODES, 0, DOMAINS).boxed().toList())
                .toList();
        cluster.ask(asked::get);
    }

    private void stormyDays(StoreServer server, Cluster cluster) throws InterruptedException {
        try (Storm storm = new Storm(cluster.ledger(), DOMAINS * 2)) {
            storm.add(
                    random.nextLong(),
                    shuffled(
                            new Storm.Trouble(server::kill, server::begin),
                            new Storm.Trouble(server::kill, server::begin),
                            new Storm.Trouble(server::pause, server::resume),
                            new Storm.Trouble(server::empty, () -> {})));
            storm.add(
                    random.nextLong(),
                    shuffled(
                            cut(cluster, NodeNetwork.State.BLOCKED),
                            cut(cluster, NodeNetwork.State.FORGED),
                            cut(cluster, NodeNetwork.State.SILENT)));
            storm.add(
                    random.nextLong(),
                    random.ints(3, 0, Cluster.NODES)
                            .mapToObj(node -> new Storm.Trouble(() -> cluster.kill(node), () -> cluster.start(node)))
                            .toList());
            while (!storm.isOver()) {
                publishSomething(cluster);
                step(cluster);
            }
        }
        assertNothingWrong(cluster);
    }

    private List<Storm.Trouble> shuffled(Storm.Trouble... troubles) {
        List<Storm.Trouble> all = new ArrayList<>(List.of(troubles));
        Collections.shuffle(all, random);
        return all;
    }

    private static Storm.Trouble cut(Cluster cluster, NodeNetwork.State state) {
        return new Storm.Trouble(() -> cluster.network(state), () -> cluster.network(NodeNetwork.State.UP));
    }

    private void publishSomething(Cluster cluster) throws InterruptedException {
        List<Integer> some =
                random.ints(DOMAINS / 200, 0, DOMAINS).distinct().boxed().toList();
        cluster.publish(some, random.nextInt(4) == 0 ? Mode.TESTING : Mode.ENFORCE);
    }

    // ---- the end ----

    private void theStoreIsKilledAndBroughtBack(StoreServer server, Cluster cluster) throws InterruptedException {
        server.kill();
        publishSomething(cluster);
        step(cluster);
        step(cluster);
        server.begin();
        agree(cluster);
    }

    /** Nothing that was acknowledged is lost: the store alone says all of it. */
    private void allStartAnewWithoutNetwork(Cluster cluster) throws InterruptedException {
        cluster.pass(Duration.ofMinutes(2)); // What waits to be saved is saved.
        cluster.network(NodeNetwork.State.SILENT);
        for (int node = 0; node < Cluster.NODES; node++) {
            cluster.kill(node);
        }
        for (int node = 0; node < Cluster.NODES; node++) {
            cluster.start(node);
        }
        Map<Integer, Integer> kept = cluster.ledger().kept();
        assertThat(kept).hasSize(DOMAINS);
        assertThat(askAll(cluster))
                .allSatisfy(states -> assertThat(kept)
                        .allSatisfy((domain, version) ->
                                assertThat(version(states, domain)).isGreaterThanOrEqualTo(version)));
        agree(cluster);
    }

    private static int version(Map<Integer, NodeState> states, int domain) {
        return Optional.ofNullable(states.get(domain))
                .flatMap(NodeState::policy)
                .map(held -> held.version().number())
                .orElse(0);
    }
}
