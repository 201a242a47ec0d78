// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.benchmarks;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.Function;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * JMH's benchmarks of one class. A figure is called {@code ours domains=10000 threads=1}, what it allocates that and
 * {@code octets}.
 *
 * @param name what the user calls it
 * @param benchmarks the class, relative to the package of these
 * @param threads with how many threads to run them
 * @param rows the goals
 */
record Micro(String name, String benchmarks, List<Integer> threads, Function<Setting, List<Goal>> rows)
        implements Suite {

    private static final String ALLOCATION = "gc.alloc.rate.norm";

    @Override
    public List<Goal> goals(Setting setting) {
        return rows.apply(setting);
    }

    @Override
    public void measure(Setting setting, Map<String, Figure> into) throws RunnerException {
        for (int count : threads) {
            Collection<RunResult> results = new Runner(options(setting, count).build()).run();
            results.forEach(result -> note(result, into));
        }
        noteScaling(into);
    }

    /** How many times more is done in the same time by two threads, each. */
    private static void noteScaling(Map<String, Figure> into) {
        Map<String, Figure> scaling = new TreeMap<>();
        into.forEach((name, one) -> {
            Figure two = into.get(name.replace("threads=1", "threads=2"));
            if (name.endsWith("threads=1") && two != null) {
                scaling.put(name.replace("threads=1", "scaling"), one.over(two));
            }
        });
        into.putAll(scaling);
    }

    private ChainedOptionsBuilder options(Setting setting, int threadCount) {
        Setting.Effort effort = setting.effort();
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("\\.micro\\." + benchmarks + "\\.")
                .threads(threadCount)
                .addProfiler(GCProfiler.class)
                .warmupIterations(effort.warmUps)
                .warmupTime(TimeValue.milliseconds(effort.millis))
                .measurementIterations(effort.iterations)
                .measurementTime(TimeValue.milliseconds(effort.millis))
                .param("domains", Integer.toString(effort.fewDomains), Integer.toString(effort.domains))
                .shouldFailOnError(true);
        return effort == Setting.Effort.SMOKE
                ? options.forks(0)
                : options.forks(effort.forks).jvm(setting.jvm()).jvmArgsAppend("-Xms4g", "-Xmx4g");
    }

    private static void note(RunResult result, Map<String, Figure> into) {
        String name = nameOf(result.getParams());
        into.put(name, Figure.of(result.getPrimaryResult().getStatistics()));
        result.getSecondaryResults().forEach((label, secondary) -> {
            if (label.endsWith(ALLOCATION)) {
                into.put(name + " octets", figure(secondary));
            }
        });
    }

    private static Figure figure(Result<?> result) {
        return Figure.of(result.getStatistics());
    }

    private static String nameOf(BenchmarkParams params) {
        String full = params.getBenchmark();
        int method = full.lastIndexOf('.');
        StringJoiner name = new StringJoiner(" ");
        name.add(full.substring(full.lastIndexOf('.', method - 1) + 1));
        params.getParamsKeys().stream().sorted().forEach(key -> name.add(key + "=" + params.getParam(key)));
        return name.add("threads=" + params.getThreads()).toString();
    }
}
