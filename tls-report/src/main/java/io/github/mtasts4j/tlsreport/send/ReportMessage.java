// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.send;

import io.github.mtasts4j.tlsreport.HeaderField;
import io.github.mtasts4j.tlsreport.MailAddress;
import io.github.mtasts4j.tlsreport.ReportEnvelope;
import io.github.mtasts4j.tlsreport.ReportSummary;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * The mail that carries a report (RFC 8460 §5.3): two parts, text for a person and the file. For senders with a queue of their own;
 * {@link ReportSender} makes these by itself.
 */
public final class ReportMessage {

    private static final String CRLF = "\r\n";

    /** RFC 5322 §3.3. The JDK's RFC 1123 has an obsolete zone. */
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM uuuu HH:mm:ss Z", Locale.US).withZone(ZoneOffset.UTC);

    private ReportMessage() {}

    /**
     * Writes the message without a signature. Equal arguments give equal octets, so that a repeated mail is known by its Message-ID.
     *
     * @param envelope the report and what goes around it; the contact of the report is the author
     * @param to the recipient
     * @param date when it is sent
     * @return 7-bit octets with CRLF at the end of each line, of at most 998 characters, 76 in the file
     */
    public static byte[] unsigned(ReportEnvelope envelope, MailAddress to, Instant date) {
        byte[] file = envelope.format().write(envelope.report());
        String text = ReportSummary.of(envelope.report());
        String digest = Digests.sha256(Digests.octets(envelope.fileName() + "\n" + to + "\n" + text), file)
                .substring(0, 32);
        String boundary = "tlsrpt_" + digest; // Nobody can write a text that has the digest of the text in it.
        StringBuilder out = new StringBuilder();
        for (HeaderField field : head(envelope, to, date, digest, boundary)) {
            out.append(field.folded()).append(CRLF);
        }
        out.append(CRLF);
        part(out, boundary, textFields(text), isPlain(text) ? lines(text) : base64(Digests.octets(text)));
        part(out, boundary, envelope.partFields(), base64(file));
        out.append("--").append(boundary).append("--").append(CRLF);
        return out.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static List<HeaderField> head(
            ReportEnvelope envelope, MailAddress to, Instant date, String digest, String boundary) {
        List<HeaderField> fields = new ArrayList<>();
        fields.add(new HeaderField("From", envelope.report().contactInfo().toString()));
        fields.add(new HeaderField("To", to.toString()));
        fields.add(new HeaderField("Date", DATE.format(date)));
        fields.add(new HeaderField("Message-ID", "<" + digest + "@" + envelope.submitter() + ">"));
        fields.add(new HeaderField("Auto-Submitted", "auto-generated")); // RFC 3834: no vacation notices, please.
        fields.add(new HeaderField("TLS-Required", "No")); // RFC 8689 §5, for RFC 8460 §5.3.
        fields.addAll(envelope.messageFields(boundary));
        return fields;
    }

    private static List<HeaderField> textFields(String text) {
        return isPlain(text)
                ? List.of(
                        new HeaderField("Content-Type", "text/plain; charset=us-ascii"),
                        new HeaderField("Content-Transfer-Encoding", "7bit"))
                : List.of(
                        new HeaderField("Content-Type", "text/plain; charset=utf-8"),
                        new HeaderField("Content-Transfer-Encoding", "base64"));
    }

    private static boolean isPlain(String text) {
        return text.chars().allMatch(c -> c == '\n' || (c >= 0x20 && c < 0x7f));
    }

    private static String lines(String text) {
        return text.replace("\n", CRLF);
    }

    private static String base64(byte[] octets) {
        return Base64.getMimeEncoder().encodeToString(octets) + CRLF;
    }

    private static void part(StringBuilder out, String boundary, List<HeaderField> fields, String body) {
        out.append("--").append(boundary).append(CRLF);
        fields.forEach(field -> out.append(field.folded()).append(CRLF));
        out.append(CRLF).append(body);
    }

    /**
     * Puts a signature in front of a message.
     *
     * @param signature what a {@link ReportSigner} made of the message
     * @param message the message
     * @return both
     */
    public static byte[] signed(HeaderField signature, byte[] message) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(message.length + 1024);
        out.writeBytes((signature.folded() + CRLF).getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(message);
        return out.toByteArray();
    }
}
