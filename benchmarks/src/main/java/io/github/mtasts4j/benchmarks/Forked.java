// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.benchmarks;

import io.github.mtasts4j.benchmarks.load.Child;
import io.github.mtasts4j.benchmarks.load.Servers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Whole processes, one at a time: ours and the baseline in turn, as often as there are forks.
 *
 * @param name what the user calls it
 * @param rows the goals
 * @param servers whether a DNS server and a Policy Host are wanted, in a process of their own
 * @param runs what to run
 */
record Forked(String name, Function<Setting, List<Goal>> rows, boolean servers, Function<Setting, List<Run>> runs)
        implements Suite {

    private static final List<String> QUICK_START =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djol.magicFieldOffset=true");

    /**
     * One process.
     *
     * @param options of the JVM
     * @param main its main class
     * @param arguments its arguments; where servers are wanted, theirs come first
     */
    record Run(List<String> options, Class<?> main, List<Object> arguments) {}

    @Override
    public List<Goal> goals(Setting setting) {
        return rows.apply(setting);
    }

    @Override
    public void measure(Setting setting, Map<String, Figure> into) throws IOException, InterruptedException {
        Map<String, List<Double>> samples = new TreeMap<>();
        if (servers) {
            try (Child running = Child.start(setting.jvm(), Servers.OPTIONS, Servers.class)) {
                List<String> places = List.of(running.line().split(" "));
                measure(setting, new ArrayList<>(places), samples);
            }
        } else {
            measure(setting, List.of(), samples);
        }
        samples.forEach((figure, values) -> into.put(figure, Figure.of(values)));
    }

    private void measure(Setting setting, List<Object> places, Map<String, List<Double>> samples)
            throws IOException, InterruptedException {
        for (int fork = 0; fork < setting.effort().forks; fork++) {
            for (Run run : runs.apply(setting)) {
                List<Object> arguments = new ArrayList<>(places);
                arguments.addAll(run.arguments);
                List<String> options = setting.effort() == Setting.Effort.SMOKE ? QUICK_START : run.options;
                try (Child child = Child.start(setting.jvm(), options, run.main, arguments.toArray())) {
                    Map<String, Double> figures = child.figures();
                    System.out.println(run.main.getSimpleName() + " " + run.arguments + ": " + figures);
                    figures.forEach((figure, value) -> samples.computeIfAbsent(figure, f -> new ArrayList<>())
                            .add(value));
                }
            }
        }
    }
}
