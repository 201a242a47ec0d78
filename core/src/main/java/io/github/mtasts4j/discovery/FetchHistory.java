// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When a domain's policy may be fetched again (§3.3). Two rules: after a failure not for the same id, for five minutes
 * that double up to an hour; and in no case within a minute of the last fetch, lest whoever forges TXT answers make us
 * fetch at his pace.
 *
 * @param lastFetch when the last fetch was begun
 * @param failed the ids whose last fetch failed, the latest first; enough of them that an id which comes back within five
 *     minutes is still known
 */
record FetchHistory(Instant lastFetch, List<FailedId> failed) {

    static final Duration BETWEEN_FETCHES = Duration.ofSeconds(60);
    static final Duration FIRST_BACK_OFF = Duration.ofMinutes(5);
    static final Duration LONGEST_BACK_OFF = Duration.ofMinutes(60);

    /** At a fetch a minute no more ids than this can fail before the first of them may be tried again. */
    private static final int MOST_FAILED = (int) FIRST_BACK_OFF.dividedBy(BETWEEN_FETCHES) + 1;

    /**
     * An id whose fetch failed.
     *
     * @param id the id
     * @param times how often it has failed in a row
     * @param retryAt when it may be tried again
     * @param failure what went wrong, which is the answer as long as it may not be tried again
     */
    record FailedId(String id, int times, Instant retryAt, StsFailure failure) {}

    static FetchHistory success(String id, Instant begun, @Nullable FetchHistory before) {
        return new FetchHistory(begun, others(id, before));
    }

    static FetchHistory failure(
            String id, StsFailure failure, Instant begun, Instant ended, @Nullable FetchHistory before) {
        int times = 1 + (before == null ? 0 : before.of(id).map(FailedId::times).orElse(0));
        Duration doubled = FIRST_BACK_OFF.multipliedBy(1L << Math.min(times - 1, 4));
        Duration backOff = doubled.compareTo(LONGEST_BACK_OFF) < 0 ? doubled : LONGEST_BACK_OFF;
        List<FailedId> failed = new ArrayList<>();
        failed.add(new FailedId(id, times, ended.plus(backOff), failure));
        failed.addAll(others(id, before));
        return new FetchHistory(begun, List.copyOf(failed.subList(0, Math.min(failed.size(), MOST_FAILED))));
    }

    private static List<FailedId> others(String id, @Nullable FetchHistory before) {
        return before == null
                ? List.of()
                : before.failed.stream().filter(one -> !one.id.equals(id)).toList();
    }

    private Optional<FailedId> of(String id) {
        return failed.stream().filter(one -> one.id.equals(id)).findFirst();
    }

    /** Whether this id may be fetched. A history from the future is from before the clock was set back, and void. */
    boolean allows(String id, Instant now) {
        return now.isBefore(lastFetch) || !now.isBefore(nextFetch(id));
    }

    /** The first moment at which this id may be fetched. */
    Instant nextFetch(String id) {
        Instant floor = lastFetch.plus(BETWEEN_FETCHES);
        return of(id).map(FailedId::retryAt).filter(floor::isBefore).orElse(floor);
    }

    /** Why this id is not fetched now: what went wrong with it, or else that it is too early. */
    StsFailure reasonToWait(String id, Instant now) {
        return of(id).map(FailedId::failure)
                .orElseGet(() -> new StsFailure(
                        FailureCode.BACKING_OFF,
                        "back-off",
                        "the policy with id " + id + " is not fetched before " + nextFetch(id),
                        now));
    }
}
