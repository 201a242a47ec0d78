// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.finding;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.PolicyParser;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PolicyLintTest {

    private static final String GOOD =
            "version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.example.net\r\nmax_age: 604800\r\n";
    private static final Set<FindingKind> NOT_OF_THE_GRAMMAR = Set.of(FindingKind.POLICY_HTML);

    private static List<Finding> lint(String text) {
        return PolicyLint.of("policy", text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void nothingIsWrongWithTheExampleOfTheRfc() {
        assertThat(lint(GOOD)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"max-age", "Max_Age", "maxage", "max_ages", "mxs", "nmx", "MX", "modes", "mod", "versoin", "verison1"})
    void aSlipInANameIsRecognised(String name) {
        List<Finding> found = lint(GOOD + name + ": x");
        boolean near = !Set.of("versoin", "verison1").contains(name); // Two letters are no slip any more.
        assertThat(found)
                .extracting(Finding::kind)
                .containsExactly(near ? FindingKind.POLICY_FIELD_TYPO : FindingKind.POLICY_FIELD_UNKNOWN);
        assertThat(found.get(0).place()).isEqualTo(Optional.of(new Place(6, 1)));
    }

    @Test
    void whatTheParserRefusesIsAnErrorAndWhatItTakesIsNone() {
        Random random = new Random(8461);
        byte[] seed = GOOD.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 20_000; i++) {
            byte[] mutant = seed.clone();
            for (int n = random.nextInt(3); n >= 0; n--) {
                mutant[random.nextInt(mutant.length)] = (byte) "\r\n:* x9<\u00ff\t.-A".charAt(random.nextInt(13));
            }
            boolean refused =
                    new PolicyParser(Grammar.STRICT).parse(mutant).asOptional().isEmpty();
            List<Finding> found = PolicyLint.of("mutant", mutant);
            boolean error = found.stream()
                    .anyMatch(finding ->
                            finding.severity() == Severity.ERROR && !NOT_OF_THE_GRAMMAR.contains(finding.kind()));
            boolean html = found.stream().anyMatch(finding -> finding.kind() == FindingKind.POLICY_HTML);
            assertThat(error || html)
                    .as(new String(mutant, StandardCharsets.ISO_8859_1))
                    .isEqualTo(refused);
        }
    }
}
