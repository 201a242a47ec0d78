// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.tlsreport.ReportReading.Deviation;
import io.github.mtasts4j.tlsreport.ReportReading.Fault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TlsReportReaderTest {

    private static final String ENTRY = """
            {"policy": {"policy-type": "sts", "policy-string": ["version: STSv1"], "policy-domain": "example.com",
              "mx-host": ["mx.example.com"]},
             "summary": {"total-successful-session-count": 5, "total-failure-session-count": 1},
             "failure-details": [{"result-type": "certificate-expired", "sending-mta-ip": "192.0.2.1",
               "failed-session-count": 1}]}""";

    private static final String REPORT = """
            {"organization-name": "Sender",
             "date-range": {"start-datetime": "2024-05-01T00:00:00Z", "end-datetime": "2024-05-01T23:59:59Z"},
             "contact-info": "a@sender.example",
             "report-id": "x@y",
             "policies": [%s]}""";

    private static final String GOOD = String.format(REPORT, ENTRY);

    @Test
    void aGoodReportHasNoDeviations() {
        assertThat(Samples.read(GOOD))
                .isInstanceOfSatisfying(
                        ReportReading.Understood.class,
                        understood -> assertThat(understood.deviations()).isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "DATE_WITHOUT_ZONE ~ 00:00:00Z ~ 00:00:00",
                "STRING_FOR_ARRAY ~ [\"mx.example.com\"] ~ \"mx.example.com\"",
                "STRING_FOR_NUMBER ~ session-count\": 5 ~ session-count\": \"5\"",
                "NULL_VALUE ~ \"192.0.2.1\" ~ null",
                "NULL_VALUE ~ \"192.0.2.1\" ~ \"\"",
                "UNUSABLE_ADDRESS ~ 192.0.2.1 ~ unknown",
                "UNKNOWN_RESULT_TYPE ~ certificate-expired ~ certificate-too-new",
                "UNUSABLE_TEXT ~ [\"version: STSv1\"] ~ [[]]",
                "UNUSABLE_FAILURE ~ failed-session-count\": 1 ~ failed-session-count\": 0",
                "OBJECT_FOR_ARRAY ~ \"policies\": [{ ~ \"policies\": {"
            })
    void whatSendersGetWrongIsToleratedAndTold(Deviation deviation, String from, String to) {
        String json = GOOD.replace(from, to);
        String closed = deviation == Deviation.OBJECT_FOR_ARRAY ? json.substring(0, json.length() - 2) + "}" : json;
        assertThat(closed).isNotEqualTo(GOOD);

        assertThat(Samples.read(closed)).isInstanceOfSatisfying(ReportReading.Understood.class, understood -> {
            assertThat(understood.deviations()).containsExactly(deviation);
            assertThat(understood.report().range()).isEqualTo(Samples.DAY);
            assertThat(understood.report().policies().get(0).sessions()).isEqualTo(new SessionCounts(5, 1));
        });
    }

    @Test
    void aByteOrderMarkIsTolerated() {
        assertThat(Samples.read("\ufeff" + GOOD))
                .isInstanceOfSatisfying(
                        ReportReading.Understood.class,
                        understood -> assertThat(understood.deviations()).containsExactly(Deviation.BYTE_ORDER_MARK));
    }

    @Test
    void anotherOffsetIsTheSameTimeInUtc() {
        TlsReport report =
                Samples.understood(GOOD.replace("00:00:00Z", "02:30:00.5+02:30").getBytes(StandardCharsets.UTF_8));

        assertThat(report.range().start()).isEqualTo(Instant.parse("2024-05-01T00:00:00Z"));
    }

    @Test
    void anEntryOfAnUnknownPolicyTypeIsLeftOutAndTheOthersStay() {
        String unknown = ENTRY.replace("\"sts\"", "\"quantum\"");

        assertThat(Samples.read(String.format(REPORT, unknown + "," + ENTRY + ", {}")))
                .isInstanceOfSatisfying(ReportReading.Understood.class, understood -> {
                    assertThat(understood.report().policies()).hasSize(1);
                    assertThat(understood.deviations())
                            .containsExactly(Deviation.UNKNOWN_POLICY_TYPE, Deviation.UNUSABLE_POLICY);
                });
    }

    @Test
    void anUnknownResultTypeIsKeptAsText() {
        TlsReport report = Samples.understood(
                GOOD.replace("certificate-expired", "new-type").getBytes(StandardCharsets.UTF_8));

        FailureKey key = report.policies().get(0).failures().get(0).key();
        assertThat(key.resultType()).isEqualTo("new-type");
        assertThat(key.sendingMtaIp()).isEqualTo(Optional.of(IpAddress.of("192.0.2.1")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "FIELD ~ \"Sender\" ~ 5",
                "FIELD ~ a@sender.example ~ nobody",
                "FIELD ~ x@y ~ ''",
                "FIELD ~ 2024-05-01T00:00:00Z ~ yesterday",
                "FIELD ~ 2024-05-01T00 ~ 2025-05-01T00",
                "FIELD ~ \"date-range\" ~ \"range\"",
                "FIELD ~ \"policies\" ~ \"policy\"",
                "DUPLICATE_NAME ~ \"report-id\" ~ \"contact-info\"",
                "DUPLICATE_NAME ~ \"mx-host\" ~ \"policy-domain\"",
                "JSON ~ \"policies\": ~ \"policies\"",
                "JSON ~ \"policies\": [ ~ \"policies\": [ NaN, ",
                "JSON ~ \"Sender\" ~ 'Sender'"
            })
    void whatNoReportLacksIsNotGuessed(Fault fault, String from, String to) {
        assertThat(GOOD).contains(from);
        assertThat(Samples.read(GOOD.replace(from, to))).isInstanceOfSatisfying(ReportReading.Unreadable.class, bad -> {
            assertThat(bad.fault()).isEqualTo(fault);
            assertThat(bad.detail()).matches("[\\x20-\\x7e]+");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null", "{}{}", "\u001f", "{\"a\":1}x", "/* */{}"})
    void whatIsNoJsonObjectIsUnreadable(String text) {
        assertThat(fault(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(Fault.JSON);
    }

    @Test
    void onlyUtf8IsRead() {
        assertThat(fault(GOOD.replace("Sender", "S\u00e9nder").getBytes(StandardCharsets.ISO_8859_1)))
                .isEqualTo(Fault.ENCODING);
        assertThat(fault(GOOD.getBytes(StandardCharsets.UTF_16))).isIn(Fault.ENCODING, Fault.JSON);
    }

    @Test
    void whatIsTooLargeIsRefusedAsAWhole() throws IOException {
        assertThat(fault(new byte[TlsReportReader.MAX_OCTETS + 1])).isEqualTo(Fault.LIMIT);
        assertThat(fault(gzip(new byte[TlsReportReader.MAX_INFLATED + 1], ' '))).isEqualTo(Fault.LIMIT);
        assertThat(fault(("[".repeat(20) + "]".repeat(20)).getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(Fault.JSON);
        assertThat(fault(("{\"a\":" + "[".repeat(16) + "]".repeat(16) + "}").getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(Fault.LIMIT);
        assertThat(fault(("{\"a\":[" + "0,".repeat(JsonValues.MAX_VALUES) + "0]}").getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(Fault.LIMIT);
        assertThat(fault(String.format(REPORT, "{},".repeat(1000) + "{}").getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(Fault.LIMIT);
        String manyFailures = ENTRY.replace("}]}", "}" + ",{}".repeat(10_000) + "]}");
        assertThat(fault(String.format(REPORT, manyFailures).getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(Fault.LIMIT);
    }

    @Test
    void aLargeReportStaysWhole() {
        TlsReport large = Samples.understood(
                String.format(REPORT, (ENTRY + ",").repeat(999) + ENTRY).getBytes(StandardCharsets.UTF_8));

        assertThat(large.policies()).hasSize(1000);
    }

    @Test
    void nothingThatIsChangedAtRandomMakesItThrow() {
        Random random = new Random(8460);
        byte[] plain = Rows.resource("/rfc8460-appendix-b.json");
        byte[] compressed = ReportFormat.GZIP.write(Samples.understood(plain));
        for (int i = 0; i < 20_000; i++) {
            byte[] file = Mutations.of(i % 4 == 0 ? compressed : plain, random);
            if (TlsReportReader.read(file) instanceof ReportReading.Understood understood) {
                assertThat(Samples.understood(ReportFormat.JSON.write(understood.report())))
                        .isEqualTo(understood.report());
                assertThat(ReportSummary.of(understood.report()).lines().count())
                        .isLessThanOrEqualTo(ReportSummary.MAX_LINES);
            }
        }
    }

    @Test
    void aCutOrDamagedFileIsToldApart() {
        byte[] file = ReportFormat.GZIP.write(Samples.report());

        assertThat(fault(Arrays.copyOf(file, 5))).isEqualTo(Fault.GZIP);
        assertThat(fault(Arrays.copyOf(file, file.length - 20))).isIn(Fault.GZIP, Fault.JSON);
    }

    private static Fault fault(byte[] file) {
        ReportReading reading = TlsReportReader.read(file);
        assertThat(reading).isInstanceOf(ReportReading.Unreadable.class);
        return ((ReportReading.Unreadable) reading).fault();
    }

    private static byte[] gzip(byte[] content, char fill) throws IOException {
        Arrays.fill(content, (byte) fill);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }
}
