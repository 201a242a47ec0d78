// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.finding;

import io.github.mtasts4j.policy.Defect;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.Parsed;
import io.github.mtasts4j.policy.StsRecord;
import io.github.mtasts4j.policy.StsRecordParser;
import io.github.mtasts4j.tlsreport.ReportingPolicy;
import java.util.ArrayList;
import java.util.List;

/** What is the matter with TXT records, by their text alone. */
public final class RecordLint {

    private RecordLint() {}

    /**
     * Looks at the TXT records of {@code _mta-sts}.
     *
     * @param subject where they stand
     * @param records each with its strings joined; at least one
     * @return what was found; nothing if there is exactly one good record among them
     */
    public static List<Finding> ofSts(Object subject, List<byte[]> records) {
        Parsed<StsRecord> strict = new StsRecordParser(Grammar.STRICT).select(records);
        if (!(strict instanceof Parsed.Malformed<StsRecord> malformed)) {
            return List.of();
        }
        boolean sloppy = new StsRecordParser(Grammar.LENIENT)
                .select(records)
                .asOptional()
                .isPresent();
        FindingKind kind = sloppy ? FindingKind.TXT_SLOPPY : kindOf(malformed);
        return List.of(Finding.of(kind, subject, malformed.detail()));
    }

    private static FindingKind kindOf(Parsed.Malformed<StsRecord> malformed) {
        if (malformed.defect() == Defect.MULTIPLE_RECORDS) {
            return FindingKind.TXT_MULTIPLE;
        } else if (malformed.defect() == Defect.NO_RECORD) {
            return FindingKind.TXT_NOT_STS;
        }
        // Two reasons of the parser's are about the id.
        boolean id =
                malformed.detail().startsWith("the id") || malformed.detail().startsWith("there is no id");
        return id ? FindingKind.TXT_ID_INVALID : FindingKind.TXT_INVALID;
    }

    /**
     * Looks at what came of reading the TLSRPT record.
     *
     * @param subject where it stands
     * @param reporting what came of it
     * @return what was found
     */
    public static List<Finding> ofReporting(Object subject, ReportingPolicy reporting) {
        if (reporting instanceof ReportingPolicy.Unavailable unavailable) {
            return List.of(Finding.of(FindingKind.TLSRPT_NO_ANSWER, subject, unavailable.detail()));
        } else if (reporting instanceof ReportingPolicy.None none) {
            return List.of(Finding.of(kindOf(none.why()), subject, withReasons(none)));
        }
        List<Finding> found = new ArrayList<>();
        ((ReportingPolicy.Published) reporting)
                .refused()
                .forEach(refused -> found.add(
                        Finding.of(FindingKind.TLSRPT_RUA_IGNORED, subject, "nothing is sent to " + refused)));
        return found;
    }

    private static FindingKind kindOf(ReportingPolicy.Why why) {
        return switch (why) {
            case NO_RECORD -> FindingKind.TLSRPT_MISSING;
            case NO_USABLE_RUA -> FindingKind.TLSRPT_RUA_UNUSABLE;
            case MULTIPLE_RECORDS, INVALID_RECORD, LIMIT -> FindingKind.TLSRPT_INVALID;
        };
    }

    private static String withReasons(ReportingPolicy.None none) {
        return none.refused().isEmpty()
                ? none.detail()
                : "nothing can be sent to "
                        + String.join(
                                ", ",
                                none.refused().stream().map(Object::toString).toList());
    }
}
