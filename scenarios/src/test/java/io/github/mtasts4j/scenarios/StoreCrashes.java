// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.PolicyStore;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.scenarios.PolicyWriter.Save;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * Processes that write policies are killed with SIGKILL in the midst of it. When a process is killed depends on what it has acknowledged, not on time.
 */
public abstract class StoreCrashes {

    private static final int AT_ONCE = 2;
    private static final int ROUNDS_PER_DIRECTORY = 20;
    private static final int MOST_SAVES_BEFORE_A_KILL = 30;
    private static final int SAVES_PER_ROUND = 1_000_000;

    /** For subclasses. */
    protected StoreCrashes() {}

    /** How many processes are killed. */
    protected abstract int rounds();

    /** Whether a server may carry out what a process had asked for before it was killed, after it. */
    protected abstract boolean finishesWhatIsKilled();

    /** Opens the stores, in this process and in those that are killed. */
    protected abstract StoreOpener opener();

    /** Where an empty store is, by a number; as the opener understands it. */
    protected abstract String place(int number);

    @Test
    final void noAcknowledgedPolicyIsLostAndNoTornOneIsAccepted() throws Exception {
        List<Callable<Integer>> directories = new ArrayList<>();
        for (int done = 0; done < rounds(); done += ROUNDS_PER_DIRECTORY) {
            int seed = done;
            int rounds = Math.min(rounds() - done, ROUNDS_PER_DIRECTORY);
            directories.add(() -> killAgainAndAgain(place(seed), rounds, new Random(seed)));
        }
        ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE);
        int acknowledged = 0;
        try {
            for (Future<Integer> directory : pool.invokeAll(directories)) {
                acknowledged += directory.get();
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(acknowledged).isGreaterThan(rounds());
    }

    /** Returns how many saves were acknowledged. */
    private int killAgainAndAgain(String directory, int rounds, Random random) throws Exception {
        Map<DomainName, Integer> acknowledged = new HashMap<>();
        int saves = 0;
        for (int round = 0; round < rounds; round++) {
            Process writer = start(directory, 24, round * SAVES_PER_ROUND, 1, SAVES_PER_ROUND);
            List<Save> saved = killed(writer, random.nextInt(MOST_SAVES_BEFORE_A_KILL));
            saved.forEach(save -> acknowledged.merge(save.domain(), save.number(), Math::max));
            saves += saved.size();

            assertNothingWasLost(directory, acknowledged);
        }
        return saves;
    }

    @Test
    final void ofTwoProcessesTheLaterFetchWins() throws Exception {
        Process even = start(place(-1), 2, 0, 2, 300);
        Process odd = start(place(-1), 2, 1, 2, 300);
        Map<DomainName, Integer> acknowledged = new HashMap<>();
        for (Process writer : List.of(even, odd)) {
            try (BufferedReader lines = writer.inputReader()) {
                lines.lines()
                        .filter(line -> line.endsWith("."))
                        .map(Save::parse)
                        .forEach(save -> acknowledged.merge(save.domain(), save.number(), Math::max));
            }
            assertThat(writer.waitFor()).isZero();
        }

        assertNothingWasLost(place(-1), acknowledged);
        assertThat(found(place(-1))).isEqualTo(acknowledged);
    }

    /** Kills a writer after so many acknowledged saves; during its start for none. Returns all it acknowledged. */
    private static List<Save> killed(Process writer, int after) throws IOException, InterruptedException {
        List<Save> saves = new ArrayList<>();
        try (BufferedReader lines = writer.inputReader()) {
            assertThat(lines.readLine()).isEqualTo(PolicyWriter.READY);
            while (saves.size() < after) {
                saves.add(Save.parse(requireNonNull(lines.readLine(), "the writer has missed something itself")));
            }
            writer.toHandle().destroyForcibly(); // Process.destroyForcibly would throw away what is yet unread.
            lines.lines().filter(line -> line.endsWith(".")).map(Save::parse).forEach(saves::add);
        }
        writer.waitFor();
        return saves;
    }

    private void assertNothingWasLost(String directory, Map<DomainName, Integer> acknowledged) throws IOException {
        Map<DomainName, Integer> found = found(directory);
        assertThat(acknowledged)
                .allSatisfy((domain, number) -> assertThat(found.get(domain))
                        .as("%s", domain)
                        .isNotNull()
                        .isGreaterThanOrEqualTo(number));
    }

    /** The numbers of all policies that the next start finds. Each is wholly what was saved under its number. */
    private Map<DomainName, Integer> found(String directory) {
        List<String> events = new ArrayList<>();
        PolicyStore store = opener().open(directory, PolicyWriter.clock(), events::add);
        Map<DomainName, Integer> numbers = new HashMap<>();
        store.scan(policy -> {
            Save save = new Save(policy.domain(), number(policy));
            assertThat(policy).isEqualTo(PolicyWriter.policy(save));
            numbers.put(save.domain(), save.number());
        });
        numbers.forEach((domain, number) -> {
            int there = number(store.find(domain).orElseThrow());
            assertThat(there).isBetween(number, finishesWhatIsKilled() ? Integer.MAX_VALUE : number);
        });
        assertThat(events).isEmpty();
        return numbers;
    }

    private static int number(CachedPolicy policy) {
        return Integer.parseInt(policy.id().substring("id".length()));
    }

    private Process start(String directory, int domains, int first, int step, int saves) throws IOException {
        return ChildJvm.start(
                PolicyWriter.class,
                "96m",
                opener().getClass().getName(),
                directory,
                Integer.toString(domains),
                Integer.toString(first),
                Integer.toString(step),
                Integer.toString(saves));
    }
}
