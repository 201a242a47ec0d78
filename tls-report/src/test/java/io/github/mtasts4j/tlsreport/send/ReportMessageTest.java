// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.send;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tlsreport.HeaderField;
import io.github.mtasts4j.tlsreport.MailAddress;
import io.github.mtasts4j.tlsreport.ReportEnvelope;
import io.github.mtasts4j.tlsreport.ReportFormat;
import io.github.mtasts4j.tlsreport.Samples;
import io.github.mtasts4j.tlsreport.TlsReport;
import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The mail as an independent reader understands it. */
final class ReportMessageTest {

    private static final MailAddress TO = MailAddress.of("tls@example.com");
    private static final Instant NOW = Instant.parse("2024-05-02T03:04:05Z");

    @ParameterizedTest
    @EnumSource(ReportFormat.class)
    void anotherReaderFindsTwoPartsAndInTheSecondTheReport(ReportFormat format) throws Exception {
        TlsReport report = Samples.random(new Random(1)).capped();
        MimeMessage message = read(ReportMessage.unsigned(new ReportEnvelope(report, Samples.DOMAIN, format), TO, NOW));

        ContentType type = new ContentType(message.getContentType());
        assertThat(type.match("multipart/report")).isTrue();
        assertThat(type.getParameter("report-type")).isEqualTo("tlsrpt");
        MimeMultipart parts = (MimeMultipart) message.getContent();
        assertThat(parts.getCount()).isEqualTo(2);
        assertThat(parts.getBodyPart(0).isMimeType("text/plain")).isTrue();
        assertThat(parts.getBodyPart(0).getContent().toString()).startsWith("TLS report by Sender, id ");
        BodyPart file = parts.getBodyPart(1);
        assertThat(file.getContentType()).isEqualTo(format.mediaType());
        assertThat(file.getDisposition()).isEqualTo("attachment");
        assertThat(file.getFileName())
                .isEqualTo(new ReportEnvelope(report, Samples.DOMAIN, format).fileName())
                .startsWith("sender.example!example.com!1714521600!1714607999!");
        byte[] octets = file.getInputStream().readAllBytes();
        assertThat(Samples.understood(octets)).isEqualTo(report);
        assertThat(strictly(format, octets).path("report-id").asText()).isEqualTo(report.reportId());
    }

    private static JsonNode strictly(ReportFormat format, byte[] octets) throws IOException {
        byte[] json = format == ReportFormat.GZIP
                ? new GZIPInputStream(new ByteArrayInputStream(octets)).readAllBytes()
                : octets;
        return JsonMapper.builder()
                .enable(
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                        DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                .build()
                .readTree(json);
    }

    @Test
    void theHeaderSaysWhoWhatAndWhen() throws Exception {
        MimeMessage message = read(unsigned(Samples.report()));

        assertThat(message.getFrom()).extracting(Object::toString).containsExactly("tls-reports@sender.example");
        assertThat(message.getAllRecipients()).extracting(Object::toString).containsExactly("tls@example.com");
        assertThat(message.getSentDate().toInstant()).isEqualTo(NOW);
        assertThat(message.getSubject())
                .isEqualTo("Report Domain: example.com Submitter: sender.example Report-ID: <0f3a@sender.example>");
        assertThat(header(message, "Date")).isEqualTo("Thu, 2 May 2024 03:04:05 +0000");
        assertThat(header(message, "Message-ID")).matches("<[0-9a-f]{32}@sender\\.example>");
        assertThat(header(message, "MIME-Version")).isEqualTo("1.0");
        assertThat(header(message, "TLS-Report-Domain")).isEqualTo("example.com");
        assertThat(header(message, "TLS-Report-Submitter")).isEqualTo("sender.example");
        assertThat(header(message, "TLS-Required")).isEqualTo("No");
        assertThat(header(message, "Auto-Submitted")).isEqualTo("auto-generated");
    }

    @Test
    void everyOctetIsFitForTheOldestServer() {
        String label = "a".repeat(60);
        DomainName longName = DomainName.of(String.join(".", label, label, label, label));
        TlsReport report = new TlsReport(
                "S\u00e4nder \u202e",
                Samples.DAY,
                Samples.CONTACT,
                "0f3a",
                Samples.random(new Random(2)).capped().policies());
        byte[] message = ReportMessage.unsigned(new ReportEnvelope(report, longName, ReportFormat.GZIP), TO, NOW);

        String text = new String(message, StandardCharsets.ISO_8859_1);
        assertThat(text.chars()).allMatch(c -> c == '\r' || c == '\n' || (c >= 0x20 && c < 0x7f));
        assertThat(text.replace("\r\n", "")).doesNotContain("\r", "\n");
        assertThat(text).endsWith("\r\n");
        List<String> lines = Arrays.asList(text.split("\r\n"));
        assertThat(lines).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(998));
        int file = lines.lastIndexOf("Content-Transfer-Encoding: base64");
        assertThat(lines.subList(file + 4, lines.size()))
                .hasSizeGreaterThan(3)
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(76));
    }

    @Test
    void aNameInAnotherScriptIsReadAsItIs() throws Exception {
        TlsReport report = new TlsReport("S\u00e4nder", Samples.DAY, Samples.CONTACT, "0f3a", List.of());
        MimeMultipart parts = (MimeMultipart) read(unsigned(report)).getContent();

        assertThat(parts.getBodyPart(0).getContent().toString()).startsWith("TLS report by S\u00e4nder, id 0f3a");
    }

    @Test
    void theSameReportIsTheSameMessageTomorrow() throws Exception {
        ReportEnvelope envelope = new ReportEnvelope(Samples.report(), Samples.DOMAIN, ReportFormat.GZIP);
        MimeMessage today = read(ReportMessage.unsigned(envelope, TO, NOW));
        MimeMessage tomorrow = read(ReportMessage.unsigned(envelope, TO, NOW.plusSeconds(86_400)));
        MimeMessage another = read(ReportMessage.unsigned(envelope, MailAddress.of("b@example.com"), NOW));

        assertThat(header(tomorrow, "Message-ID"))
                .isEqualTo(header(today, "Message-ID"))
                .isNotEqualTo(header(another, "Message-ID"));
    }

    @Test
    void theSignatureStandsInFront() throws Exception {
        HeaderField signature = new HeaderField(
                "DKIM-Signature", "v=1; a=rsa-sha256; " + "b=x ".repeat(40).trim());
        byte[] message = unsigned(Samples.report());
        byte[] signed = ReportMessage.signed(signature, message);

        assertThat(new String(signed, StandardCharsets.US_ASCII))
                .startsWith("DKIM-Signature: v=1;")
                .endsWith(new String(message, StandardCharsets.US_ASCII));
        assertThat(header(read(signed), "DKIM-Signature").replaceAll("\\s+", " "))
                .isEqualTo(signature.value());
        assertThat(header(read(signed), "From")).isEqualTo("tls-reports@sender.example");
    }

    private static byte[] unsigned(TlsReport report) {
        return ReportMessage.unsigned(new ReportEnvelope(report, Samples.DOMAIN, ReportFormat.GZIP), TO, NOW);
    }

    private static MimeMessage read(byte[] message) throws MessagingException {
        return new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(message));
    }

    private static String header(MimeMessage message, String name) throws MessagingException {
        String[] values = message.getHeader(name);
        assertThat(values).as(name).hasSize(1);
        return values[0];
    }
}
