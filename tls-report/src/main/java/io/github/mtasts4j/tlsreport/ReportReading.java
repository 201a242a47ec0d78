// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** What came of reading a stranger's report. Never an exception. */
public sealed interface ReportReading {

    /**
     * It was understood.
     *
     * @param report what it says
     * @param deviations where it departs from RFC 8460 in ways that are tolerated
     */
    record Understood(TlsReport report, Set<Deviation> deviations) implements ReportReading {

        /**
         * Copies the set.
         *
         * @param report what it says
         * @param deviations where it departs from RFC 8460
         */
        public Understood {
            EnumSet<Deviation> copy = EnumSet.noneOf(Deviation.class);
            copy.addAll(deviations);
            deviations = Collections.unmodifiableSet(copy);
        }
    }

    /**
     * Nothing of it is used.
     *
     * @param fault what is wrong, out of a fixed vocabulary
     * @param detail one printable line for a person; a stranger's text in it is escaped and shortened
     */
    record Unreadable(Fault fault, String detail) implements ReportReading {}

    /** Why a report cannot be used. */
    enum Fault {
        /** More octets, values, policies or failures, or deeper nesting, than any honest report has. */
        LIMIT,
        /** It begins like gzip and is not. */
        GZIP,
        /** It is not UTF-8. */
        ENCODING,
        /** It is not JSON, or something follows the JSON. */
        JSON,
        /** A name occurs twice in one object (RFC 7493 §2.3). */
        DUPLICATE_NAME,
        /** What every report has is missing or malformed: organization, range, contact, id, policies. */
        FIELD
    }

    /** A tolerated departure from RFC 8460. */
    enum Deviation {
        /** A byte order mark in front. */
        BYTE_ORDER_MARK,
        /** A time without a zone; taken as UTC. */
        DATE_WITHOUT_ZONE,
        /** A list of lines is one string, as in the example of RFC 8460. */
        STRING_FOR_ARRAY,
        /** {@code policies} is one object. */
        OBJECT_FOR_ARRAY,
        /** A value is null, or an optional one is empty; taken as absent. */
        NULL_VALUE,
        /** A count is a string of digits. */
        STRING_FOR_NUMBER,
        /** An entry of a policy type that is not known; left out. */
        UNKNOWN_POLICY_TYPE,
        /** A result type that is not registered; kept as text. */
        UNKNOWN_RESULT_TYPE,
        /** A policy entry without a usable type, domain or count; left out. */
        UNUSABLE_POLICY,
        /** A failure without a usable type or count; left out. */
        UNUSABLE_FAILURE,
        /** An address that is none; taken as absent. */
        UNUSABLE_ADDRESS,
        /** An optional text that is no string; taken as absent. */
        UNUSABLE_TEXT
    }
}
