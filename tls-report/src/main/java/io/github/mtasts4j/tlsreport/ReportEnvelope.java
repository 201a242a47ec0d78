// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import io.github.mtasts4j.policy.DomainName;
import java.util.List;
import java.util.Locale;

/**
 * What goes around a report when it is submitted (RFC 8460 §5). All of it is derived from the report, which counts where they differ
 * (RFC 8460 §5.6).
 *
 * @param report the report
 * @param policyDomain the domain it is about, whose record asked for it
 * @param format in which form it is submitted
 */
public record ReportEnvelope(TlsReport report, DomainName policyDomain, ReportFormat format) {

    private static final int MAX_LEFT = 64;

    /**
     * The domain that submits, which has to sign the mail: that of the contact (RFC 8460 §5.3).
     *
     * @return such as {@code sender.example}
     */
    public DomainName submitter() {
        return report.contactInfo().domain();
    }

    /**
     * The name of the file (RFC 8460 §5.1).
     *
     * @return such as {@code sender.example!example.com!1714521600!1714607999!0f3a.json.gz}; the part before the extension is what the
     *     report id has of letters and digits, and missing if it has none
     */
    public String fileName() {
        StringBuilder id = new StringBuilder();
        report.reportId()
                .chars()
                .filter(c -> Character.isLetterOrDigit(c) && id.length() < MAX_LEFT)
                .forEach(c -> id.append((char) c));
        return submitter()
                + "!"
                + policyDomain
                + "!"
                + report.range().start().getEpochSecond()
                + "!"
                + report.range().end().getEpochSecond()
                + (id.isEmpty() ? "" : "!" + id)
                + "."
                + format.extension();
    }

    /**
     * The subject of the mail (RFC 8460 §5.3).
     *
     * @return such as {@code Report Domain: example.com Submitter: sender.example Report-ID: <0f3a@sender.example>}
     */
    public String subject() {
        return "Report Domain: " + policyDomain + " Submitter: " + submitter() + " Report-ID: <" + leftOfId() + "@"
                + submitter() + ">";
    }

    /** What stands before an {@code @} in the report id, as dot-atom text. */
    private String leftOfId() {
        String id = report.reportId();
        int end = id.indexOf('@') < 0 ? id.length() : id.indexOf('@');
        StringBuilder left = new StringBuilder();
        for (int i = 0; i < end && left.length() < MAX_LEFT; i++) {
            char c = id.charAt(i);
            if (MailAddress.isAtomText(c) || (c == '.' && endsInAtom(left))) {
                left.append(c);
            }
        }
        if (!left.isEmpty() && !endsInAtom(left)) {
            left.setLength(left.length() - 1);
        }
        return left.isEmpty() ? "report" : left.toString();
    }

    private static boolean endsInAtom(StringBuilder text) {
        return !text.isEmpty() && text.charAt(text.length() - 1) != '.';
    }

    /**
     * The fields that a mail has because it carries a report (RFC 8460 §5.3). From, To, Date, Message-ID and the signature are the
     * sender's; the signature should cover the two fields that begin with {@code TLS-Report}.
     *
     * @param boundary what separates the parts: 1 to 70 letters, digits, hyphens and underscores that are in none of them
     * @return the fields, in order
     * @throws IllegalArgumentException if the boundary has anything else in it
     */
    public List<HeaderField> messageFields(String boundary) {
        if (!boundary.matches("[A-Za-z0-9_-]{1,70}")) {
            throw new IllegalArgumentException("not a boundary");
        }
        return List.of(
                new HeaderField("Subject", subject()),
                new HeaderField("TLS-Report-Domain", policyDomain.toString()),
                new HeaderField("TLS-Report-Submitter", submitter().toString()),
                new HeaderField("MIME-Version", "1.0"),
                new HeaderField(
                        "Content-Type",
                        String.format(
                                Locale.ROOT, "multipart/report; report-type=\"tlsrpt\"; boundary=\"%s\"", boundary)));
    }

    /**
     * The fields of the part with the report, which is the second; the first is text for a person ({@link ReportSummary}).
     *
     * @return the fields, in order
     */
    public List<HeaderField> partFields() {
        return List.of(
                new HeaderField("Content-Type", format.mediaType()),
                new HeaderField("Content-Transfer-Encoding", "base64"),
                new HeaderField("Content-Disposition", "attachment; filename=\"" + fileName() + "\""));
    }

    /**
     * The field of an HTTPS request, whose body is the file and which has no content encoding (RFC 8460 §5.4).
     *
     * @return the media type
     */
    public HeaderField requestField() {
        return new HeaderField("Content-Type", format.mediaType());
    }
}
