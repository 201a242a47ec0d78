// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.stress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jcstress.Main;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;
import org.openjdk.jcstress.infra.collectors.InProcessCollector;
import org.openjdk.jcstress.infra.collectors.TestResult;

/**
 * One run of jcstress over all tests on the class path, in a JVM of its own, which starts one more for each test.
 *
 * @param results what was counted; several for one test where it was run with several compilers
 */
record JcstressRun(List<TestResult> results) {

    static final JcstressRun NOT_YET = new JcstressRun(List.of());

    /**
     * How much is done.
     *
     * @param most how long it may take
     * @param options for jcstress
     */
    private record Length(Duration most, List<String> options) {

        static Length of(String name) {
            return switch (name) {
                // Each test in one JVM for each kind of locks. In so short a time C2 would be in the way only.
                case "short" ->
                    of(5, "-sc false -jvmArgs -XX:+UseSerialGC -jvmArgs -XX:TieredStopAtLevel=1 -iters 1 -time 300");
                // Each pair of interpreter, C1 and C2 for the two threads, and C2 shuffling what it may.
                case "long" -> of(240, "-sc true -fsm 1 -iters 5 -time 1000");
                default -> throw new IllegalArgumentException("short or long, not " + name);
            };
        }

        private static Length of(int minutes, String options) {
            return new Length(Duration.ofMinutes(minutes), words(options));
        }
    }

    private static List<String> words(String line) {
        return List.of(line.split(" ", -1));
    }

    /**
     * The threads begin each meeting together (strides of one): in a longer stride whoever has less to do would soon be
     * ahead. Who waits for the other yields, as there may be just one processor left for both.
     */
    private static final List<String> OPTIONS =
            words("-af NONE -pth false -spinStyle THREAD_YIELD -strideSize 1 -strideCount 64 -r report");

    JcstressRun {
        results = List.copyOf(results);
    }

    List<TestResult> of(String test) {
        return results.stream().filter(result -> result.getName().equals(test)).toList();
    }

    /** Runs them. Waits until they are done. */
    static JcstressRun make() throws IOException, ClassNotFoundException, InterruptedException {
        Path directory = emptyDirectory(Path.of(System.getProperty("mtasts.stress.report", "target/jcstress")));
        Length length = Length.of(System.getProperty("mtasts.stress", "short"));
        Path output = directory.resolve("output.txt");
        Process process = new ProcessBuilder(command(length))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            // It ends with status 1 as there are races to find; what was found is in the file.
            assertThat(process.waitFor(length.most.toSeconds(), TimeUnit.SECONDS))
                    .as("at an end after %s, see %s", length.most, output)
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return read(resultsIn(directory, output));
    }

    private static List<String> command(Length length) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=off", // Handed on to the JVMs of the tests.
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(OPTIONS);
        command.addAll(length.options);
        return command;
    }

    private static Path emptyDirectory(Path directory) throws IOException {
        Files.createDirectories(directory);
        for (Path old : results(directory)) {
            Files.delete(old);
        }
        return directory.toAbsolutePath();
    }

    private static Path resultsIn(Path directory, Path output) throws IOException {
        List<Path> found = results(directory);
        assertThat(found).as("results of jcstress, see %s", output).hasSize(1);
        return found.get(0);
    }

    private static List<Path> results(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".bin.gz")).toList();
        }
    }

    private static JcstressRun read(Path file) throws IOException, ClassNotFoundException {
        InProcessCollector collector = new InProcessCollector();
        DiskReadCollector reader = new DiskReadCollector(file.toString(), collector);
        reader.dump();
        reader.close();
        return new JcstressRun(List.copyOf(collector.getTestResults()));
    }
}
