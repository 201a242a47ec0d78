// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The wall clock, unless it was set. For an hour after a step it tells the earlier of two times, what the clock says now
 * and what it would say without the step: then a policy lives that is live by either, and whoever can move the clock of a
 * mail server does not lift all policies at a stroke. After the hour the clock is taken at its word.
 */
final class ClockGuard implements InstantSource {

    static final Duration SUSPICION = Duration.ofMinutes(60);

    /** By how much the wall clock may run ahead or behind without having been set, in any case and for each unit of time. */
    private static final Duration TOLERANCE = Duration.ofSeconds(60);

    /** A fiftieth is a very bad clock. */
    static final int DRIFT = 50;

    private final TimeSource time;
    private final long grain;
    private final Consumer<HealthEvent> news;
    private volatile Reckoning reckoning;
    private volatile Reading latest;

    /** One look at both clocks. */
    record Reading(Instant wall, long ticks) {}

    /** From where the time is reckoned. */
    private record Reckoning(Instant wall, long nanos, boolean suspect, long suspectSince) {

        static Reckoning trusting(Instant wall, long nanos) {
            return new Reckoning(wall, nanos, false, 0);
        }

        Reckoning suspecting(long since) {
            return new Reckoning(wall, nanos, true, since);
        }

        /** By how many milliseconds the wall clock is ahead of where it should be. */
        long step(Instant told, long ticks) {
            return told.toEpochMilli() - wall.toEpochMilli() - TimeUnit.NANOSECONDS.toMillis(ticks - nanos);
        }

        boolean agrees(Instant told, long ticks) {
            long allowed = TOLERANCE.toMillis() + TimeUnit.NANOSECONDS.toMillis(ticks - nanos) / DRIFT;
            return Math.abs(step(told, ticks)) <= allowed;
        }

        boolean isOld(long ticks) {
            return ticks - nanos > TOLERANCE.toNanos();
        }

        boolean isOver(long ticks) {
            return ticks - suspectSince > SUSPICION.toNanos();
        }

        Instant earlier(Instant told, long ticks) {
            Instant steady = steady(ticks);
            return told.isBefore(steady) ? told : steady;
        }

        Instant later(Instant told, long ticks) {
            Instant steady = steady(ticks);
            return told.isAfter(steady) ? told : steady;
        }

        private Instant steady(long ticks) {
            return wall.plusNanos(ticks - nanos);
        }
    }

    ClockGuard(TimeSource time, Consumer<HealthEvent> news) {
        this.time = time;
        this.grain = time.grain();
        this.news = news;
        this.latest = new Reading(time.wall().instant(), time.nanoTime().getAsLong());
        this.reckoning = Reckoning.trusting(latest.wall, latest.ticks);
    }

    @Override
    public Instant instant() {
        return now().wall;
    }

    /** The time for a caller with many others, who look at the wall clock together: it costs more than the rest of his answer. */
    Reading now() {
        long ticks = time.nanoTime().getAsLong();
        Reading last = latest;
        long age = ticks - last.ticks;
        if (age >= 0 && age < grain) {
            return last;
        }
        Reading now = new Reading(look(ticks), ticks);
        latest = now;
        return now;
    }

    private Instant look(long ticks) {
        Instant told = time.wall().instant();
        Reckoning from = reckoning;
        if (from.agrees(told, ticks)) {
            if (from.suspect) {
                trust(from, told, ticks, "the wall clock agrees with the passing of time again");
            } else if (from.isOld(ticks)) {
                boolean unused = replace(from, Reckoning.trusting(told, ticks));
            }
            return told;
        }
        if (!from.suspect) {
            suspect(from, told, ticks);
        } else if (from.isOver(ticks)) {
            trust(from, told, ticks, "the wall clock is taken at its word, an hour after it was set");
            return told;
        }
        return from.earlier(told, ticks);
    }

    /**
     * The later of the two times, by which lifetimes begin: what is fetched in doubt must not be over when the doubt is,
     * whichever time turns out to be right.
     */
    Instant later() {
        Instant now = instant();
        Reckoning from = reckoning;
        return from.suspect ? from.later(time.wall().instant(), time.nanoTime().getAsLong()) : now;
    }

    /** What the wall clock says, set or not: certificates are judged by it. */
    Instant wall() {
        return time.wall().instant();
    }

    /** A count of nanoseconds that nobody can set. */
    LongSupplier ticks() {
        return time.nanoTime();
    }

    private void suspect(Reckoning from, Instant told, long ticks) {
        if (replace(from, from.suspecting(ticks))) {
            long seconds = from.step(told, ticks) / 1000;
            tell(
                    HealthEvent.Kind.CLOCK_SUSPECT,
                    "the wall clock was moved by " + (seconds > 0 ? "+" : "") + seconds + " s to " + told
                            + "; for an hour policies live that are live with or without that",
                    told);
        }
    }

    private void trust(Reckoning from, Instant told, long ticks, String detail) {
        if (replace(from, Reckoning.trusting(told, ticks))) {
            tell(HealthEvent.Kind.CLOCK_TRUSTED, detail, told);
        }
    }

    /** Of many threads that notice the same one changes the reckoning, and tells of it. */
    private synchronized boolean replace(Reckoning from, Reckoning to) {
        boolean first = reckoning.equals(from);
        if (first) {
            reckoning = to;
        }
        return first;
    }

    private void tell(HealthEvent.Kind kind, String detail, Instant at) {
        news.accept(new HealthEvent(kind, Optional.empty(), detail, at));
    }
}
