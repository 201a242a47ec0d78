// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.policy.PolicyParser;
import io.github.mtasts4j.report.PolicyType;
import io.github.mtasts4j.report.ResultType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written, held against the rules on its JSON with a second, strict reader. */
final class ReportJsonTest {

    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private static final String POLICY =
            "version: STSv1\r\nmode: enforce\r\nmx: MX.example.com\r\nmx: *.example.net\r\nmax_age: 86400\r\nx: \"\u00e9\"\r\n";

    @ParameterizedTest
    @EnumSource(ReportFormat.class)
    void whatIsWrittenIsReadBackAsTheSame(ReportFormat format) {
        Random random = new Random(1);
        for (int i = 0; i < 100; i++) {
            TlsReport report = Samples.random(random).capped();

            assertThat(TlsReportReader.read(format.write(report)))
                    .isEqualTo(new ReportReading.Understood(report, Set.of()));
        }
    }

    @Test
    void theExampleOfTheRfcIsUnderstoodAndWrittenAgainByTheText() throws IOException {
        ReportReading reading = TlsReportReader.read(Rows.resource("/rfc8460-appendix-b.json"));

        assertThat(reading).isInstanceOfSatisfying(ReportReading.Understood.class, understood -> {
            assertThat(understood.deviations()).containsExactly(ReportReading.Deviation.STRING_FOR_ARRAY);
            TlsReport report = understood.report();
            assertThat(report.organizationName()).isEqualTo("Company-X");
            assertThat(report.policies()).hasSize(1);
            assertThat(report.policies().get(0).sessions()).isEqualTo(new SessionCounts(5326, 303));
            assertThat(report.policies().get(0).failures())
                    .extracting(FailureCount::sessions)
                    .containsExactly(100L, 200L, 3L);
            assertThat(Samples.understood(ReportFormat.JSON.write(report))).isEqualTo(report);
        });
        JsonNode again = strictly(Samples.understood(Rows.resource("/rfc8460-appendix-b.json")));
        JsonNode example = STRICT.readTree(Rows.resource("/rfc8460-appendix-b.json"));
        assertThat(again.at("/policies/0/policy/mx-host/0")).isEqualTo(example.at("/policies/0/policy/mx-host"));
        assertThat(again.at("/policies/0/policy/policy-string"))
                .isEqualTo(example.at("/policies/0/policy/policy-string"));
        assertThat(again.at("/policies/0/failure-details/2")).isEqualTo(example.at("/policies/0/failure-details/2"));
        assertThat(again.at("/policies/0/failure-details/0/sending-mta-ip").asText())
                .isEqualTo("2001:db8:abcd:12::1");
        assertThat(again.at("/date-range")).isEqualTo(example.at("/date-range"));
    }

    @Test
    void aReportHasTheMembersOfTheSchemaAndNoOthers() throws IOException {
        Policy policy = new PolicyParser(Grammar.STRICT)
                .parse(POLICY.getBytes(StandardCharsets.UTF_8))
                .orElseThrow();
        FailureKey key = Samples.key(ResultType.CERTIFICATE_NOT_TRUSTED, "self-signed")
                .at(DomainName.of("mx.example.com"))
                .between(IpAddress.of("192.0.2.1"), IpAddress.of("2001:db8::1"))
                .withHelo("mx.example.com")
                .withInformation("https://sender.example/help");
        JsonNode json = strictly(Samples.report(new PolicyReport(
                AppliedPolicy.sts(Samples.DOMAIN, policy),
                new SessionCounts(3, 1),
                List.of(new FailureCount(key, 1)))));

        assertThat(json).isEqualTo(STRICT.readTree("""
                {"organization-name": "Sender",
                 "date-range": {"start-datetime": "2024-05-01T00:00:00Z", "end-datetime": "2024-05-01T23:59:59Z"},
                 "contact-info": "tls-reports@sender.example",
                 "report-id": "0f3a",
                 "policies": [{
                   "policy": {
                     "policy-type": "sts",
                     "policy-string": ["version: STSv1", "mode: enforce", "mx: MX.example.com", "mx: *.example.net",
                       "max_age: 86400", "x: \\"\u00e9\\""],
                     "policy-domain": "example.com",
                     "mx-host": ["mx.example.com", "*.example.net"]},
                   "summary": {"total-successful-session-count": 3, "total-failure-session-count": 1},
                   "failure-details": [{
                     "result-type": "certificate-not-trusted",
                     "sending-mta-ip": "192.0.2.1",
                     "receiving-mx-hostname": "mx.example.com",
                     "receiving-mx-helo": "mx.example.com",
                     "receiving-ip": "2001:db8::1",
                     "failed-session-count": 1,
                     "additional-information": "https://sender.example/help",
                     "failure-reason-code": "self-signed"}]}]}"""));
    }

    @Test
    void whatIsNotKnownIsAbsentAndWhatHasToBeThereIsThere() throws IOException {
        JsonNode json = strictly(Samples.report(
                new PolicyReport(
                        AppliedPolicy.stsNotAvailable(Samples.DOMAIN),
                        new SessionCounts(0, 2),
                        List.of(new FailureCount(Samples.key(ResultType.STS_POLICY_FETCH_ERROR, ""), 2))),
                new PolicyReport(AppliedPolicy.none(Samples.DOMAIN), new SessionCounts(1, 0), List.of()),
                new PolicyReport(
                        AppliedPolicy.tlsa(
                                DomainName.of("mx.example.com"), List.of("3 1 1 bb", "3 1 1 aa", "3 1 1 bb")),
                        SessionCounts.NONE,
                        List.of())));

        assertThat(json.at("/policies/0/policy")).isEqualTo(STRICT.readTree("""
                {"policy-type": "sts", "policy-string": [], "policy-domain": "example.com", "mx-host": []}"""));
        assertThat(json.at("/policies/0/failure-details")).isEqualTo(STRICT.readTree("""
                [{"result-type": "sts-policy-fetch-error", "failed-session-count": 2}]"""));
        assertThat(json.at("/policies/1/policy")).isEqualTo(STRICT.readTree("""
                {"policy-type": "no-policy-found", "policy-domain": "example.com"}"""));
        assertThat(json.at("/policies/1/failure-details")).isEqualTo(STRICT.readTree("[]"));
        assertThat(json.at("/policies/2/policy")).isEqualTo(STRICT.readTree("""
                {"policy-type": "tlsa", "policy-string": ["3 1 1 aa", "3 1 1 bb"], "policy-domain": "mx.example.com"}"""));
    }

    @Test
    void hostileTextLeavesTheJsonValidAndIsReadBackAsTheSame() throws IOException {
        List<String> hostile = new ArrayList<>(List.of(
                "\"",
                "\\",
                "\u2028\u2029",
                "\ud800",
                "x\udc00",
                "\u0000\u001b[2J",
                "\ufeff",
                "\uffff",
                "x".repeat(65_536),
                "\u202e"));
        Random random = new Random(88);
        IntStream.range(0, 500)
                .mapToObj(i -> random.ints(20, 0, 0x10000)
                        .collect(StringBuilder::new, (out, c) -> out.append((char) c), StringBuilder::append)
                        .toString())
                .forEach(hostile::add);
        TlsReport report = new TlsReport(
                "\ud800\r\n\"",
                Samples.DAY,
                Samples.CONTACT,
                "\u202e\"id",
                List.of(new PolicyReport(
                        new AppliedPolicy(PolicyType.STS, Samples.DOMAIN, hostile, hostile),
                        SessionCounts.NONE,
                        hostile.stream()
                                .map(text -> new FailureCount(
                                        Samples.key(ResultType.VALIDATION_FAILURE, text)
                                                .withHelo(text)
                                                .withInformation(text),
                                        1))
                                .toList())));

        assertThat(strictly(report).at("/policies/0/policy/policy-string")).hasSize(510);
        assertThat(Samples.understood(ReportFormat.JSON.write(report))).isEqualTo(report);
        assertThat(new String(ReportFormat.JSON.write(report), StandardCharsets.UTF_8))
                .doesNotContainPattern("[\\p{Cntrl}\u2028\u2029\u202e\ufeff\uffff]");
    }

    @Test
    void theCompressedFormIsThePlainOneInGzip() throws IOException {
        TlsReport report = Samples.random(new Random(3));

        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(ReportFormat.GZIP.write(report)))) {
            assertThat(in.readAllBytes()).isEqualTo(ReportFormat.JSON.write(report));
        }
    }

    private static JsonNode strictly(TlsReport report) throws IOException {
        return STRICT.readTree(ReportFormat.JSON.write(report));
    }
}
