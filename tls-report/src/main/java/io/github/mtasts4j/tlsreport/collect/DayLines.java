// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.collect;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tlsreport.AppliedPolicy;
import io.github.mtasts4j.tlsreport.FailureCount;
import io.github.mtasts4j.tlsreport.FailureKey;
import io.github.mtasts4j.tlsreport.IpAddress;
import io.github.mtasts4j.tlsreport.PolicyReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.zip.CRC32C;

/**
 * The lines of a file of counts, made in memory. Each is a record by itself: eight hexadecimal digits of its CRC-32C, a space, and
 * fields with tabs between them. What a stranger has chosen has no control characters in it by the time it gets here.
 *
 * <pre>
 * D  date  seed                                                  the day that follows
 * P  number  domain  type  policy domain  n  n lines  patterns   a policy, to be called by its number
 * S  number  successful  failed                                  so many sessions more
 * F  number  sessions  type  sending IP  MX  HELO  receiving IP  information  reason
 * X                                                              the day was handed out
 * </pre>
 */
final class DayLines {

    /** The first line, which has no checksum: any release must know what is not for it. */
    static final String NAME = "mtasts4j-tls-report-counts ";

    static final int VERSION = 1;

    /** More policies than a file should give numbers to. */
    static final int MANY = 1 << 19;

    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
    private int numbers;

    static DayLines newFile() {
        DayLines lines = new DayLines();
        lines.octets.writeBytes((NAME + VERSION + "\n").getBytes(StandardCharsets.US_ASCII));
        return lines;
    }

    void begin(Day day) {
        line("D", day.date().toString(), day.seed());
    }

    /** Gives a policy a number. */
    int define(DomainName domain, AppliedPolicy policy) {
        numbers++;
        StringJoiner line = new StringJoiner("\t")
                .add("P")
                .add(Integer.toString(numbers))
                .add(domain.toString())
                .add(policy.type().keyword())
                .add(policy.domain().toString())
                .add(Integer.toString(policy.policyString().size()));
        policy.policyString().forEach(line::add);
        policy.mxHost().forEach(line::add);
        line(line.toString());
        return numbers;
    }

    void sessions(int policy, long successful, long failed) {
        line("S", Integer.toString(policy), Long.toString(successful), Long.toString(failed));
    }

    void failure(int policy, FailureKey key, long sessions) {
        line(
                "F",
                Integer.toString(policy),
                Long.toString(sessions),
                key.resultType(),
                key.sendingMtaIp().map(IpAddress::toString).orElse(""),
                key.receivingMxHostname().orElse(""),
                key.receivingMxHelo().orElse(""),
                key.receivingIp().map(IpAddress::toString).orElse(""),
                key.additionalInformation().orElse(""),
                key.failureReasonCode().orElse(""));
    }

    void sealed() {
        line("X");
    }

    /** All about a domain. */
    void domain(DomainName domain, List<PolicyReport> reports) {
        for (PolicyReport report : reports) {
            int number = define(domain, report.policy());
            sessions(number, report.sessions().successful(), report.sessions().failed());
            for (FailureCount failure : report.failures()) {
                failure(number, failure.key(), failure.sessions());
            }
        }
    }

    private void line(String... fields) {
        line(String.join("\t", fields));
    }

    private void line(String payload) {
        byte[] text = payload.getBytes(StandardCharsets.UTF_8);
        octets.writeBytes(checksum(text).getBytes(StandardCharsets.US_ASCII));
        octets.write(' ');
        octets.writeBytes(text);
        octets.write('\n');
    }

    static String checksum(byte[] text) {
        CRC32C crc = new CRC32C();
        crc.update(text);
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    static <T> Optional<T> field(String text, Function<String, T> read) {
        return text.isEmpty() ? Optional.empty() : Optional.of(read.apply(text));
    }

    int size() {
        return octets.size();
    }

    boolean hasManyNumbers() {
        return numbers >= MANY;
    }

    /** Writes what there is, and forgets it, written or not. */
    long drainTo(WritableByteChannel out) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(octets.toByteArray());
        octets.reset();
        while (rest.hasRemaining()) {
            out.write(rest);
        }
        return rest.position();
    }
}
