// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.report.FailureDetail;
import io.github.mtasts4j.report.ResultType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The code of {@code docs/tls-reporting.md}. */
final class ReportingPageTest {

    private static final Path SOURCE = Path.of("src/test/java/io/github/mtasts4j/tlsreport/ReportingPageTest.java");

    private final List<String> sent = new ArrayList<>();
    private final List<String> printed = new ArrayList<>();

    @Test
    void aReportIsWrittenForWhoeverAsksForOne() throws InterruptedException {
        LocalDate yesterday = LocalDate.of(2024, 5, 1);
        TxtLookup dns = name -> new TxtLookup.Records(
                List.of("v=TLSRPTv1; rua=mailto:tls@example.com,https://r.example.com/v1"
                        .getBytes(StandardCharsets.US_ASCII)),
                Duration.ofHours(1));
        write(dns, yesterday);

        assertThat(sent)
                .containsExactly(
                        "mail to tls@example.com: Report Domain: example.com", "post to r.example.com/v1: json.gz");
    }

    private void write(TxtLookup dns, LocalDate yesterday) throws InterruptedException {
        // region write
        DomainName domain = DomainName.of("example.com");
        FailureKey expired = FailureKey.of(new FailureDetail(ResultType.CERTIFICATE_EXPIRED, "not-after"))
                .at(DomainName.of("mx1.example.com"))
                .between(IpAddress.of("192.0.2.25"), IpAddress.of("198.51.100.7"));
        TlsReport report = new TlsReport(
                "Sender Inc.",
                DateRange.ofDay(yesterday),
                MailAddress.of("tls-reports@sender.example"),
                TlsReport.newReportId(new SecureRandom()),
                List.of(new PolicyReport(
                        AppliedPolicy.none(domain), new SessionCounts(120, 3), List.of(new FailureCount(expired, 3)))));

        if (new ReportingPolicyLookup(dns).lookup(domain) instanceof ReportingPolicy.Published published) {
            ReportEnvelope envelope = new ReportEnvelope(report.capped(), domain, ReportFormat.GZIP);
            byte[] file = envelope.format().write(envelope.report());
            for (ReportUri uri : published.uris()) {
                if (uri instanceof ReportUri.Mailto mail) {
                    send(mail.address(), envelope, ReportSummary.of(envelope.report()), file);
                } else if (uri instanceof ReportUri.Https https) {
                    post(https.host(), https.target(), envelope.requestField(), file);
                }
            }
        }
        // endregion write
    }

    private void send(MailAddress to, ReportEnvelope envelope, String text, byte[] file) {
        assertThat(text).contains("120 good, 3 failed");
        assertThat(Samples.understood(file)).isEqualTo(envelope.report());
        sent.add("mail to " + to + ": " + envelope.subject().substring(0, 26));
    }

    private void post(DomainName host, String target, HeaderField mediaType, byte[] file) {
        assertThat(Samples.understood(file).policies()).hasSize(1);
        sent.add("post to " + host + target + ": " + mediaType.value().replace("application/tlsrpt+gzip", "json.gz"));
    }

    @Test
    void aReportThatArrivesIsReadOrTheReasonIsTold() {
        receive(ReportFormat.GZIP.write(Samples.report()));
        receive(new byte[] {1, 2, 3});

        assertThat(printed).hasSize(2);
        assertThat(printed.get(0)).startsWith("TLS report by Sender, id 0f3a\n");
        assertThat(printed.get(1)).startsWith("not a report: JSON, ");
    }

    private void receive(byte[] attachment) {
        // region read
        ReportReading reading = TlsReportReader.read(attachment);
        if (reading instanceof ReportReading.Understood understood) {
            print(ReportSummary.of(understood.report()));
        } else if (reading instanceof ReportReading.Unreadable unreadable) {
            print("not a report: " + unreadable.fault() + ", " + unreadable.detail());
        }
        // endregion read
    }

    private void print(String text) {
        printed.add(text);
    }

    @Test
    void thePageShowsThisCode() throws IOException {
        String page = Files.readString(Path.of("../docs/tls-reporting.md"));

        assertThat(page).contains(region("write"), region("read"));
    }

    private static String region(String name) throws IOException {
        List<String> lines = Files.readAllLines(SOURCE);
        int from = lines.indexOf("        // region " + name);
        int to = lines.indexOf("        // endregion " + name);
        assertThat(from).isBetween(0, to);
        return String.join("\n", lines.subList(from + 1, to)).indent(-8).stripTrailing();
    }
}
