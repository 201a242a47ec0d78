// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Measures and prints the table of ratios. Arguments: {@code --what=warm,parse} for some of it, {@code --effort=quick} or
 * {@code full}, {@code --jvm=/path/to/java} for the JVM that is measured.
 */
public final class Ratios {

    private Ratios() {}

    public static void main(String[] arguments) throws Exception {
        String what = argument(arguments, "what", "all");
        Setting setting = new Setting(
                argument(arguments, "jvm", System.getProperty("java.home") + "/bin/java"),
                Setting.Effort.valueOf(argument(arguments, "effort", "full").toUpperCase(Locale.ROOT)));
        List<Suite> wanted = new ArrayList<>(Suites.ALL);
        if (!what.equals("all")) {
            List<String> names = Arrays.asList(what.split(","));
            wanted.removeIf(suite -> !names.contains(suite.name()));
        }
        if (wanted.isEmpty()) {
            throw new IllegalArgumentException("of " + what + " nothing is known; there are "
                    + Suites.ALL.stream().map(Suite::name).toList());
        }
        System.out.println(measured(wanted, setting));
    }

    static String measured(List<Suite> suites, Setting setting) throws Exception {
        Map<String, Figure> figures = new TreeMap<>();
        Table table = new Table("what", "ours", "baseline", "ratio", "goal", "reached");
        for (Suite suite : suites) {
            suite.measure(setting, figures);
            suite.goals(setting).forEach(goal -> table.add(goal.cells(figures)));
        }
        return "\n" + System.getProperty("os.name") + ", "
                + Runtime.getRuntime().availableProcessors()
                + " processors; measured: " + setting.jvm() + ", effort " + setting.effort()
                + "; mean ± error at 99.9 % (samples)\n\n" + table;
    }

    private static String argument(String[] arguments, String name, String otherwise) {
        String start = "--" + name + "=";
        return Arrays.stream(arguments)
                .filter(argument -> argument.startsWith(start))
                .map(argument -> argument.substring(start.length()))
                .findFirst()
                .orElse(otherwise);
    }
}
