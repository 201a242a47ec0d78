// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

/** The two forms in which a report is submitted (RFC 8460 §5.1 to §5.4). */
public enum ReportFormat {
    /** Compressed, as reports should be (RFC 8460 §5.2). */
    GZIP("application/tlsrpt+gzip", "json.gz"),
    /** Plain. */
    JSON("application/tlsrpt+json", "json");

    private final String mediaType;
    private final String extension;

    ReportFormat(String mediaType, String extension) {
        this.mediaType = mediaType;
        this.extension = extension;
    }

    /**
     * The media type, without parameters.
     *
     * @return such as {@code application/tlsrpt+gzip}
     */
    public String mediaType() {
        return mediaType;
    }

    /**
     * How the name of a file ends.
     *
     * @return such as {@code json.gz}, without a dot in front
     */
    public String extension() {
        return extension;
    }

    /**
     * Writes a report: I-JSON (RFC 7493) in UTF-8, the same octets for equal reports.
     *
     * @param report any report; what a server should not be able to make grow is bounded by {@link TlsReport#capped()} first
     * @return the content of the file
     */
    public byte[] write(TlsReport report) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (OutputStream out = this == GZIP ? new GZIPOutputStream(file) : file) {
            TlsReportWriter.write(report, out);
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail", e);
        }
        return file.toByteArray();
    }
}
