// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.report.ResultType;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ReportSummaryTest {

    @Test
    void theExampleOfTheRfcForAPerson() {
        assertThat(ReportSummary.of(Samples.understood(Rows.resource("/rfc8460-appendix-b.json"))))
                .isEqualTo("""
                TLS report by Company-X, id 5065427c-23d3-47ca-b6e0-946ea0e8c4be
                from 2016-04-01T00:00:00Z to 2016-04-01T23:59:59Z, questions to sts-reporting@company-x.example
                in all: 5326 good, 303 failed
                sts company-y.example: 5326 good, 303 failed
                  200 starttls-not-supported at mx2.mail.company-y.example [203.0.113.56]
                  100 certificate-expired at mx1.mail.company-y.example
                  3 validation-failure (X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED) at mx-backup.mail.company-y.example [203.0.113.58]
                """);
    }

    @Test
    void theWorstComesFirstAndTheRestIsCounted() {
        TlsReport report = Samples.report(IntStream.rangeClosed(1, 50)
                .mapToObj(i -> new PolicyReport(
                        AppliedPolicy.none(DomainName.of("mx" + i + ".example.com")),
                        new SessionCounts(0, i),
                        List.of(new FailureCount(Samples.key(ResultType.STARTTLS_NOT_SUPPORTED, "454"), i))))
                .toArray(PolicyReport[]::new));

        assertThat(ReportSummary.of(report).lines())
                .hasSize(ReportSummary.MAX_LINES)
                .contains("no-policy-found mx50.example.com: 0 good, 50 failed", "  50 starttls-not-supported (454)")
                .endsWith("and 88 more lines, which are in the report");
        assertThat(ReportSummary.of(report.capped())).contains("all other policies: 0 good, ");
    }

    @Test
    void aHostileReportMakesNoLinesOfItsOwn() {
        TlsReport report = new TlsReport(
                "x\r\nin all: 1 good, 0 failed\u001b[2J" + "y".repeat(1000),
                Samples.DAY,
                Samples.CONTACT,
                "\u2028",
                List.of());

        assertThat(ReportSummary.of(report).lines())
                .hasSize(3)
                .allSatisfy(line -> assertThat(line).matches("[\\x20-\\x7e]{1,350}"));
    }
}
