// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The kinds of pattern, and a wildcard that never spans labels (§4.1). */
class MxPatternTest {

    @Test
    void thereAreThreeKinds() {
        assertThat(parse("MX.Example.COM")).isEqualTo(new MxPattern.Exact(DomainName.of("mx.example.com")));
        assertThat(parse("*.Example.COM")).isEqualTo(new MxPattern.AnyLabel(DomainName.of("example.com")));
        assertThat(parse("MX.Example.25")).isEqualTo(new MxPattern.Unmatchable("mx.example.25"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "*.0.2.1", "2130706433", "*.1", "a.b.0"})
    void whatEndsInANumberIsAPatternThatNothingMeets(String text) {
        MxPattern pattern = parse(text);

        assertThat(pattern).isInstanceOf(MxPattern.Unmatchable.class).hasToString(text);
        assertThat(pattern.matches(DomainName.of("a.b.example"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mail.example.com", "*.example.com", "192.0.2.1", "*.0.2.1"})
    void oneTrailingDotIsTakenWithTheTolerancesOnly(String text) {
        assertThat(MxPattern.parse(text + ".", Grammar.STRICT)).isInstanceOf(Parsed.Malformed.class);
        assertThat(MxPattern.parse(text + ".", Grammar.LENIENT).orElseThrow()).isEqualTo(parse(text));
        assertThat(MxPattern.parse(text + "..", Grammar.LENIENT)).isInstanceOf(Parsed.Malformed.class);
    }

    @ParameterizedTest
    @Timeout(1)
    @ValueSource(strings = {"((a?)(a?)(a?)(a?))+b\\2", "[", "(", ".*", "a{1,1000000000}", "\\Qa\\E.example", "^a$"})
    void whatLooksLikeARegularExpressionIsRefusedAtOnce(String text) {
        assertThat(MxPattern.parse(text, Grammar.LENIENT))
                .isInstanceOfSatisfying(
                        Parsed.Malformed.class,
                        malformed -> assertThat(malformed.defect()).isEqualTo(Defect.INVALID_MX));
    }

    @ParameterizedTest
    @EnumSource
    void theDetailIsOnePrintableLineHoweverLongTheValue(Grammar grammar) {
        Stream.of("*." + "\u202e".repeat(1000), "a".repeat(64_000), "\r\n*", "", "*.", "é".repeat(300), "a..")
                .map(text -> MxPattern.parse(text, grammar))
                .forEach(parsed -> {
                    assertThat(parsed).isInstanceOf(Parsed.Malformed.class);
                    Details.assertPrintable(((Parsed.Malformed<MxPattern>) parsed).detail());
                });
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aPatternMatchesAsLabelByLabelComparisonSays(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int matches = 0;
        for (int i = 0; i < 20_000; i++) {
            List<String> pattern = randomLabels(random);
            if (random.nextBoolean()) {
                pattern.add(0, "*");
            }
            List<String> host = randomLabels(random);
            boolean expected = matchesLabelByLabel(pattern, host);
            matches += expected ? 1 : 0;

            assertThat(parse(String.join(".", pattern)).matches(DomainName.of(String.join(".", host))))
                    .as("%s meets %s", host, pattern)
                    .isEqualTo(expected);
        }
        assertThat(matches).as("the names are close enough to meet at times").isGreaterThan(500);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void aPatternIsReadAgainFromItsText(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 1000; i++) {
            MxPattern pattern = parse((random.nextBoolean() ? "*." : "") + String.join(".", randomLabels(random)));

            assertThat(parse(pattern.toString())).isEqualTo(pattern);
        }
    }

    @Test
    void aPolicyListsAHostThatMeetsAnyOneOfItsPatterns() {
        List<MxPattern> mx = List.of(parse("192.0.2.1"), parse("mail.example.com"), parse("*.example.net"));
        Policy policy = new Policy(Mode.ENFORCE, mx, Duration.ZERO, List.of());

        assertThat(policy.lists(DomainName.of("mail.example.com"))).isTrue();
        assertThat(policy.lists(DomainName.of("mx1.example.net"))).isTrue();
        assertThat(policy.lists(DomainName.of("example.net"))).isFalse();
    }

    private static MxPattern parse(String text) {
        return MxPattern.parse(text, Grammar.STRICT).orElseThrow();
    }

    private static boolean matchesLabelByLabel(List<String> pattern, List<String> host) {
        if (pattern.size() != host.size()) {
            return false;
        }
        for (int i = 0; i < host.size(); i++) {
            boolean any = i == 0 && pattern.get(0).equals("*");
            if (!any && !pattern.get(i).equalsIgnoreCase(host.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** One to four labels out of so few letters that many names share an end, at a dot or beside it. */
    private static List<String> randomLabels(SplittableRandom random) {
        List<String> labels = new ArrayList<>();
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            labels.add(List.of("a", "A", "b", "aa").get(random.nextInt(4)));
        }
        return labels;
    }
}
