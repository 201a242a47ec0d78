// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.policy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the rows of {@code vectors/} cannot say: limits, places, published lines, and that nothing is ever thrown. */
class PolicyParserTest {

    private static final String HEAD = "version: STSv1\nmode: enforce\nmax_age: 604800\n";
    private static final String POLICY = HEAD + "mx: mail.example.com\n";

    @Test
    void aBodyOf65536OctetsIsRead() {
        String body = filledTo(PolicyParser.MAX_BODY_OCTETS);

        assertThat(body).hasSize(65_536);
        assertThat(parse(body)).isInstanceOf(Parsed.Ok.class);
    }

    @Test
    void anOctetMoreThan65536IsRefusedAndNotCut() {
        assertThat(defectOf(filledTo(PolicyParser.MAX_BODY_OCTETS) + "\n")).isEqualTo(Defect.LIMIT);
        assertThat(defectOf(filledTo(PolicyParser.MAX_BODY_OCTETS + 1))).isEqualTo(Defect.LIMIT);
    }

    @Test
    void twoHundredAndFiftySixMxAreRead() {
        assertThat(parse(HEAD + mx(256)).orElseThrow().mx()).hasSize(256);
    }

    @ParameterizedTest
    @ValueSource(ints = {257, 6681})
    void moreMxAreRefused(int count) {
        assertThat(defectOf(HEAD + shortMx(count))).isEqualTo(Defect.LIMIT);
    }

    @Test
    void aLineOf1024OctetsIsRead() {
        String line = "foo: " + "x".repeat(1024 - 5);

        assertThat(parse(POLICY + line + "\r\n")).isInstanceOf(Parsed.Ok.class);
        assertThat(parse(POLICY + line)).isInstanceOf(Parsed.Ok.class);
    }

    @Test
    void aLineOf1025OctetsIsRefused() {
        Parsed.Malformed<Policy> malformed = malformed(POLICY + "foo: " + "x".repeat(1025 - 5) + "\n");

        assertThat(malformed.defect()).isEqualTo(Defect.LIMIT);
        assertThat(malformed.line()).isEqualTo(5);
    }

    @Test
    void aLineIsMeasuredInOctetsNotInCharacters() {
        assertThat(defectOf(POLICY + "foo: " + "é".repeat(510) + "\n")).isEqualTo(Defect.LIMIT);
        assertThat(parse(POLICY + "foo: " + "é".repeat(509) + "\n")).isInstanceOf(Parsed.Ok.class);
    }

    @Test
    void anExtensionThatFillsTheBodyIsRefused() {
        assertThat(defectOf(POLICY + "foo: " + "x".repeat(65_000))).isEqualTo(Defect.LIMIT);
    }

    @Test
    void fiveHundredAndTwelveLinesAreRead() {
        assertThat(parse(POLICY + "foo: bar\n".repeat(512 - 4))).isInstanceOf(Parsed.Ok.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {513, 600})
    void moreLinesAreRefused(int lines) {
        Parsed.Malformed<Policy> malformed = malformed(POLICY + "foo: bar\n".repeat(lines - 4));

        assertThat(malformed.defect()).isEqualTo(Defect.LIMIT);
        assertThat(malformed.line()).isEqualTo(513);
    }

    @Test
    void blankLinesCountAsLinesEvenWhereTheyAreTolerated() {
        assertThat(new PolicyParser(Grammar.LENIENT).parse((POLICY + "\n".repeat(60_000)).getBytes(UTF_8)))
                .isInstanceOfSatisfying(
                        Parsed.Malformed.class,
                        malformed -> assertThat(malformed.defect()).isEqualTo(Defect.LIMIT));
    }

    @ParameterizedTest(name = "{0}: line {2}")
    @CsvSource(delimiter = '|', textBlock = """
            no such field | 'nonsense'                                         | 1 | SYNTAX
            first line    | ' version: STSv1~mode: enforce'                    | 1 | SYNTAX
            version       | 'version: STSv2~mode: enforce'                     | 1 | UNSUPPORTED_VERSION
            mode          | 'version: STSv1~mode: on~max_age: 1'               | 2 | INVALID_MODE
            max_age       | 'version: STSv1~mode: none~max_age: -1'            | 3 | INVALID_MAX_AGE
            mx            | 'mx: a.example~mx: b.example~mx: *~mode: x'        | 3 | INVALID_MX
            blank line    | 'version: STSv1~mode: none~max_age: 1~~'           | 4 | SYNTAX
            last line     | 'version: STSv1~mode: none~max_age: 1~a: 1~b'      | 5 | SYNTAX
            no max_age    | 'version: STSv1~mode: none~max_age: '              | 3 | SYNTAX
            no mx         | 'version: STSv1~mode: enforce~mx: ~max_age: 1'     | 3 | SYNTAX
            no mode       | 'version: STSv1~mode: ~max_age: 1'                 | 2 | SYNTAX
            missing       | 'version: STSv1~max_age: 1'                        | 0 | MISSING_MODE
            missing mx    | 'version: STSv1~mode: enforce~max_age: 1'          | 0 | MISSING_MX
            empty         | ''                                                 | 1 | SYNTAX
            """)
    void theDefectIsInALine(String what, String body, int line, Defect defect) {
        Parsed.Malformed<Policy> malformed = malformed(body.replace("~", "\r\n"));

        assertThat(malformed.defect()).as(what).isEqualTo(defect);
        assertThat(malformed.line()).as(what).isEqualTo(line);
    }

    @Test
    void toleratedBlankLinesAreCounted() {
        byte[] body = "\ufeff\n\t\nversion: STSv1\n\nmode: on\n".getBytes(UTF_8);

        assertThat(new PolicyParser(Grammar.LENIENT).parse(body))
                .isEqualTo(new Parsed.Malformed<Policy>(Defect.INVALID_MODE, 5, "line 5: mode is \"on\""));
    }

    @Test
    void linesAreKeptAsPublished() {
        List<String> lines =
                List.of("mx:\tMAIL.Example.COM \t", "version:STSv1", "mode: testing", "x: é", "max_age: 9999999999");

        Policy policy = parse(String.join("\r\n", lines) + "\r\n").orElseThrow();

        assertThat(policy.lines()).isEqualTo(lines);
        assertThat(policy.maxAge()).isEqualTo(Policy.LONGEST_MAX_AGE);
        assertThat(policy.mx()).hasToString("[mail.example.com]");
    }

    @Test
    void theToleratedMarkAndBlankLinesAreNotLines() {
        Parsed<Policy> parsed = new PolicyParser(Grammar.LENIENT).parse(("\ufeff\n" + POLICY + " \n").getBytes(UTF_8));

        assertThat(parsed).isEqualTo(parse(POLICY));
    }

    @Test
    void theCallersArrayIsNotKept() {
        byte[] body = POLICY.getBytes(UTF_8);
        Policy policy = new PolicyParser(Grammar.STRICT).parse(body).orElseThrow();

        body[0] = 'V';

        assertThat(policy.lines()).first().isEqualTo("version: STSv1");
    }

    @Test
    void keywordsDoNotDependOnTheLocale() {
        Locale before = Locale.getDefault();
        Locale.setDefault(new Locale.Builder().setLanguage("tr").build());
        try {
            Policy policy = parse("version: STSv1\nmode: testing\nmx: MAIL.IX.EXAMPLE\nmax_age: 1\n")
                    .orElseThrow();

            assertThat(policy.mode()).isEqualTo(Mode.TESTING);
            assertThat(policy.lists(DomainName.of("Mail.ix.example"))).isTrue();
            assertThat(Defect.INVALID_MX.code()).isEqualTo("invalid-mx");
            assertThat(malformed("mx: ı.example\n").detail()).contains("\\u0131");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void whatThePolicyCannotBeIsRefusedByItsConstructor() {
        List<MxPattern> mx = List.of(new MxPattern.Exact(DomainName.of("mail.example.com")));
        Duration tooLong = Policy.LONGEST_MAX_AGE.plusSeconds(1);

        assertThatThrownBy(() -> new Policy(Mode.ENFORCE, List.of(), Duration.ZERO, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Policy(Mode.ENFORCE, mx, tooLong, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Policy(Mode.ENFORCE, mx, Duration.ofSeconds(-1), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatIsRenderedIsReadAgainAsTheSame(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 250; i++) {
            Policy policy = parse(randomPolicy(random)).orElseThrow();

            assertThat(parse(policy.render()).orElseThrow()).isEqualTo(policy);
        }
    }

    @Test
    void whatIsRenderedStaysUnderTheLimit() {
        Policy largest = parse(filledTo(PolicyParser.MAX_BODY_OCTETS)).orElseThrow();

        assertThat(parse(largest.render()).orElseThrow()).isEqualTo(largest);
    }

    @ParameterizedTest
    @EnumSource
    void noOctetsMakeItThrow(Grammar grammar) {
        SplittableRandom random = new SplittableRandom(8461);
        for (int i = 0; i < 10_000; i++) {
            assertReported(new PolicyParser(grammar).parse(Mutations.random(random)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void noMutationOfARowMakesItThrow(Grammar grammar) {
        List<byte[]> bodies = Vectors.ownRows("policy").map(Vectors::body).toList();
        PolicyParser parser = new PolicyParser(grammar);
        SplittableRandom random = new SplittableRandom(20_180_926);
        for (int i = 0; i < 20_000; i++) {
            byte[] body = Mutations.mutate(bodies.get(random.nextInt(bodies.size())), random);
            Parsed<Policy> parsed = parser.parse(body);
            assertReported(parsed);
            parsed.asOptional()
                    .ifPresent(policy -> assertThat(parser.parse(policy.render().getBytes(UTF_8)))
                            .isEqualTo(parsed));
        }
    }

    /** Lines that are plainly ASCII are not looked at again for it, so nothing else may pass for one. */
    @ParameterizedTest
    @EnumSource
    void octetsThatAreNotUtf8AreTheDefectWhereverTheyAreAndWhateverElseIsWrong(Grammar grammar) {
        List<byte[]> bodies = Vectors.ownRows("policy")
                .map(Vectors::body)
                .filter(body -> body.length > 0 && body.length < PolicyParser.MAX_BODY_OCTETS)
                .toList();
        SplittableRandom random = new SplittableRandom(3629);
        for (int i = 0; i < 20_000; i++) {
            byte[] body = bodies.get(random.nextInt(bodies.size())).clone();
            body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            boolean utf8 = Arrays.equals(new String(body, UTF_8).getBytes(UTF_8), body);
            Parsed<Policy> parsed = new PolicyParser(grammar).parse(body);
            boolean reported =
                    parsed instanceof Parsed.Malformed<Policy> malformed && malformed.defect() == Defect.ENCODING;
            assertThat(reported).as("%s", parsed).isEqualTo(!utf8);
        }
    }

    /** The usual way to write a line is read by a way of its own. */
    @ParameterizedTest
    @EnumSource
    void aBlankBehindTheColonMakesNoDifference(Grammar grammar) {
        List<byte[]> bodies = Vectors.ownRows("policy").map(Vectors::body).toList();
        SplittableRandom random = new SplittableRandom(5234);
        for (int i = 0; i < 20_000; i++) {
            byte[] row = bodies.get(random.nextInt(bodies.size()));
            String body = new String(i < bodies.size() ? bodies.get(i) : Mutations.mutate(row, random), ISO_8859_1);
            String without = body.replaceAll("(?m)^((?:version|mode|max_age|mx):)[ \t]+", "$1");
            assertThat(said(new PolicyParser(grammar).parse(without.getBytes(ISO_8859_1))))
                    .as(body)
                    .isEqualTo(said(new PolicyParser(grammar).parse(body.getBytes(ISO_8859_1))));
        }
    }

    private static String said(Parsed<Policy> parsed) {
        if (parsed instanceof Parsed.Malformed<Policy> malformed) {
            return malformed.defect() == Defect.LIMIT ? "limit" : malformed.defect() + " in line " + malformed.line();
        }
        Policy policy = parsed.orElseThrow();
        return policy.mode() + " " + policy.maxAge() + " " + policy.mx();
    }

    @Test
    void whatTheAbnfTakesTheTolerancesTakeTheSameWay() {
        List<byte[]> bodies = Vectors.ownRows("policy").map(Vectors::body).toList();
        SplittableRandom random = new SplittableRandom(6253);
        for (int i = 0; i < 20_000; i++) {
            byte[] body = Mutations.mutate(bodies.get(random.nextInt(bodies.size())), random);
            Parsed<Policy> strict = new PolicyParser(Grammar.STRICT).parse(body);
            if (strict instanceof Parsed.Ok<Policy>) {
                assertThat(new PolicyParser(Grammar.LENIENT).parse(body)).isEqualTo(strict);
            }
        }
    }

    private static void assertReported(Parsed<Policy> parsed) {
        if (parsed instanceof Parsed.Malformed<Policy> malformed) {
            Details.assertPrintable(malformed.detail());
            assertThat(malformed.line()).isBetween(0, PolicyParser.MAX_LINES + 1);
        }
    }

    private static Parsed<Policy> parse(String body) {
        return new PolicyParser(Grammar.STRICT).parse(body.getBytes(UTF_8));
    }

    private static Parsed.Malformed<Policy> malformed(String body) {
        Parsed<Policy> parsed = parse(body);
        assertThat(parsed).isInstanceOf(Parsed.Malformed.class);
        Parsed.Malformed<Policy> malformed = (Parsed.Malformed<Policy>) parsed;
        Details.assertPrintable(malformed.detail());
        return malformed;
    }

    private static Defect defectOf(String body) {
        return malformed(body).defect();
    }

    private static String mx(int count) {
        StringBuilder lines = new StringBuilder();
        IntStream.range(0, count)
                .forEach(i -> lines.append("mx: *.mx").append(i).append(".example.com\r\n"));
        return lines.toString();
    }

    /** As small as they get: 6681 of them fit into one body. */
    private static String shortMx(int count) {
        return "mx: a.b\n".repeat(count);
    }

    /** A policy of exactly so many octets, with LF and in long lines: the form that grows most when written with CRLF. */
    private static String filledTo(int octets) {
        StringBuilder body = new StringBuilder(POLICY);
        while (octets - body.length() > 1024) {
            body.append("x: ").append("y".repeat(250)).append('\n');
        }
        return body.append("x: ").append("y".repeat(octets - body.length())).toString();
    }

    /** Fields in any order, with duplicates, extensions, odd but legal white space and mixed line ends. */
    private static String randomPolicy(SplittableRandom random) {
        Mode mode = List.of(Mode.ENFORCE, Mode.TESTING, Mode.NONE).get(random.nextInt(3));
        List<String> lines = new ArrayList<>();
        lines.add("version:" + blank(random) + "STSv1");
        lines.add("mode:" + blank(random) + mode.keyword());
        lines.add("max_age:" + blank(random) + random.nextLong(10_000_000_000L));
        for (int i = random.nextInt(mode == Mode.NONE ? 0 : 1, 6); i > 0; i--) {
            lines.add("mx:" + blank(random) + (random.nextBoolean() ? "*." : "") + "Mx" + i + ".example.com");
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            lines.add("x-" + i + ":" + blank(random) + "a: \u20ac  b" + i);
        }
        Collections.shuffle(lines, new Random(random.nextLong()));
        StringBuilder body = new StringBuilder();
        lines.forEach(line -> body.append(line).append(blank(random)).append(random.nextBoolean() ? "\n" : "\r\n"));
        return random.nextBoolean() ? body.toString() : body.toString().stripTrailing();
    }

    private static String blank(SplittableRandom random) {
        return List.of("", " ", "\t", " \t  ").get(random.nextInt(4));
    }
}
