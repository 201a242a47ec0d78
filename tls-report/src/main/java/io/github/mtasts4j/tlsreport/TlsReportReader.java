// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import io.github.mtasts4j.tlsreport.ReportReading.Deviation;
import io.github.mtasts4j.tlsreport.ReportReading.Fault;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/**
 * Reads the report that somebody sends us, plain or compressed, whichever it is. What senders are known to get wrong is tolerated and
 * told (decision D30); result types that are not known yet stay what they are.
 *
 * <p>Limits: 10 MiB as received, 32 MiB uncompressed, 16 levels, 250,000 values, 1,000 policies, 10,000 failures in all.
 */
public final class TlsReportReader {

    /** The most octets of a file: what receivers commonly take (RFC 8460 §5.2). */
    public static final int MAX_OCTETS = 10 << 20;

    static final int MAX_INFLATED = 32 << 20;

    private TlsReportReader() {}

    /**
     * Reads a report.
     *
     * @param file the content of the file, anything at all
     * @return the report, or what is wrong with it; never throws
     */
    public static ReportReading read(byte[] file) {
        if (file.length > MAX_OCTETS) {
            return new ReportReading.Unreadable(Fault.LIMIT, "the report has " + file.length + " octets");
        }
        Set<Deviation> deviations = EnumSet.noneOf(Deviation.class);
        try (InputStream in = open(file)) {
            Map<String, Object> json = JsonValues.read(in, deviations);
            return new ReportReading.Understood(new ReportInterpreter(deviations).report(json), deviations);
        } catch (UnreadableReport e) {
            return e.reading();
        } catch (IOException e) {
            return new ReportReading.Unreadable(Fault.GZIP, "the compressed data is damaged");
        }
    }

    private static InputStream open(byte[] file) throws IOException {
        boolean compressed = file.length >= 2 && file[0] == 0x1f && file[1] == (byte) 0x8b;
        InputStream plain = new ByteArrayInputStream(file);
        return compressed ? new BoundedStream(new GZIPInputStream(plain), MAX_INFLATED) : plain;
    }
}
