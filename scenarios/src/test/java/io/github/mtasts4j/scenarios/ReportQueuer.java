// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tlsreport.DateRange;
import io.github.mtasts4j.tlsreport.MailAddress;
import io.github.mtasts4j.tlsreport.TlsReport;
import io.github.mtasts4j.tlsreport.send.ReportSender;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;

/** A process that queues reports and sends those of yesterday, to be killed while it does. What it has acknowledged it prints. */
final class ReportQueuer {

    static final DomainName DOMAIN = DomainName.of("example.com");
    static final Instant NOW = Instant.parse("2026-01-02T12:00:00Z");

    private ReportQueuer() {}

    static TlsReport report(String id) {
        return new TlsReport(
                "Sender",
                DateRange.ofDay(LocalDate.of(2026, 1, 1)),
                MailAddress.of("tls@sender.example"),
                id,
                List.of());
    }

    static ReportSender sender(Path queue, Instant now) {
        return ReportSender.builder(
                        queue,
                        name -> new TxtLookup.Records(
                                List.of("v=TLSRPTv1; rua=https://r.example.com/".getBytes(StandardCharsets.US_ASCII)),
                                Duration.ofHours(1)))
                .https((host, target, type, body) -> new PolicyFetcher.Response(200, List.of(), List.of(), new byte[0]))
                .clock(InstantSource.fixed(now))
                .concurrency(2)
                .build();
    }

    /** Arguments: the directory, the number of the first report. */
    public static void main(String[] args) throws InterruptedException {
        Path queue = Path.of(args[0]);
        int first = Integer.parseInt(args[1]);
        for (int n = first; ; n += 5) {
            try (ReportSender sender = sender(queue, NOW)) {
                for (int i = n; i < n + 5; i++) {
                    if (sender.hand(report("r" + i), DOMAIN) == ReportSender.Handover.QUEUED) {
                        say("r" + i + ".");
                    }
                }
            }
            try (ReportSender sender = sender(queue, NOW.plus(Duration.ofHours(4)))) {
                sender.sendDue(); // Some are sent while others are queued, so that a kill may hit either.
            }
        }
    }

    private static void say(String line) {
        try {
            new FileOutputStream(FileDescriptor.out).write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
