// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.policy.PolicyParser;
import io.github.mtasts4j.tls.CertificateProblem;
import io.github.mtasts4j.tls.CertificateProblem.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the outcome of a GET is worth (§3.2, §3.3). That each failure leaves a live policy alone is tested elsewhere. */
final class FetchRulesTest {

    private static final PolicyFetcher.Request REQUEST = new PolicyFetcher.Request(
            DomainName.of("example.com"),
            DomainName.of("mta-sts.example.com"),
            Duration.ofSeconds(60),
            PolicyParser.MAX_BODY_OCTETS,
            MovableClock.START);
    private static final String GOOD = "version: STSv1\nmode: enforce\nmx: mx.example.com\nmax_age: 86400\n";

    private final FetchRules rules = new FetchRules(new PolicyParser(Grammar.STRICT));

    @Test
    void onlyStatus200YieldsAPolicy() {
        for (int status = 100; status < 600; status++) {
            FetchRules.Verdict verdict = judge(World.response(status, GOOD));
            assertThat(verdict instanceof FetchRules.Usable).isEqualTo(status == 200);
            if (status != 200) {
                assertThat(failure(verdict).code()).isEqualTo(FailureCode.HTTP_STATUS);
                assertThat(failure(verdict).at()).isEqualTo(REQUEST.at());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"301, http-redirect", "308, http-redirect", "304, http-304", "404, http-404", "503, http-503"})
    void theReasonNamesTheStatus(int status, String reason) {
        assertThat(failure(judge(World.response(status, GOOD))).reason()).isEqualTo(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "TEXT/Plain",
                "text/plain; charset=utf-8",
                "text/plain;charset=\"US-ASCII\"",
                "text/plain; charset=iso-8859-1",
                "TEXT/Plain; charset=utf-16",
                "text/plain;foo=bar",
                "text/plain ; foo",
                " text/plain"
            })
    void textPlainIsTakenWhateverItsParameters(String type) {
        assertThat(judge(response(List.of(type), List.of(), GOOD))).isInstanceOf(FetchRules.Usable.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text/html",
                "text/plainish",
                "text",
                "text/plain, text/html",
                "application/octet-stream",
                "text/*",
                "*/*",
                "text /plain",
                "te\u017ft/plain",
                "\u212a/plain",
                "text/plain\u0130",
                "\u2003text/plain",
                "text/html; text/plain"
            })
    void anyOtherTypeIsRefused(String type) {
        StsFailure failure = failure(judge(response(List.of(type), List.of(), GOOD)));

        assertThat(failure.code()).isEqualTo(FailureCode.HTTP_MEDIA_TYPE);
        assertThat(failure.detail()).matches("[ -~]+");
    }

    @Test
    void thereIsExactlyOneContentType() {
        assertThat(code(response(List.of(), List.of(), GOOD))).isEqualTo(FailureCode.HTTP_MEDIA_TYPE);
        assertThat(code(response(List.of("text/plain", "text/html"), List.of(), GOOD)))
                .isEqualTo(FailureCode.HTTP_MEDIA_TYPE);
        assertThat(code(response(List.of("text/plain", "text/plain"), List.of(), GOOD)))
                .isEqualTo(FailureCode.HTTP_MEDIA_TYPE);
    }

    @ParameterizedTest
    @CsvSource({"gzip", "br", "deflate", "identity;gzip", "x-identity", "''"})
    void anEncodedBodyIsRefused(String coding) {
        assertThat(code(response(List.of("text/plain"), List.of(coding), GOOD))).isEqualTo(FailureCode.HTTP_ENCODING);
        assertThat(code(response(List.of("text/plain"), List.of("identity", coding), GOOD)))
                .isEqualTo(FailureCode.HTTP_ENCODING);
    }

    @Test
    void theIdentityCodingIsNoEncoding() {
        assertThat(judge(response(List.of("text/plain"), List.of("Identity"), GOOD)))
                .isInstanceOf(FetchRules.Usable.class);
    }

    @Test
    void aBodyOf65536OctetsIsTakenAndOneMoreIsRefusedNotCut() {
        StringBuilder body = new StringBuilder(GOOD);
        String line = "x: " + "y".repeat(1020) + "\n";
        while (body.length() + line.length() < 65_536) {
            body.append(line);
        }
        body.append("x: ").append("y".repeat(65_536 - body.length() - 1)).append('\n');
        assertThat(body).hasSize(65_536);

        assertThat(judge(World.response(200, body.toString()))).isInstanceOf(FetchRules.Usable.class);
        assertThat(code(World.response(200, body + "\n"))).isEqualTo(FailureCode.HTTP_TOO_LARGE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            ""                                                  | POLICY_SYNTAX
            <html>\\n                                           | POLICY_SYNTAX
            version: STSv1\\0\\n                                | POLICY_SYNTAX
            version: STSv1\\rmode: none\\rmax_age: 1            | POLICY_SYNTAX
            version: STSv1{VT}mode: none                     | POLICY_SYNTAX
            version: STSv1\\n\\nmode: none\\nmax_age: 1         | POLICY_SYNTAX
            {BOM}version: STSv1\\nmode: none\\nmax_age: 1     | POLICY_SYNTAX
            version: STSv1\\nmode: none\\nmax_age: 1\\n_x: y    | POLICY_SYNTAX
            version: STSv1\\nmode: none\\nmax_age: 1\\nx:       | POLICY_SYNTAX
            version: STSv1{LS}mode: none\\nmax_age: 1        | POLICY_FIELD
            mode: none\\nmax_age: 1                             | POLICY_FIELD
            version: STSv2\\nmode: none\\nmax_age: 1            | POLICY_FIELD
            version: stsv1\\nmode: none\\nmax_age: 1            | POLICY_FIELD
            version: STSv1\\nmode: None\\nmax_age: 1            | POLICY_FIELD
            version: STSv1\\nmax_age: 1                         | POLICY_FIELD
            version: STSv1\\nmode: none                         | POLICY_FIELD
            version: STSv1\\nmode: none\\nmax_age: +5           | POLICY_FIELD
            version: STSv1\\nmode: none\\nmax_age: -1           | POLICY_FIELD
            version: STSv1\\nmode: none\\nmax_age: 1e3          | POLICY_FIELD
            version: STSv1\\nmode: none\\nmax_age: 0x10         | POLICY_FIELD
            version: STSv1\\nmode: none\\nmax_age: 00000086400  | POLICY_FIELD
            version: STSv1\\nmode: none\\nmax_age: {3}      | POLICY_FIELD
            version: STSv1\\nmode: enforce\\nmax_age: 1         | POLICY_FIELD
            version: STSv1\\nmode: enforce\\nmax_age: 1\\nnmx: a.example    | POLICY_FIELD
            version: STSv1\\nmode: none\\nmax_age: 1\\nmx: *               | POLICY_FIELD
            version: STSv1\\nmode: none\\nmax_age: 1\\nmx: m*.a.example    | POLICY_FIELD
            version: STSv1\\nmode: none\\nmax_age: 1\\nmx: a.example b     | POLICY_FIELD
            version: STSv1\\nmode: none\\nmax_age: 1\\nmx: ((a?)(a?))+b    | POLICY_FIELD
            version: STSv1\\nmode: none\\nmax_age: 1\\nmx: [               | POLICY_FIELD
            """)
    void aBodyThatIsNoPolicyIsRefusedAsAWhole(String body, FailureCode code) {
        String octets = body.replace("{VT}", "\u000b")
                .replace("{LS}", "\u2028")
                .replace("{BOM}", "\ufeff")
                .replace("{3}", "\u0663")
                .translateEscapes();

        assertThat(code(World.response(200, octets))).isEqualTo(code);
    }

    @Test
    void whatIsLargerThanAnyHonestPolicyIsRefused() {
        assertThat(code(World.response(200, GOOD + "mx: a.example\n".repeat(256))))
                .isEqualTo(FailureCode.POLICY_LIMIT);
        assertThat(code(World.response(200, GOOD + "mx: a.b\n".repeat(6681)))).isEqualTo(FailureCode.POLICY_LIMIT);
        assertThat(code(World.response(200, GOOD + "x: " + "y".repeat(1022) + "\n")))
                .isEqualTo(FailureCode.POLICY_LIMIT);
        assertThat(code(World.response(200, GOOD + "x: y\n".repeat(600)))).isEqualTo(FailureCode.POLICY_LIMIT);
        assertThat(judge(World.response(200, GOOD + "mx: a.example\n".repeat(255))))
                .isInstanceOf(FetchRules.Usable.class);
    }

    @Test
    void aBodyThatIsNotUtf8IsRefusedWhateverTheCharsetParameterSays() {
        byte[] latin1 = (GOOD + "x: \u00e9\n").getBytes(StandardCharsets.ISO_8859_1);
        FetchRules.Verdict verdict =
                judge(new PolicyFetcher.Response(200, List.of("text/plain; charset=iso-8859-1"), List.of(), latin1));
        assertThat(failure(verdict).code()).isEqualTo(FailureCode.POLICY_SYNTAX);
        byte[] utf16 = GOOD.getBytes(StandardCharsets.UTF_16);
        assertThat(code(new PolicyFetcher.Response(200, List.of("text/plain; charset=utf-16"), List.of(), utf16)))
                .isEqualTo(FailureCode.POLICY_SYNTAX);
    }

    @ParameterizedTest
    @CsvSource({"31557600, 31557600", "31557601, 31557600", "9999999999, 31557600", "0, 0", "0000086400, 86400"})
    void aLifetimeAboveTheLongestIsCapped(String published, long seconds) {
        Policy policy = usable(World.response(200, "version: STSv1\nmode: none\nmax_age: " + published + "\n"));
        assertThat(policy.maxAge()).hasSeconds(seconds);
    }

    @Test
    void ofDuplicatesTheFirstCounts() {
        Policy policy =
                usable(World.response(200, GOOD + "mode: none\nmax_age: bogus\nversion: STSv9\nmx: mx2.example.com\n"));

        assertThat(policy.mode()).isEqualTo(Mode.ENFORCE);
        assertThat(policy.maxAge()).hasDays(1);
        assertThat(policy.mx()).hasSize(2);
    }

    @Test
    void theWorstProblemOfACertificateIsTheOneThatCounts() {
        Kind[] byWeight = {Kind.NAME_MISMATCH, Kind.REVOKED, Kind.UNTRUSTED, Kind.WEAK, Kind.TOO_LARGE, Kind.EXPIRED};
        FailureCode[] codes = {
            FailureCode.CERT_NAME,
            FailureCode.CERT_REVOKED,
            FailureCode.CERT_UNTRUSTED,
            FailureCode.CERT_WEAK,
            FailureCode.CERT_LIMIT,
            FailureCode.CERT_EXPIRED
        };
        assertThat(byWeight).containsExactlyInAnyOrder(Kind.values());
        for (int worst = 0; worst < byWeight.length; worst++) {
            List<CertificateProblem> problems = Stream.of(Arrays.copyOfRange(byWeight, worst, byWeight.length))
                    .sorted((one, other) -> other.compareTo(one))
                    .map(kind -> new CertificateProblem(kind, "reason-" + kind, "detail of " + kind))
                    .toList();

            StsFailure failure = failure(judge(new PolicyFetcher.CertificateRejected(problems)));

            assertThat(failure.code()).isEqualTo(codes[worst]);
            assertThat(failure.reason()).isEqualTo("reason-" + byWeight[worst]);
            for (CertificateProblem problem : problems) {
                assertThat(failure.detail()).contains(problem.detail());
            }
        }
    }

    private FetchRules.Verdict judge(PolicyFetcher.Result result) {
        return rules.judge(result, REQUEST);
    }

    private FailureCode code(PolicyFetcher.Result result) {
        return failure(judge(result)).code();
    }

    private Policy usable(PolicyFetcher.Result result) {
        return ((FetchRules.Usable) judge(result)).policy();
    }

    private static StsFailure failure(FetchRules.Verdict verdict) {
        return ((FetchRules.Failed) verdict).failure();
    }

    private static PolicyFetcher.Response response(List<String> types, List<String> codings, String body) {
        return new PolicyFetcher.Response(200, types, codings, body.getBytes(StandardCharsets.UTF_8));
    }
}
