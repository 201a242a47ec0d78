// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a policy is kept: whatever the form, it says what was published. */
class PolicyTextTest {

    private static final DomainName STRANGER = DomainName.of("mx.stranger.example");

    @Test
    void aPolicyIsTheSameWhetherItWasReadOrPutTogether() {
        Policy read =
                parse("version: STSv1\r\nmode: enforce\r\nmx: MX1.Example.com\r\nmx: *.example.net\r\nmax_age: 60\r\n");

        Policy made = new Policy(read.mode(), read.mx(), read.maxAge(), read.lines());

        assertThat(made).isEqualTo(read).hasSameHashCodeAs(read).hasToString(read.toString());
        assertThat(made).isNotEqualTo(new Policy(read.mode(), read.mx(), Duration.ofSeconds(61), read.lines()));
        assertThat(made).isNotEqualTo(new Policy(read.mode(), read.mx().subList(0, 1), read.maxAge(), read.lines()));
        assertThat(made).isNotEqualTo(new Policy(read.mode(), read.mx(), read.maxAge(), List.of("version: STSv1")));
    }

    @Test
    void linesArePublishedOnesAndPatternsCanonicalOnes() {
        Policy policy =
                parse("version: STSv1 \nmode: none\nmx: MX.Example.com\nmx: *.192.0.2.1\nextra: ü\nmax_age: 60");

        assertThat(policy.lines())
                .containsExactly(
                        "version: STSv1 ",
                        "mode: none",
                        "mx: MX.Example.com",
                        "mx: *.192.0.2.1",
                        "extra: ü",
                        "max_age: 60");
        assertThat(policy.mx()).map(Object::toString).containsExactly("mx.example.com", "*.192.0.2.1");
        assertThat(policy.lists(DomainName.of("mx.example.com"))).isTrue();
        assertThat(policy.render()).isEqualTo(String.join("\n", policy.lines()));
    }

    @Test
    void eachOfManyPatternsIsFoundAndNothingElse() {
        List<String> exact = IntStream.range(0, 100)
                .mapToObj(i -> "mx" + i + ".Provider.example")
                .toList();
        List<String> wildcards =
                IntStream.range(0, 100).mapToObj(i -> "*.pool" + i + ".example").toList();
        Policy policy = parse("version: STSv1\nmode: enforce\nmax_age: 60\n"
                + String.join(
                        "\n",
                        Stream.concat(exact.stream(), wildcards.stream())
                                .map(p -> "mx: " + p)
                                .toList()));

        assertThat(IntStream.range(0, 100)).allMatch(i -> lists(policy, "mx" + i + ".provider.example"));
        assertThat(IntStream.range(0, 100)).allMatch(i -> lists(policy, "a.pool" + i + ".example"));
        assertThat(IntStream.range(0, 100)).noneMatch(i -> lists(policy, "pool" + i + ".example"));
        assertThat(IntStream.range(0, 100)).noneMatch(i -> lists(policy, "a.b.pool" + i + ".example"));
        assertThat(IntStream.range(0, 100)).noneMatch(i -> lists(policy, "a.mx" + i + ".provider.example"));
        assertThat(policy.lists(STRANGER)).isFalse();
        assertThat(policy.mx()).hasSize(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "version: STSv1\nmx: *.b.example\nmode: enforce\nmax_age: 60",
                "version: STSv1\nmode: enforce\nmax_age: 60\nmx: mx.provider.example\nmx: *.B.example"
            })
    void aWildcardIsForALabelOfAnyLengthWhereverThePatternStands(String text) {
        Policy policy = parse(text);
        for (int length = 1; length <= 63; length++) {
            String label = "a".repeat(length);
            assertThat(policy.lists(DomainName.of(label + ".b.example")))
                    .as(label)
                    .isTrue();
            assertThat(policy.lists(DomainName.of(label + ".c.example")))
                    .as(label)
                    .isFalse();
            assertThat(policy.lists(DomainName.of(label + ".a.b.example")))
                    .as(label)
                    .isFalse();
        }
    }

    @Test
    void usualBeginningsOfLinesAreReadBackWhereverTheyStand() {
        List<String> lines = List.of(
                "mx: *.example.net",
                "mode: testing",
                "version: STSv1",
                "mx:  spaced.example.com",
                "mode: enforced: no, of another policy",
                "version: STSv1 version: STSv1",
                "mx: Upper.example.com",
                "mx: trailing.example.com \t",
                "mode:enforce",
                "max_age: 60");
        Policy policy = parse("version:STSv1\nmode:none\n" + String.join("\n", lines));

        assertThat(policy.lines().subList(2, 12)).isEqualTo(lines);
        assertThat(policy.mx())
                .map(Object::toString)
                .containsExactly("*.example.net", "spaced.example.com", "upper.example.com", "trailing.example.com");
        assertThat(parse(policy.render())).isEqualTo(policy);
        assertThat(new Policy(policy.mode(), policy.mx(), policy.maxAge(), policy.lines()))
                .isEqualTo(policy);
    }

    @Test
    void linesThatNoParserTakesAreKeptAsTheyAre() {
        SplittableRandom random = new SplittableRandom(8461);
        List<String> parts = List.of("", "mx: ", "mode: none", "version: STSv1", "max_age: ", "x", "\u0001", "\u0002");
        for (int round = 0; round < 10_000; round++) {
            List<String> lines = Stream.generate(() -> random.nextInt(4) > 0
                            ? parts.get(random.nextInt(parts.size())) + parts.get(random.nextInt(parts.size()))
                            : Character.toString(random.nextInt(10)) + "ü")
                    .map(line -> line.replace("\n", ""))
                    .limit(1 + random.nextInt(5))
                    .toList();
            Policy policy = new Policy(Mode.NONE, List.of(), Duration.ofSeconds(round), lines);

            assertThat(policy.render()).isEqualTo(String.join("\n", lines));
            assertThat(policy.lines()).isEqualTo(lines.equals(List.of("")) ? List.of() : lines);
            assertThat(policy).isEqualTo(new Policy(Mode.NONE, List.of(), Duration.ofSeconds(round), lines));
            assertThat(policy.maxAge()).hasSeconds(round);
        }
    }

    @Test
    void modesAndLifetimesTellPoliciesApart() {
        List<MxPattern> mx = parse("version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 1")
                .mx();

        assertThat(Stream.of(Mode.values()).map(mode -> new Policy(mode, mx, Duration.ofDays(365), List.of())))
                .doesNotHaveDuplicates()
                .extracting(Policy::mode)
                .containsExactly(Mode.values());
        assertThat(new Policy(Mode.NONE, mx, Policy.LONGEST_MAX_AGE, List.of()).maxAge())
                .isEqualTo(Policy.LONGEST_MAX_AGE);
    }

    @Test
    void whatIsNoNumberIsNotUnmatchable() {
        assertThatThrownBy(() -> new MxPattern.Unmatchable("mx.example.com"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new MxPattern.Unmatchable("*.*.1")).isInstanceOf(IllegalArgumentException.class);
        assertThat(new MxPattern.Unmatchable("*.192.0.2.1").matches(STRANGER)).isFalse();
    }

    private static boolean lists(Policy policy, String host) {
        return policy.lists(DomainName.of(host));
    }

    private static Policy parse(String body) {
        return new PolicyParser(Grammar.LENIENT)
                .parse(body.getBytes(StandardCharsets.UTF_8))
                .orElseThrow();
    }
}
