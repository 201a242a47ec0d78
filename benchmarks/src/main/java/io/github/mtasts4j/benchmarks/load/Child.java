// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.benchmarks.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A JVM of its own, which says what it has measured in lines of {@code figure NAME VALUE}. */
public final class Child implements AutoCloseable {

    private static final String SIGN = "figure ";

    private final Process process;
    private final BufferedReader out;

    private Child(Process process) {
        this.process = process;
        this.out = process.inputReader(StandardCharsets.UTF_8);
    }

    public static Child start(String jvm, List<String> options, Class<?> main, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(jvm, "-cp", System.getProperty("java.class.path")));
        command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=off");
        command.addAll(options);
        command.add(main.getName());
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return new Child(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** What a child says; to be called by its main method. */
    static void say(String name, double value) {
        System.out.println(SIGN + name.replace(' ', '_') + " " + value);
    }

    static void say(String name, long value) {
        say(name, (double) value);
    }

    /** The next thing that it says, such as where it listens. */
    public String line() throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw new IOException("the child process has ended");
        }
        return line;
    }

    /** Waits for its end. */
    public Map<String, Double> figures() throws IOException, InterruptedException {
        Map<String, Double> figures = new ConcurrentHashMap<>();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith(SIGN)) {
                String[] words = line.split(" ", 3);
                figures.put(words[1].replace('_', ' '), Double.valueOf(words[2]));
            }
        }
        if (process.waitFor() != 0) {
            throw new IOException("a child process has failed");
        }
        return figures;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
