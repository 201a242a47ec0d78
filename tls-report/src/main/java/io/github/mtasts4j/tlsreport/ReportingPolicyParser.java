// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import io.github.mtasts4j.policy.RemoteText;
import io.github.mtasts4j.tlsreport.ReportingPolicy.Why;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Picks the TLSRPT record among the TXT records at {@code _smtp._tls.} and reads it: the grammar of RFC 8460 §3, over octets. */
public final class ReportingPolicyParser {

    /** A record with more octets is refused. Five URIs of the greatest length fit. */
    public static final int MAX_RECORD_OCTETS = 8192;

    private static final byte[] VERSION = "v=TLSRPTv1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VERSION_FIELD = "v=TLSRPTv1;".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_NAME = 32;

    private final byte[] record;
    private final List<String> uris = new ArrayList<>();
    private int at = VERSION.length;

    private ReportingPolicyParser(byte[] record) {
        this.record = record;
    }

    /**
     * Picks and reads the record. Never throws.
     *
     * @param records every TXT record of the name, each with its character-strings joined without anything between
     * @return {@link ReportingPolicy.Published}, or {@link ReportingPolicy.None} with the reason. A URI that is none makes the record
     *     invalid (decision D31); one that is hostile is left out alone
     */
    public static ReportingPolicy select(List<byte[]> records) {
        if (records.size() == 1) {
            return parse(records.get(0));
        }
        // RFC 8460 §3: of several records, those that do not begin with "v=TLSRPTv1;" are discarded; of one, none is.
        List<byte[]> candidates = records.stream()
                .filter(record -> startsWith(record, VERSION_FIELD))
                .toList();
        if (candidates.size() > 1) {
            return new ReportingPolicy.None(
                    Why.MULTIPLE_RECORDS, candidates.size() + " TLSRPT records where one is allowed");
        }
        return candidates.isEmpty()
                ? new ReportingPolicy.None(
                        Why.NO_RECORD, "none of " + records.size() + " TXT records is a TLSRPT record")
                : parse(candidates.get(0));
    }

    private static ReportingPolicy parse(byte[] record) {
        if (!isTlsReportRecord(record)) {
            return new ReportingPolicy.None(
                    Why.NO_RECORD, "the TXT record is not a TLSRPT record: \"" + RemoteText.safe(record) + "\"");
        }
        if (record.length > MAX_RECORD_OCTETS) {
            return new ReportingPolicy.None(Why.LIMIT, "the TXT record has " + record.length + " octets");
        }
        ReportingPolicyParser parser = new ReportingPolicyParser(record);
        String trouble = parser.fields();
        return trouble == null
                ? ReportUriParser.pick(parser.uris)
                : new ReportingPolicy.None(Why.INVALID_RECORD, trouble + ": \"" + RemoteText.safe(record) + "\"");
    }

    /** Whether the version stands first and ends there; what follows it may still be malformed. */
    private static boolean isTlsReportRecord(byte[] record) {
        if (!startsWith(record, VERSION)) {
            return false;
        }
        int next = skipWhiteSpace(record, VERSION.length);
        return next == record.length || record[next] == ';';
    }

    private static boolean startsWith(byte[] record, byte[] prefix) {
        return record.length >= prefix.length && Arrays.equals(record, 0, prefix.length, prefix, 0, prefix.length);
    }

    /** {@code 1*(field-delim tlsrpt-field) [field-delim]}. */
    private @Nullable String fields() {
        while (at < record.length) {
            if (!delimiter()) {
                return "a field is not followed by ';'";
            }
            if (at == record.length) {
                break;
            }
            int start = at;
            int equals = fieldName();
            if (equals < 0) {
                return "a field is not name=value";
            }
            boolean isRua =
                    equals - start == 3 && new String(record, start, 3, StandardCharsets.US_ASCII).equals("rua");
            // Several rua fields: all of them count (decision D31).
            if (isRua ? !uriList() : !extensionValue()) {
                return isRua ? "rua is not a list of URIs" : "a field is not name=value";
            }
        }
        return uris.isEmpty() ? "there is no rua" : null;
    }

    private boolean delimiter() {
        int next = skipWhiteSpace(record, at);
        if (next == record.length || record[next] != ';') {
            return false;
        }
        at = skipWhiteSpace(record, next + 1);
        return true;
    }

    /** {@code tlsrpt-ext-name "="}; the position of the equals sign, or -1. */
    private int fieldName() {
        int start = at;
        while (at < record.length && isNameOctet(record[at], at == start)) {
            at++;
        }
        boolean isName = at > start && at - start <= MAX_NAME && at < record.length && record[at] == '=';
        return isName ? at++ : -1;
    }

    private static boolean isNameOctet(byte c, boolean first) {
        return Ascii.isAlphanumeric(c) || (!first && (c == '_' || c == '-' || c == '.'));
    }

    private boolean extensionValue() {
        int start = at;
        while (at < record.length && record[at] > 0x20 && record[at] < 0x7f && record[at] != '=' && record[at] != ';') {
            at++;
        }
        return at > start;
    }

    /** {@code tlsrpt-uri *(*WSP "," *WSP tlsrpt-uri)}. */
    private boolean uriList() {
        while (true) {
            int start = at;
            while (at < record.length && isUriOctet(record[at])) {
                at++;
            }
            String uri = new String(record, start, at - start, StandardCharsets.ISO_8859_1);
            if (!UriSyntax.isUri(uri)) {
                return false;
            }
            uris.add(uri);
            int next = skipWhiteSpace(record, at);
            if (next == record.length || record[next] != ',') {
                return true;
            }
            at = skipWhiteSpace(record, next + 1);
        }
    }

    private static boolean isUriOctet(byte c) {
        return c != ',' && c != ';' && c != ' ' && c != '\t';
    }

    private static int skipWhiteSpace(byte[] record, int from) {
        int next = from;
        while (next < record.length && (record[next] == ' ' || record[next] == '\t')) {
            next++;
        }
        return next;
    }
}
