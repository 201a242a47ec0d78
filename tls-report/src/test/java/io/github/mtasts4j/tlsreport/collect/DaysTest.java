// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.collect;

import static io.github.mtasts4j.tlsreport.collect.Sessions.DAY;
import static io.github.mtasts4j.tlsreport.collect.Sessions.DOMAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mtasts4j.delivery.SessionFacts;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.tlsreport.TlsReport;
import io.github.mtasts4j.tlsreport.collect.TlsReportCollector.Event;
import io.github.mtasts4j.tlsreport.collect.TlsReportCollector.Kind;
import io.github.mtasts4j.tlsreport.collect.TlsReportCollector.Losses;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Midnight, clocks that were set, and days that nobody takes. */
final class DaysTest {

    private final MovableClock clock = new MovableClock(Sessions.NOON);
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final TlsReportCollector collector = TlsReportCollector.builder(Sessions.US)
            .clock(clock)
            .listener(events::add)
            .build();

    private void at(String time) {
        clock.set(Instant.parse(time));
        Sessions.record(collector, Instant.parse(time), Sessions.good(DOMAIN));
    }

    private long successes(LocalDate date) {
        return Sessions.total(collector.handOut(date).orElseThrow(), "successful");
    }

    @Test
    void theSessionsBeforeAndAfterMidnightAreInDifferentReports() {
        at("2026-01-01T23:59:59.999Z");
        at("2026-01-02T00:00:00Z");
        clock.set(Instant.parse("2026-01-03T00:01:00Z"));

        assertThat(collector.finishedDays()).containsExactly(DAY, DAY.plusDays(1));
        assertThat(successes(DAY)).isEqualTo(1);
        assertThat(successes(DAY.plusDays(1))).isEqualTo(1);
        assertThat(id(DAY)).isNotEqualTo(id(DAY.plusDays(1)));
    }

    @Test
    void aDayIsOverAMinuteAfterMidnight() {
        at("2026-01-01T12:00:00Z");
        clock.set(Instant.parse("2026-01-02T00:00:59Z"));

        assertThat(collector.finishedDays()).isEmpty();
        assertThat(collector.handOut(DAY)).isEmpty();
        clock.set(Instant.parse("2026-01-02T00:01:00Z"));
        assertThat(collector.finishedDays()).containsExactly(DAY);
    }

    @Test
    void whoIsLateCountsUntilTheDayIsHandedOut() {
        at("2026-01-01T12:00:00Z");
        clock.set(Instant.parse("2026-01-02T08:00:00Z"));
        Sessions.record(collector, Instant.parse("2026-01-01T23:59:59Z"), Sessions.good(DOMAIN));

        DayOfReports day = collector.handOut(DAY).orElseThrow();
        Sessions.record(collector, Instant.parse("2026-01-01T23:59:59Z"), Sessions.good(DOMAIN));
        Sessions.record(collector, Instant.parse("2026-01-01T23:59:59Z"), Sessions.bad(DOMAIN, none()));

        assertThat(Sessions.totals(day)).containsEntry("successful", 2L).containsEntry("failed", 0L);
        assertThat(collector.losses()).isEqualTo(new Losses(2, 0, 0));
    }

    private static SessionFacts none() {
        return SessionFacts.NONE;
    }

    @Test
    void aDayThatWasTakenIsNeverOpenedAgain() {
        at("2026-01-01T12:00:00Z");
        clock.set(Instant.parse("2026-01-02T08:00:00Z"));
        assertThat(collector.handOut(DAY)).isPresent();
        collector.taken(DAY);
        collector.taken(DAY);
        at("2026-01-01T18:00:00Z"); // The clock was set back.
        clock.set(Instant.parse("2026-01-03T08:00:00Z"));

        assertThat(collector.finishedDays()).isEmpty();
        assertThat(collector.handOut(DAY)).isEmpty();
        assertThat(collector.losses()).isEqualTo(new Losses(1, 0, 0));
    }

    @Test
    void untilItIsTakenADayCanBeHandedOutAgainAndIsTheSame() {
        at("2026-01-01T12:00:00Z");
        clock.set(Instant.parse("2026-01-02T08:00:00Z"));
        TlsReport first = collector.handOut(DAY).orElseThrow().report(DOMAIN).orElseThrow();
        clock.set(Instant.parse("2026-01-01T08:00:00Z"));

        assertThat(collector.finishedDays()).containsExactly(DAY);
        assertThat(collector.handOut(DAY).orElseThrow().report(DOMAIN)).contains(first);
    }

    @Test
    void nobodyTakesADayThatWasNotHandedOut() {
        at("2026-01-01T12:00:00Z");

        assertThatThrownBy(() -> collector.taken(DAY)).isInstanceOf(IllegalStateException.class);
        collector.taken(DAY.plusDays(7));
    }

    @Test
    void aClockThatGoesBackAndForthOverMidnightLosesNothing() {
        for (int i = 0; i < 10; i++) {
            at("2026-01-01T23:59:58Z");
            at("2026-01-02T00:00:02Z");
        }
        clock.set(Instant.parse("2026-01-03T00:01:00Z"));

        assertThat(successes(DAY)).isEqualTo(10);
        assertThat(successes(DAY.plusDays(1))).isEqualTo(10);
        assertThat(collector.losses()).isEqualTo(new Losses(0, 0, 0));
    }

    @Test
    void ofFourDaysTheOldestIsDroppedAndThatIsTold() {
        for (int day = 1; day <= 4; day++) {
            at("2026-01-0" + day + "T12:00:00Z");
        }
        clock.set(Instant.parse("2026-01-05T12:00:00Z"));

        assertThat(collector.finishedDays()).containsExactly(DAY.plusDays(1), DAY.plusDays(2), DAY.plusDays(3));
        assertThat(events).extracting(Event::kind).containsExactly(Kind.DAY_DROPPED);
        assertThat(collector.losses()).isEqualTo(new Losses(0, 0, 1));
    }

    @Test
    void aDayThatOnlyAWrongClockHasSeenMakesRoomForTheOthers() {
        at("2026-01-01T12:00:00Z");
        at("2037-01-01T12:00:00Z");
        at("2026-01-01T12:00:01Z");
        at("2026-01-02T12:00:00Z");
        at("2026-01-03T12:00:00Z");
        clock.set(Instant.parse("2026-01-04T12:00:00Z"));

        assertThat(collector.finishedDays()).containsExactly(DAY, DAY.plusDays(1), DAY.plusDays(2));
        assertThat(successes(DAY)).isEqualTo(2);
    }

    @Test
    void aTimeThatNoCalendarHasIsLostAndNothingElse() {
        for (Instant never : List.of(Instant.MIN, Instant.MAX, Instant.parse("1969-12-31T23:59:59Z"))) {
            Sessions.record(collector, never, Sessions.good(DOMAIN));
        }

        assertThat(collector.losses()).isEqualTo(new Losses(3, 0, 0));
    }

    private String id(LocalDate date) {
        return collector
                .handOut(date)
                .orElseThrow()
                .report(DOMAIN)
                .orElseThrow()
                .reportId();
    }
}
