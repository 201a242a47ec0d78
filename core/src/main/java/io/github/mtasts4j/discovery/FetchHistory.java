// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a domain's policy may be fetched again (§3.3). Two rules: after a failure not for the same id, for five minutes
 * that double up to an hour; and in no case within a minute of the last fetch, lest whoever forges TXT answers make us
 * fetch at his pace.
 *
 * @param lastFetch when the last fetch was begun
 * @param failedId the id whose fetch failed last
 * @param failures how often it has failed in a row
 * @param retryAt when that id may be tried again
 * @param failure what went wrong with it, which is the answer as long as it may not be tried again
 */
record FetchHistory(
        Instant lastFetch,
        @Nullable String failedId,
        int failures,
        Instant retryAt,
        @Nullable StsFailure failure) {

    static final Duration BETWEEN_FETCHES = Duration.ofSeconds(60);
    static final Duration FIRST_BACK_OFF = Duration.ofMinutes(5);
    static final Duration LONGEST_BACK_OFF = Duration.ofMinutes(60);

    static FetchHistory success(Instant at) {
        return new FetchHistory(at, null, 0, at, null);
    }

    static FetchHistory failed(String id, StsFailure failure, @Nullable FetchHistory before) {
        int failures = before != null && id.equals(before.failedId) ? before.failures + 1 : 1;
        Duration doubled = FIRST_BACK_OFF.multipliedBy(1L << Math.min(failures - 1, 4));
        Duration backOff = doubled.compareTo(LONGEST_BACK_OFF) < 0 ? doubled : LONGEST_BACK_OFF;
        return new FetchHistory(failure.at(), id, failures, failure.at().plus(backOff), failure);
    }

    /** The first moment at which this id may be fetched. */
    Instant nextFetch(String id) {
        Instant floor = lastFetch.plus(BETWEEN_FETCHES);
        return id.equals(failedId) && retryAt.isAfter(floor) ? retryAt : floor;
    }

    /** Why this id is not fetched now. */
    StsFailure reasonToWait(String id, Instant now) {
        return failure != null && id.equals(failedId)
                ? failure
                : new StsFailure(
                        FailureCode.BACKING_OFF,
                        "back-off",
                        "the policy with id " + id + " is not fetched before " + nextFetch(id),
                        now);
    }
}
