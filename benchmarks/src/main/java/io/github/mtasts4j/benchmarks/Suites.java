// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.benchmarks;

import io.github.mtasts4j.benchmarks.Forked.Run;
import io.github.mtasts4j.benchmarks.load.Cold;
import io.github.mtasts4j.benchmarks.load.Heap;
import io.github.mtasts4j.benchmarks.load.Junk;
import io.github.mtasts4j.benchmarks.load.Latency;
import io.github.mtasts4j.benchmarks.load.Store;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** What is measured, and the goals. */
final class Suites {

    private static final List<String> ROOMY = List.of("-Xms5g", "-Xmx5g");
    private static final List<String> SMALL = List.of("-Xms1g", "-Xmx1g");

    /** In the order of the table. */
    static final List<Suite> ALL = List.of(
            warm(),
            new Both(
                    "parse",
                    micro("parse", "Parse", parseGoals()),
                    new Forked("parse", s -> List.of(), false, Suites::size)),
            micro("match", "Match", matchGoals()),
            new Micro("collect", "Collect", List.of(1, 2), s -> collectGoals()),
            new Forked("cold", s -> coldGoals(), true, Suites::cold),
            new Forked("heap", s -> heapGoals(), false, Suites::heap),
            new Forked("junk", s -> junkGoals(), true, Suites::junk),
            new Forked("store", s -> storeGoals(), false, Suites::store),
            new Forked("latency", s -> latencyGoals(), false, Suites::latency));

    private Suites() {}

    private record Both(String name, Suite first, Suite second) implements Suite {

        @Override
        public List<Goal> goals(Setting setting) {
            return first.goals(setting);
        }

        @Override
        public void measure(Setting setting, Map<String, Figure> into) throws Exception {
            first.measure(setting, into);
            second.measure(setting, into);
        }
    }

    private static Suite micro(String name, String benchmarks, List<Goal> goals) {
        return new Micro(name, benchmarks, List.of(1), s -> goals);
    }

    private static Suite warm() {
        return new Micro(
                "warm",
                "Warm",
                List.of(1, 2),
                s -> Stream.of(s.effort().fewDomains, s.effort().domains)
                        .flatMap(Suites::warmGoals)
                        .toList());
    }

    private static Stream<Goal> warmGoals(int domains) {
        String one = " domains=" + domains + " threads=1";
        String scaling = " domains=" + domains + " scaling";
        String which = ", domains: " + domains;
        return Stream.of(
                Goal.atMost(2, "warm decision, ns" + which, "Warm.ours" + one, "Warm.bare" + one),
                Goal.atMost(2, "what none can do without, ns" + which, "Warm.floor" + one, "Warm.bare" + one),
                Goal.absolutely(0, "octets allocated to deliver" + which, "Warm.ours" + one + " octets"),
                Goal.atLeast(
                        0.95, "speed of each of two threads" + which, "Warm.ours" + scaling, "Warm.bare" + scaling));
    }

    private static List<Goal> parseGoals() {
        return List.of(
                Goal.atMost(6, "parse of a policy, ns", "Parse.policy threads=1", "Parse.policyWalk threads=1"),
                Goal.atMost(2, "octets allocated for it, and retained", "Parse.policy threads=1 octets", "heap policy"),
                Goal.atMost(6, "parse of a TXT record, ns", "Parse.record threads=1", "Parse.recordWalk threads=1"));
    }

    private static List<Goal> matchGoals() {
        return List.of(
                Goal.atMost(
                        3,
                        "match against 3 patterns, ns",
                        "Match.ours patterns=3 threads=1",
                        "Match.bare patterns=3 threads=1"),
                Goal.atMost(
                        3,
                        "match against 256 patterns, ns",
                        "Match.ours patterns=256 threads=1",
                        "Match.bare patterns=256 threads=1"),
                Goal.atMost(
                        2,
                        "match against 256, and against 3",
                        "Match.ours patterns=256 threads=1",
                        "Match.ours patterns=3 threads=1"));
    }

    /** A hundred thousand sessions a second are one in ten microseconds. */
    private static List<Goal> collectGoals() {
        return List.of(
                Goal.atMost(20, "count a success, ns", "Collect.success threads=1", "Collect.bare threads=1"),
                Goal.atMost(150, "count a failure, ns", "Collect.failure threads=1", "Collect.bare threads=1"),
                Goal.atMost(
                        10,
                        "count a success, two threads, one domain",
                        "Collect.crowd threads=2",
                        "Collect.bareCrowd threads=2"),
                Goal.absolutely(10_000, "count a failure, two threads, ns", "Collect.failure threads=2"));
    }

    private static List<Goal> coldGoals() {
        return List.of(
                Goal.atMost(1.1, "cold, CPU µs, 1 caller", "cold ours callers=1 cpu", "cold bare callers=1 cpu"),
                Goal.atLeast(
                        0.9,
                        "cold a second, 16 callers",
                        "cold ours callers=16 per second",
                        "cold bare callers=16 per second"),
                Goal.atLeast(
                        0.9,
                        "cold a second, 256 callers",
                        "cold ours callers=256 per second",
                        "cold bare callers=256 per second"));
    }

    private static List<Goal> heapGoals() {
        return List.of(
                Goal.atMost(1.1, "octets a domain, different policies", "heap different", "heap bare"),
                Goal.absolutely(300, "octets a domain, shared policies", "heap shared"));
    }

    private static List<Goal> junkGoals() {
        return List.of(
                Goal.atMost(1.15, "junk, CPU µs", "junk ours cpu", "junk bare cpu"),
                Goal.atMost(1.15, "the bare query in another thread", "junk elsewhere cpu", "junk bare cpu"),
                Goal.atMost(1.05, "heap after all junk, and half of it", "junk heap at end", "junk heap at half"));
    }

    private static List<Goal> storeGoals() {
        return List.of(
                Goal.atMost(1, "store, ms: first answer, and full load", "store first answer", "store full load"),
                Goal.atMost(2, "store, ms: full load, and reading the files", "store full load", "store bare"),
                Goal.atMost(2, "the same for the fifth time in a process", "store later load", "store bare"));
    }

    private static List<Goal> latencyGoals() {
        return List.of(Goal.atMost(2, "p99 of a decision, ns, 64 hang", "latency busy p99", "latency idle p99"));
    }

    private static List<Run> size(Setting setting) {
        return List.of(new Run(List.of("-Djol.magicFieldOffset=true"), Heap.class, List.of("policy", 1)));
    }

    private static List<Run> cold(Setting setting) {
        double seconds = setting.effort().seconds;
        return List.of(1, 16, 256).stream()
                .flatMap(callers -> List.of("bare", "ours").stream()
                        .map(who -> new Run(SMALL, Cold.class, List.of(who, callers, seconds))))
                .toList();
    }

    private static List<Run> heap(Setting setting) {
        int domains = setting.effort().domains;
        return List.of(
                new Run(ROOMY, Heap.class, List.of("bare", domains)),
                new Run(ROOMY, Heap.class, List.of("different", domains)),
                new Run(ROOMY, Heap.class, List.of("shared", domains)));
    }

    private static List<Run> junk(Setting setting) {
        int domains = setting.effort().domains;
        return List.of(
                new Run(SMALL, Junk.class, List.of("bare", domains)),
                new Run(SMALL, Junk.class, List.of("elsewhere", domains)),
                new Run(SMALL, Junk.class, List.of("ours", domains)));
    }

    /** In the directory for temporary files. It is written once in each fork: a million files of a kilobyte or less. */
    private static List<Run> store(Setting setting) {
        int domains = setting.effort().domains;
        String directory = Path.of(System.getProperty("java.io.tmpdir"), "mtasts4j-" + UUID.randomUUID())
                .toString();
        return List.of(
                new Run(SMALL, Store.class, List.of("write", directory, domains)),
                new Run(SMALL, Store.class, List.of("bare", directory, domains)),
                new Run(ROOMY, Store.class, List.of("ours", directory, domains)),
                new Run(SMALL, Store.class, List.of("bare", directory, domains)),
                new Run(ROOMY, Store.class, List.of("ours", directory, domains)),
                new Run(SMALL, Store.class, List.of("delete", directory, domains)));
    }

    private static List<Run> latency(Setting setting) {
        Setting.Effort effort = setting.effort();
        return List.of(new Run(ROOMY, Latency.class, List.of(effort.domains / 10, effort.seconds)));
    }
}
