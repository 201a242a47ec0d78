// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.send;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Parsed;
import io.github.mtasts4j.tlsreport.ReportFormat;
import io.github.mtasts4j.tlsreport.ReportReading;
import io.github.mtasts4j.tlsreport.TlsReport;
import io.github.mtasts4j.tlsreport.TlsReportReader;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A report in the queue as the text of one file: where it stands, a checksum, and the report's JSON.
 *
 * <pre>
 * mtasts4j-tls-report 1
 * domain: example.com
 * report-id: 0f3a
 * due: 2026-01-02T01:12:30Z
 * first-attempt: 2026-01-02T00:30:00Z
 * attempts: 2
 * refused-by: https://reports.example.com/v1
 * sha-256: the digest of all the rest
 *
 * {"organization-name": ...
 * </pre>
 */
final class QueueFile {

    /** More than any head has: a dozen attempts with five refusals each, at most. */
    private static final int MAX_HEAD = 128 * 1024;

    static final int MAX_OCTETS = TlsReportReader.MAX_OCTETS + MAX_HEAD;

    private static final String FORMAT = "mtasts4j-tls-report ";
    private static final String VERSION = "1";
    private static final String NEVER = "never";
    private static final String DIGEST = "sha-256: ";

    /** What a file turned out to hold. */
    sealed interface Content {}

    /** A report, as it was written. */
    record Intact(QueuedReport state, TlsReport report) implements Content {}

    /** Anything else. */
    record Broken(String why) implements Content {}

    /** A file of a later release of this library, which is to be left alone. */
    record Newer() implements Content {}

    private QueueFile() {}

    static byte[] render(QueuedReport state, TlsReport report) {
        return render(state, ReportFormat.JSON.write(report));
    }

    private static byte[] render(QueuedReport state, byte[] json) {
        byte[] head = Digests.octets(head(state));
        ByteArrayOutputStream out = new ByteArrayOutputStream(head.length + json.length + 128);
        out.writeBytes(head);
        out.writeBytes(Digests.octets(DIGEST + Digests.sha256(head, json) + "\n\n"));
        out.writeBytes(json);
        return out.toByteArray();
    }

    private static String head(QueuedReport state) {
        StringBuilder head = new StringBuilder(FORMAT + VERSION + "\n")
                .append("domain: ")
                .append(state.domain())
                .append("\nreport-id: ")
                .append(state.reportId())
                .append("\ndue: ")
                .append(state.due())
                .append("\nfirst-attempt: ")
                .append(state.firstAttempt().map(Instant::toString).orElse(NEVER))
                .append("\nattempts: ")
                .append(state.attempts())
                .append('\n');
        state.refusedBy().forEach(uri -> head.append("refused-by: ").append(uri).append('\n'));
        return head.toString();
    }

    static Content parse(byte[] octets) {
        int split = headEnd(octets);
        String head = new String(octets, 0, split, StandardCharsets.US_ASCII);
        String first = head.lines().findFirst().orElse("");
        if (first.matches(FORMAT + "\\d{1,9}") && !first.equals(FORMAT + VERSION)) {
            return new Newer();
        }
        if (!first.equals(FORMAT + VERSION) || split == octets.length) {
            return new Broken("does not begin like a queued report");
        }
        QueuedReport state = state(head);
        byte[] json = Arrays.copyOfRange(octets, split + 2, octets.length);
        if (state == null || !Arrays.equals(render(state, json), octets)) {
            return new Broken("is not, octet by octet, what was written: the checksum or the form is wrong");
        }
        return TlsReportReader.read(json) instanceof ReportReading.Understood understood
                ? new Intact(state, understood.report())
                : new Broken("has no report in it");
    }

    /** Where the empty line begins; the length if there is none. */
    private static int headEnd(byte[] octets) {
        for (int i = 0; i + 1 < octets.length && i < MAX_HEAD; i++) {
            if (octets[i] == '\n' && octets[i + 1] == '\n') {
                return i;
            }
        }
        return octets.length;
    }

    private static @Nullable QueuedReport state(String head) {
        List<String> lines = head.lines().toList();
        List<String> refusedBy = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith("refused-by: ")) {
                refusedBy.add(line.substring("refused-by: ".length()));
            }
        }
        Parsed<DomainName> domain = DomainName.parseHost(value(lines, 1, "domain: "));
        try {
            return new QueuedReport(
                    domain.asOptional().orElseThrow(() -> new IllegalArgumentException("no domain")),
                    value(lines, 2, "report-id: "),
                    Instant.parse(value(lines, 3, "due: ")),
                    never(value(lines, 4, "first-attempt: ")),
                    Integer.parseInt(value(lines, 5, "attempts: ")),
                    refusedBy);
        } catch (DateTimeException | IllegalArgumentException e) {
            return null;
        }
    }

    private static Optional<Instant> never(String text) {
        return text.equals(NEVER) ? Optional.empty() : Optional.of(Instant.parse(text));
    }

    private static String value(List<String> lines, int index, String key) {
        String line = index < lines.size() ? lines.get(index) : "";
        return line.startsWith(key) ? line.substring(key.length()) : "";
    }
}
