// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.report;

import io.github.mtasts4j.cli.ExitCode;
import io.github.mtasts4j.cli.InputFile;
import io.github.mtasts4j.cli.Json;
import io.github.mtasts4j.cli.OutputOptions;
import io.github.mtasts4j.cli.Surroundings;
import io.github.mtasts4j.tlsreport.FailureCount;
import io.github.mtasts4j.tlsreport.PolicyReport;
import io.github.mtasts4j.tlsreport.ReportReading;
import io.github.mtasts4j.tlsreport.ReportSummary;
import io.github.mtasts4j.tlsreport.TlsReport;
import io.github.mtasts4j.tlsreport.TlsReportReader;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code mta-sts report show}. */
@Command(
        name = "show",
        description = {
            "Show a TLS report that somebody has sent: who could not deliver to you over TLS, and why.",
            "",
            "Takes the attachment, compressed or not, or the whole mail. Ends with 1 if it is no report, not if it reports failures."
        })
final class ReportShow implements Callable<Integer> {

    private final Surroundings here;

    @Parameters(paramLabel = "FILE", description = "The file, or - for standard input.")
    private String file = "";

    @Mixin
    private OutputOptions output = new OutputOptions();

    ReportShow(Surroundings here) {
        this.here = here;
    }

    @Override
    public Integer call() {
        byte[] octets = InputFile.read(file, 2 * TlsReportReader.MAX_OCTETS, here);
        ReportReading reading = TlsReportReader.read(ReportMail.unwrap(octets));
        if (reading instanceof ReportReading.Understood understood) {
            show(understood);
            return ExitCode.OK;
        }
        ReportReading.Unreadable unreadable = (ReportReading.Unreadable) reading;
        here.out()
                .println(
                        output.json()
                                ? Json.object(json -> json.flag("readable", false)
                                        .field("fault", word(unreadable.fault()))
                                        .field("detail", unreadable.detail()))
                                : "not a TLS report (" + word(unreadable.fault()) + "): " + unreadable.detail());
        here.out().flush();
        return ExitCode.FOUND;
    }

    private void show(ReportReading.Understood understood) {
        if (output.json()) {
            here.out().println(Json.object(json -> write(json, understood)));
        } else {
            here.out().print(ReportSummary.of(understood.report()));
            if (!understood.deviations().isEmpty()) {
                here.out().println("not quite as RFC 8460 has it: " + words(understood.deviations()));
            }
        }
        here.out().flush();
    }

    private static void write(Json json, ReportReading.Understood understood) {
        TlsReport report = understood.report();
        json.flag("readable", true)
                .field("organization", report.organizationName())
                .field("reportId", report.reportId())
                .field("contact", report.contactInfo())
                .field("start", report.range().start())
                .field("end", report.range().end())
                .objects("policies", report.policies(), ReportShow::write)
                .texts(
                        "deviations",
                        understood.deviations().stream().map(ReportShow::word).toList());
    }

    private static void write(Json json, PolicyReport policy) {
        json.field("type", policy.policy().type().keyword())
                .field("domain", policy.policy().domain())
                .number("successful", policy.sessions().successful())
                .number("failed", policy.sessions().failed())
                .objects("failures", policy.failures(), ReportShow::write);
    }

    private static void write(Json json, FailureCount failure) {
        json.field("type", failure.key().resultType())
                .number("sessions", failure.sessions())
                .field("mx", failure.key().receivingMxHostname())
                .field("ip", failure.key().receivingIp())
                .field("reason", failure.key().failureReasonCode());
    }

    private static String words(Set<ReportReading.Deviation> deviations) {
        return deviations.stream().map(ReportShow::word).collect(Collectors.joining(", "));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
