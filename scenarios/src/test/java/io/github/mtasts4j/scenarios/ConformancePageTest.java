// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds {@code docs/conformance.md} against the rules of RFC 8461 and against the sources it points to. */
final class ConformancePageTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern LINK = Pattern.compile("\\[`(\\w+)`]\\(\\.\\./([^)]+)\\)");
    private static final Pattern TEST = Pattern.compile("`(\\w+)#(\\w+)`");

    /** One row of the page: the cells behind the rule's id. */
    private record Row(String words, String classes, String tests) {}

    @ParameterizedTest
    @CsvSource({"rfc8461-rules.txt, STS-, 90", "rfc8460-rules.txt, RPT-, 40"})
    void everyRuleHasARowAndEveryRowOfTheRfcIsARule(String file, String prefix, int least) throws IOException {
        List<String> rules = Files.readAllLines(Path.of("src/test/resources", file));

        assertThat(rules).hasSizeGreaterThan(least).doesNotHaveDuplicates();
        assertThat(rows().keySet().stream().filter(id -> id.startsWith(prefix)))
                .containsExactlyInAnyOrderElementsOf(rules);
    }

    @Test
    void everyRowPointsToAClassThatExists() throws IOException {
        for (Map.Entry<String, Row> row : rows().entrySet()) {
            List<String> files = new ArrayList<>();
            Matcher link = LINK.matcher(row.getValue().classes);
            while (link.find()) {
                assertThat(link.group(2))
                        .as(row.getKey())
                        .contains("/src/main/java/")
                        .endsWith(link.group(1) + ".java");
                files.add(link.group(2));
            }
            assertThat(files)
                    .as(row.getKey())
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(ROOT.resolve(file)).isRegularFile());
        }
    }

    @Test
    void everyRowNamesATestThatExists() throws IOException {
        Map<String, String> sources = testSources();
        for (Map.Entry<String, Row> row : rows().entrySet()) {
            List<String> named = new ArrayList<>();
            Matcher test = TEST.matcher(row.getValue().tests);
            while (test.find()) {
                named.add(test.group());
                assertThat(sources).as(row.getKey()).containsKey(test.group(1));
                assertThat(sources.get(test.group(1)))
                        .as(row.getKey())
                        .containsPattern("void " + test.group(2) + "\\(");
            }
            assertThat(named).as(row.getKey()).isNotEmpty();
        }
    }

    private static Map<String, Row> rows() throws IOException {
        Map<String, Row> rows = new TreeMap<>();
        for (String line : Files.readAllLines(ROOT.resolve("docs/conformance.md"))) {
            List<String> cells = Arrays.asList(line.split(" ?\\| ?", -1));
            if (cells.size() == 6 && cells.get(1).matches("(STS|RPT|X)-.*")) {
                Row before = rows.put(cells.get(1), new Row(cells.get(2), cells.get(3), cells.get(4)));
                assertThat(before).as("two rows for " + cells.get(1)).isNull();
                assertThat(cells.get(2)).as(cells.get(1)).isNotBlank();
            }
        }
        return rows;
    }

    /** The tests of all modules, and the contracts in the test kit, by class name. */
    private static Map<String, String> testSources() throws IOException {
        Map<String, String> sources = new TreeMap<>();
        try (Stream<Path> files = Files.walk(ROOT)) {
            for (Path file : files.filter(ConformancePageTest::isTest).toList()) {
                String name = String.valueOf(file.getFileName());
                sources.put(name.substring(0, name.length() - ".java".length()), Files.readString(file));
            }
        }
        return sources;
    }

    private static boolean isTest(Path file) {
        String path = ROOT.relativize(file).toString().replace('\\', '/');
        return (path.endsWith("Test.java") && path.contains("/src/test/java/")) || path.endsWith("Contract.java");
    }
}
