// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.mtasts4j.cli.finding.FindingKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every fault, planted in a world of its own domain, over real DNS, HTTPS and SMTP; all of them looked at in one run. */
final class CheckFaultsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<Fault, JsonNode> RESULTS = new LinkedHashMap<>();
    private static String text = "";

    @TempDir
    static Path directory;

    private static Lab lab;

    @BeforeAll
    static void plantAll() throws IOException {
        lab = new Lab(directory);
        Map<Fault, String> domains = new LinkedHashMap<>();
        for (Fault fault : Fault.values()) {
            domains.put(fault, fault.in(lab));
        }
        lab.alsoSay("--smtp-port", "1", "--timeout", "20");
        String names = String.join("\n", domains.values());
        Run json = lab.in().stdin(names).run(lab.args("check", "--json", "--from", "-"));
        var lines = json.lines().iterator();
        for (Fault fault : domains.keySet()) {
            RESULTS.put(fault, JSON.readTree(lines.next()));
        }
        text = lab.in().stdin(names).run(lab.args("check", "--from", "-")).out();
    }

    private static JsonNode result(Fault fault) {
        return Objects.requireNonNull(RESULTS.get(fault));
    }

    @AfterAll
    static void close() {
        lab.close();
    }

    @ParameterizedTest
    @EnumSource
    void isNamedByItsFindingsAndNothingElseIsFound(Fault fault) {
        JsonNode result = result(fault);
        Set<String> found = new TreeSet<>();
        for (JsonNode finding : result.get("findings")) {
            if (!finding.get("severity").asText().equals("info")) {
                found.add(finding.get("id").asText());
            }
        }
        assertThat(found).as(result.toString()).isEqualTo(fault.findings());
    }

    @ParameterizedTest
    @EnumSource
    void isToldInOneLineWithItsClause(Fault fault) {
        String domain = result(fault).get("domain").asText();
        String block = text.substring(("\n" + text).indexOf("\n" + domain + ":"));
        block = block.substring(0, block.indexOf("\n\n") < 0 ? block.length() : block.indexOf("\n\n"));
        Set<String> named = block.lines()
                .filter(line -> line.startsWith("  error") || line.startsWith("  warning"))
                .filter(line -> line.matches(".*\\(RFC \\d{4} §[0-9.]+\\)"))
                .map(line -> line.strip().split(" +", 3)[1])
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(named).as(block).isEqualTo(fault.findings());
    }

    /** The others are told by other tests; that of a host without a route cannot be planted on loopback. */
    @Test
    void nearlyEveryFindingIsPlanted() {
        Set<String> left = new TreeSet<>();
        for (FindingKind kind : FindingKind.values()) {
            left.add(kind.name());
        }
        RESULTS.keySet().forEach(fault -> left.removeAll(fault.findings()));
        assertThat(left)
                .containsExactly(
                        "DOMAIN_NOT_FOUND",
                        "ID_NOT_CHANGED",
                        "MODE_TESTING",
                        "MODE_UNEXPECTED",
                        "MX_IMPLICIT",
                        "MX_NULL",
                        "NAME_INVALID",
                        "NO_MTA_STS",
                        "POLICY_FIELD_UNKNOWN",
                        "POLICY_HOST_TIMEOUT",
                        "POLICY_HOST_UNREACHABLE",
                        "TLSRPT_RUA_IGNORED");
    }

    @Test
    void aDetailSaysWhereInThePolicy() {
        JsonNode finding = result(Fault.MAX_AGE_IN_WORDS).get("findings").get(0);
        assertThat(finding.get("line").asInt()).isEqualTo(4);
        assertThat(finding.get("column").asInt()).isEqualTo(10);
    }
}
