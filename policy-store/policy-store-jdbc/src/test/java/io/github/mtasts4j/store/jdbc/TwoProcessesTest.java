// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.SharedPolicyStore;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.PolicyParser;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes write to one SQLite file, and one of them is killed. */
final class TwoProcessesTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int DOMAINS = 3;
    private static final int SAVES = 200;
    private static final int KILLED_AFTER = 40;

    /** A process: saves every second policy, from the first one given, and says which were kept. */
    static final class Writer {

        private Writer() {}

        /** Arguments: the file, the first number. */
        public static void main(String[] arguments) {
            SharedPolicyStore store = store(Path.of(arguments[0]));
            for (int number = Integer.parseInt(arguments[1]); number < SAVES; number += 2) {
                if (store.save(policy(number))) {
                    System.out.println("kept " + number + ".");
                    System.out.flush();
                }
            }
        }
    }

    private static SharedPolicyStore store(Path file) {
        return SharedPolicyStore.over(JdbcPolicyRows.of(Sqlites.in(file)));
    }

    private static CachedPolicy policy(int number) {
        String text = "version: STSv1\nmode: enforce\nmx: mx" + number + ".example\nmax_age: 604800\n";
        return new CachedPolicy(
                DomainName.of("d" + number / 2 % DOMAINS + ".example"),
                "id" + number,
                new PolicyParser(Grammar.STRICT)
                        .parse(text.getBytes(StandardCharsets.US_ASCII))
                        .orElseThrow(),
                START.plusSeconds(number));
    }

    @Test
    void theLaterFetchStaysAndNothingAcknowledgedIsLost(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("policies.db");
        Process killed = start(file, 0);
        Process other = start(file, 1);
        Map<DomainName, Integer> latest = new HashMap<>();
        note(killed, KILLED_AFTER, latest);
        killed.toHandle().destroyForcibly();
        note(other, SAVES, latest);
        assertThat(other.waitFor()).isZero();
        killed.waitFor();

        SharedPolicyStore store = store(file);
        assertThat(latest).hasSize(DOMAINS).allSatisfy((domain, number) -> {
            CachedPolicy there = store.find(domain).orElseThrow();
            assertThat(there.fetchedAt()).isAfterOrEqualTo(START.plusSeconds(number));
            assertThat(there).isEqualTo(policy(Integer.parseInt(there.id().substring(2))));
        });
    }

    private static void note(Process writer, int atMost, Map<DomainName, Integer> latest) throws IOException {
        BufferedReader lines = writer.inputReader();
        int count = 0;
        for (String line = lines.readLine(); line != null && line.endsWith("."); line = lines.readLine()) {
            int number = Integer.parseInt(line.substring("kept ".length(), line.length() - 1));
            latest.merge(policy(number).domain(), number, Math::max);
            if (++count == atMost) {
                return;
            }
        }
    }

    private static Process start(Path file, int first) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath(),
                        Writer.class.getName(),
                        file.toString(),
                        Integer.toString(first))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** All modules of this process, what is patched into ours, and what is no module. */
    private static String classPath() {
        Stream<String> modules = ModuleLayer.boot().configuration().modules().stream()
                .flatMap(module -> module.reference().location().stream())
                .filter(location -> "file".equals(location.getScheme()))
                .map(location -> Path.of(location).toString());
        return Stream.concat(
                        modules,
                        Stream.of(Path.of("target", "test-classes").toString(), System.getProperty("java.class.path")))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
