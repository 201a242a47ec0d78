// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mtasts4j.policy.DomainName;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReportEnvelopeTest {

    private final ReportEnvelope envelope = new ReportEnvelope(Samples.report(), Samples.DOMAIN, ReportFormat.GZIP);

    @Test
    void theFileIsNamedAfterSenderDomainAndTime() {
        assertThat(envelope.fileName()).isEqualTo("sender.example!example.com!1714521600!1714607999!0f3a.json.gz");
        assertThat(new ReportEnvelope(Samples.report(), Samples.DOMAIN, ReportFormat.JSON).fileName())
                .isEqualTo("sender.example!example.com!1714521600!1714607999!0f3a.json");
    }

    @Test
    void theMessageSaysWhatItCarries() {
        assertThat(envelope.messageFields("b-1"))
                .extracting(HeaderField::toString)
                .containsExactly(
                        "Subject: Report Domain: example.com Submitter: sender.example Report-ID: <0f3a@sender.example>",
                        "TLS-Report-Domain: example.com",
                        "TLS-Report-Submitter: sender.example",
                        "MIME-Version: 1.0",
                        "Content-Type: multipart/report; report-type=\"tlsrpt\"; boundary=\"b-1\"");
        assertThat(envelope.partFields())
                .extracting(HeaderField::toString)
                .containsExactly(
                        "Content-Type: application/tlsrpt+gzip",
                        "Content-Transfer-Encoding: base64",
                        "Content-Disposition: attachment; filename=\"" + envelope.fileName() + "\"");
        assertThat(envelope.requestField()).hasToString("Content-Type: application/tlsrpt+gzip");
    }

    @Test
    void aLongDomainIsFoldedAndReadsTheSame() {
        String label = "a".repeat(60);
        DomainName longName = DomainName.of(String.join(".", label, label, label, label));
        HeaderField subject = new ReportEnvelope(Samples.report(), longName, ReportFormat.GZIP)
                .messageFields("b")
                .get(0);

        List<String> lines = Arrays.asList(subject.folded().split("\r\n"));
        assertThat(lines).hasSize(3).allSatisfy(line -> assertThat(line).hasSizeLessThan(998));
        assertThat(lines.subList(1, 3)).allSatisfy(line -> assertThat(line).startsWith(" "));
        assertThat(String.join("", lines)).isEqualTo(subject.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "0f3a, 0f3a, !0f3a",
        "735ff.e317+bf22029@example.net, 735ff.e317+bf22029, !735ffe317bf22029examplenet",
        "'a b<>\"c', abc, !abc",
        "..a..b.., a.b, !ab",
        "@, report, ''",
        "'a\r\nBcc: x', a\\x0d\\x0aBccx, ''"
    })
    void theIdIsFitForASubjectAndAFileName(String id, String left, String unique) {
        TlsReport report = new TlsReport("Sender", Samples.DAY, Samples.CONTACT, id, List.of());
        ReportEnvelope strange = new ReportEnvelope(report, Samples.DOMAIN, ReportFormat.GZIP);

        assertThat(strange.subject()).endsWith("Report-ID: <" + left.replace("\\", "") + "@sender.example>");
        assertThat(strange.fileName()).contains("!1714607999" + unique);
        assertThat(strange.fileName()).matches("[A-Za-z0-9.!-]+");
    }

    @Test
    void aNewIdFitsAsItIsAndIsAnother() {
        Random random = new Random(5);
        String id = TlsReport.newReportId(random);

        assertThat(id).matches("[0-9a-f]{32}").isNotEqualTo(TlsReport.newReportId(random));
    }

    @Test
    void noFieldHasALineBreakInIt() {
        assertThatThrownBy(() -> new HeaderField("a", "b\r\nc")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new HeaderField("a:b", "c")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new HeaderField("", "c")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> envelope.messageFields("a\"b")).isInstanceOf(IllegalArgumentException.class);
    }
}
