// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.policy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Picks the MTA-STS record among the TXT records at {@code _mta-sts.} and reads it: the grammar of §3.1, over octets.
 */
public final class StsRecordParser {

    /** A record longer than this is refused with {@link Defect#LIMIT}. The longest honest one has some 50 octets. */
    public static final int MAX_RECORD_OCTETS = 4096;

    private static final byte[] VERSION = "v=STSv1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VERSION_FIELD = "v=STSv1;".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ID = "id=".getBytes(StandardCharsets.US_ASCII);

    private final Grammar grammar;

    /**
     * Makes a parser.
     *
     * @param grammar how closely to follow the ABNF
     */
    public StsRecordParser(Grammar grammar) {
        this.grammar = grammar;
    }

    /**
     * Picks and reads the record.
     *
     * @param records every TXT record of the name, each with its character-strings joined without anything between
     * @return the record; or {@link Defect#NO_RECORD}, {@link Defect#MULTIPLE_RECORDS},
     *     {@link Defect#INVALID_RECORD}, {@link Defect#LIMIT}. All four mean that there is no policy available (§3.1)
     */
    public Parsed<StsRecord> select(List<byte[]> records) {
        if (records.size() == 1) {
            return parse(records.get(0));
        }
        // §3.1: of several records, those that do not begin with "v=STSv1;" are discarded; of one, none is.
        List<byte[]> candidates =
                records.stream().filter(r -> startsWith(r, VERSION_FIELD)).toList();
        if (candidates.size() > 1) {
            return malformed(Defect.MULTIPLE_RECORDS, candidates.size() + " MTA-STS records where one is allowed");
        }
        return candidates.isEmpty()
                ? malformed(Defect.NO_RECORD, "none of " + records.size() + " TXT records is an MTA-STS record")
                : parse(candidates.get(0));
    }

    private Parsed<StsRecord> parse(byte[] record) {
        if (!isStsRecord(record)) {
            return malformed(Defect.NO_RECORD, "the TXT record is not an MTA-STS record: " + quote(record));
        }
        if (record.length > MAX_RECORD_OCTETS) {
            return malformed(Defect.LIMIT, "the TXT record has " + record.length + " octets");
        }
        return new Scan(record).fields();
    }

    /** Whether the version stands first and ends there; what follows it may still be malformed. */
    private static boolean isStsRecord(byte[] record) {
        if (!startsWith(record, VERSION)) {
            return false;
        }
        int next = VERSION.length;
        while (next < record.length && Octets.isWhiteSpace(record[next])) {
            next++;
        }
        return next == record.length || record[next] == ';';
    }

    private static boolean startsWith(byte[] record, byte[] prefix) {
        return record.length >= prefix.length && Octets.areAt(prefix, record, 0);
    }

    private static String quote(byte[] record) {
        return "\"" + RemoteText.safe(record) + "\"";
    }

    private static Parsed<StsRecord> malformed(Defect defect, String detail) {
        return new Parsed.Malformed<>(defect, 0, detail);
    }

    /** One pass over {@code 1*(sts-field-delim sts-field) [sts-field-delim]}. */
    private final class Scan {

        private final byte[] record;
        private int at = VERSION.length;

        Scan(byte[] record) {
            this.record = record;
        }

        Parsed<StsRecord> fields() {
            String id = null;
            while (at < record.length) {
                if (!delimiter()) {
                    return trailingWhiteSpaceIsTaken() ? finish(id) : invalid("a field is not followed by ';'");
                }
                if (at == record.length) {
                    break;
                }
                int endOfId = id == null ? endOfId() : at;
                if (endOfId > at) {
                    id = text(at + ID.length, endOfId);
                    at = endOfId;
                    continue;
                }
                int start = at;
                while (at < record.length && record[at] != ';' && !Octets.isWhiteSpace(record[at])) {
                    at++;
                }
                if (start == at && grammar == Grammar.LENIENT) {
                    continue;
                }
                int equals = indexOfEquals(start);
                // §3.2, last paragraph: of duplicates the first counts, be it malformed (decision D2).
                if (id == null && isId(start, equals)) {
                    return invalid("the id is not 1 to 32 letters and digits");
                }
                if (!isField(start, equals)) {
                    return invalid("a field is not name=value");
                }
            }
            return finish(id);
        }

        private Parsed<StsRecord> finish(@Nullable String id) {
            return id == null ? invalid("there is no id") : new Parsed.Ok<>(new StsRecord(id));
        }

        /** Where a field ends that is an id as it should be; where it begins, if it is not. */
        private int endOfId() {
            int from = at + ID.length;
            if (from >= record.length || !Octets.areAt(ID, record, at)) {
                return at;
            }
            int end = from;
            while (end < record.length && Octets.isAlphanumeric(record[end])) {
                end++;
            }
            boolean plain = end > from
                    && end - from <= StsRecord.MAX_ID
                    && (end == record.length || record[end] == ';' || Octets.isWhiteSpace(record[end]));
            return plain ? end : at;
        }

        private boolean delimiter() {
            int next = skipWhiteSpace(at);
            if (next == record.length || record[next] != ';') {
                return false;
            }
            at = skipWhiteSpace(next + 1);
            return true;
        }

        private boolean trailingWhiteSpaceIsTaken() {
            return grammar == Grammar.LENIENT && skipWhiteSpace(at) == record.length;
        }

        private int skipWhiteSpace(int from) {
            int next = from;
            while (next < record.length && Octets.isWhiteSpace(record[next])) {
                next++;
            }
            return next;
        }

        private int indexOfEquals(int from) {
            for (int i = from; i < at; i++) {
                if (record[i] == '=') {
                    return i;
                }
            }
            return -1;
        }

        /** {@code sts-extension}, of which {@code sts-id} is an instance. */
        private boolean isField(int start, int equals) {
            if (equals < 0 || equals + 1 == at || !Octets.isFieldName(record, start, equals)) {
                return false;
            }
            for (int i = equals + 1; i < at; i++) {
                int c = record[i];
                if (c <= 0x20 || c == '=' || c == 0x7f) {
                    return false;
                }
            }
            return true;
        }

        private boolean isId(int start, int equals) {
            return equals - start == 2 && record[start] == 'i' && record[start + 1] == 'd';
        }

        private String text(int from, int to) {
            return new String(record, from, to - from, StandardCharsets.US_ASCII);
        }

        private Parsed<StsRecord> invalid(String why) {
            // No field can have other octets in it, so it need not be known before.
            String what = Octets.isAscii(record) ? why : "the TXT record is not US-ASCII";
            return malformed(Defect.INVALID_RECORD, what + ": " + quote(record));
        }
    }
}
