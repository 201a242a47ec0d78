// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * The time that a report is about, to the second, both ends included.
 *
 * @param start its first second
 * @param end its last second
 */
public record DateRange(Instant start, Instant end) {

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    /**
     * Cuts both to the second.
     *
     * @param start its first second
     * @param end its last second
     * @throws IllegalArgumentException if the end is before the start, or if either is before 1970 or after 9999
     */
    public DateRange {
        start = start.truncatedTo(ChronoUnit.SECONDS);
        end = end.truncatedTo(ChronoUnit.SECONDS);
        if (start.isBefore(Instant.EPOCH) || end.isBefore(start) || end.isAfter(LATEST)) {
            throw new IllegalArgumentException("not a range of time: " + start + " to " + end);
        }
    }

    /**
     * A full day in UTC, as RFC 8460 §4.1 wants reports to be: 00:00:00 to 23:59:59 (decision D30).
     *
     * @param day the day
     * @return the range
     */
    public static DateRange ofDay(LocalDate day) {
        Instant midnight = day.atStartOfDay(ZoneOffset.UTC).toInstant();
        return new DateRange(midnight, midnight.plus(1, ChronoUnit.DAYS).minusSeconds(1));
    }

    /** The shortest range that has both in it. */
    DateRange span(DateRange other) {
        return new DateRange(
                start.isBefore(other.start) ? start : other.start, end.isAfter(other.end) ? end : other.end);
    }
}
