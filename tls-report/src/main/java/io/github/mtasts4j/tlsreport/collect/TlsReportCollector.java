// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.collect;

import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.MxAttempt;
import io.github.mtasts4j.delivery.SessionFacts;
import io.github.mtasts4j.delivery.TlsRequirement;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.report.DiscoveryResult;
import io.github.mtasts4j.report.FailureDetail;
import io.github.mtasts4j.report.ResultType;
import io.github.mtasts4j.report.SessionResult;
import io.github.mtasts4j.report.TlsReportRecorder;
import io.github.mtasts4j.tlsreport.FailureKey;
import io.github.mtasts4j.tlsreport.IpAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts sessions for TLS reports (RFC 8460 §4.2): by policy domain and UTC day, in each by the policy that they were held to, and the
 * failures by all that a report says of them. To be given to the builder of {@code MtaSts} as its recorder, and closed after it. Safe for
 * many threads.
 *
 * <p>A session counts once under each policy it was held to: as a success if it complied, delivered or not; as a failure
 * if it did not, delivered or not (decision D21). Not at all if the host could not be reached, if the destination is no
 * domain, or if it carried a TLS report ({@link TlsRequirement#TLS_REPORT}). A failure to fetch a policy counts once each time while
 * a policy is cached, otherwise with each session that it leaves unprotected, and names no host.
 *
 * <p>Counting waits for no disk and no lock that is held over one. Without a {@link Builder#journal} a restart loses what was counted. With
 * one it loses what was counted in the last second at most, or in as much more as the disk took for that; the same if the
 * process is killed, or the power fails. When the disk fails, counting goes on in memory, and the journal is written anew when it can be.
 *
 * <p>Heap is bounded by {@link CollectorLimits}, whatever strangers do. What exceeds the bounds of a domain is added up under {@code other};
 * what is about more domains than there is room for is not counted, but for {@link #losses}.
 *
 * <p>Who sends the reports asks for the {@link #finishedDays}, has each {@link #handOut handed out}, and says that it was {@link #taken} when its
 * reports are safe with him. If he crashes in between, he is handed the same once more, under the same ids.
 */
public final class TlsReportCollector implements TlsReportRecorder, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TlsReportCollector.class);

    /** A thread that has judged a session before midnight may be so late to tell. */
    private static final Duration GRACE = Duration.ofMinutes(1);

    private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();
    private static final int SECONDS_A_DAY = 86_400;
    private static final int LONGEST_PAUSE = 60; // seconds

    private static final Set<ResultType> NOT_OF_THE_MX =
            EnumSet.of(ResultType.STS_POLICY_FETCH_ERROR, ResultType.STS_POLICY_INVALID, ResultType.STS_WEBPKI_INVALID);

    private final ReportingOrganization who;
    private final InstantSource clock;
    private final CollectorLimits limits;
    private final Set<ReportedDetail> details;
    private final Seeds seeds = new Seeds();
    private final Listener listener;

    private volatile Day[] days = {}; // Replaced as a whole, under its own lock.
    private final Object opening = new Object();
    private final List<LocalDate> dropped =
            new ArrayList<>(); // Guarded by opening, until the journal has forgotten them.
    private final Set<LocalDate> taken; // Guarded by opening.

    private final LongAdder late = new LongAdder();
    private final LongAdder noRoom = new LongAdder();
    private final LongAdder daysLost = new LongAdder();

    private final ReentrantLock writing = new ReentrantLock();
    private final @Nullable Journal journal;
    private final Set<LocalDate> toTake = new TreeSet<>(); // Guarded by writing.
    private int failures; // In a row; guarded by writing.
    private boolean closed; // Guarded by writing.
    private int pause; // Ticks to let pass; of the one thread that ticks.
    private final @Nullable ScheduledExecutorService ownThread;
    private final @Nullable Future<?> ticking;

    /** What an operator should know. Fixed, so that it can be counted. */
    public enum Kind {
        /** The journal cannot be written; counting goes on in memory. */
        JOURNAL_FAILING,
        /** It can be written again, and has all that is counted. */
        JOURNAL_RECOVERED,
        /** Some lines of a journal were damaged; the others count. */
        JOURNAL_DAMAGED,
        /** A file that is no journal, or is too large for one, was moved aside. */
        JOURNAL_REFUSED,
        /** A later release has written a journal. It is left alone. */
        JOURNAL_NEWER,
        /** There are more domains on this day than there is room for. Once a day. */
        DOMAINS_LEFT_OUT,
        /** A day was dropped because there are too many. */
        DAY_DROPPED
    }

    /**
     * Something an operator should know.
     *
     * @param kind what happened
     * @param day to which day; empty where it is about all
     * @param detail one printable line for a person
     */
    public record Event(Kind kind, Optional<LocalDate> day, String detail) {}

    /**
     * Is told what an operator should know. Called by the thread that found out: it must not wait. One that throws is logged and
     * changes nothing.
     */
    @FunctionalInterface
    public interface Listener {

        /** Listens to nothing; the log has it all the same. */
        Listener NONE = event -> {};

        /**
         * Something has happened.
         *
         * @param event what
         */
        void happened(Event event);
    }

    /**
     * What was not counted, since the start.
     *
     * @param late sessions of days that had been handed out, or that no calendar has
     * @param noRoom sessions with domains beyond the limit
     * @param days days that were dropped because nobody had taken them
     */
    public record Losses(long late, long noRoom, long days) {}

    private TlsReportCollector(Builder builder) {
        this.who = builder.who;
        this.clock = builder.clock;
        this.limits = builder.limits;
        this.details = builder.details;
        this.listener = builder.listener;
        this.journal = builder.directory == null ? null : open(builder.directory);
        this.taken = new HashSet<>(journal == null ? Set.of() : journal.taken());
        this.ownThread = journal != null && builder.scheduler == null ? newThread() : null;
        ScheduledExecutorService scheduler = builder.scheduler == null ? ownThread : builder.scheduler;
        this.ticking = journal == null || scheduler == null
                ? null
                : scheduler.scheduleWithFixedDelay(this::tick, 1, 1, TimeUnit.SECONDS);
    }

    private Journal open(Path directory) {
        try {
            Journal opened = new Journal(directory, limits, this::tell);
            days = opened.load(today()).toArray(new Day[0]);
            return opened;
        } catch (IOException e) {
            throw new UncheckedIOException("no journal in " + directory, e);
        }
    }

    private static ScheduledExecutorService newThread() {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            Thread daemon = new Thread(task, "mtasts4j-tls-report");
            daemon.setDaemon(true);
            return daemon;
        });
    }

    /**
     * Begins to build.
     *
     * @param who reports
     * @return a builder with defaults for everything else
     */
    public static Builder builder(ReportingOrganization who) {
        return new Builder(who);
    }

    // ---- counting ----

    @Override
    public void sessionJudged(Instant at, DeliveryDecision decision, List<SessionResult> results) {
        MxAttempt attempt = decision.attempt();
        if (results.isEmpty() || !(attempt.resolution().domain() instanceof PolicyDomain.Named named)) {
            return;
        }
        Day day = dayOf(at);
        Day.Counted counted = day == null ? Day.Counted.TOO_LATE : Day.Counted.YES;
        for (int i = 0; i < results.size() && day != null && counted == Day.Counted.YES; i++) {
            SessionResult result = results.get(i);
            Held held = Held.of(result.policyType(), named.name(), attempt);
            counted = result.isSuccess() ? day.succeed(held) : day.add(held, 0, 1, keys(result.failures(), attempt), 1);
        }
        note(counted, day);
    }

    @Override
    public void discoveryFailed(DiscoveryResult result) {
        Optional<FailureDetail> detail = result.detail();
        if (detail.isPresent() && result.kept().isPresent()) {
            Day day = dayOf(result.failure().at());
            Held held = Held.of(result.domain(), result.kept().get().policy());
            note(
                    day == null
                            ? Day.Counted.TOO_LATE
                            : day.add(held, 0, 0, List.of(key(detail.get(), Optional.empty())), 1),
                    day);
        }
    }

    /** One for each way of failing: it is sessions that are counted, even if a session has failed in one way twice. */
    private List<FailureKey> keys(List<FailureDetail> failures, MxAttempt attempt) {
        if (failures.size() == 1) {
            return List.of(key(failures.get(0), Optional.of(attempt)));
        }
        return failures.stream()
                .map(failure -> key(failure, Optional.of(attempt)))
                .distinct()
                .toList();
    }

    private FailureKey key(FailureDetail failure, Optional<MxAttempt> attempt) {
        Optional<MxAttempt> at = NOT_OF_THE_MX.contains(failure.type()) ? Optional.empty() : attempt;
        SessionFacts session = at.map(MxAttempt::session).orElse(SessionFacts.NONE);
        return new FailureKey(
                failure.type().keyword(),
                told(ReportedDetail.SENDING_MTA_IP, session.sendingMta()).map(IpAddress::of),
                at.map(host -> host.mx().toString()),
                told(ReportedDetail.RECEIVING_MX_HELO, session.helo()),
                told(ReportedDetail.RECEIVING_IP, session.receiver()).map(IpAddress::of),
                session.additionalInformation(),
                told(ReportedDetail.FAILURE_REASON_CODE, Optional.of(failure.reason())));
    }

    private <T> Optional<T> told(ReportedDetail detail, Optional<T> fact) {
        return details.contains(detail) ? fact : Optional.empty();
    }

    private void note(Day.Counted counted, @Nullable Day day) {
        switch (counted) {
            case YES -> {}
            case TOO_LATE -> late.increment();
            case NO_ROOM -> {
                noRoom.increment();
                if (day != null && day.becomesFull()) {
                    tell(new Event(
                            Kind.DOMAINS_LEFT_OUT,
                            Optional.of(day.date()),
                            "no room beyond " + day.size() + " domains; sessions with others are not counted"));
                }
            }
        }
    }

    // ---- days ----

    private @Nullable Day dayOf(Instant at) {
        long number = Math.floorDiv(at.getEpochSecond(), SECONDS_A_DAY);
        for (Day day : days) {
            if (day.number() == number) {
                return day;
            }
        }
        return number < 0 || number > LAST_DAY ? null : openDay(LocalDate.ofEpochDay(number));
    }

    private @Nullable Day find(LocalDate date) {
        for (Day day : days) {
            if (day.date().equals(date)) {
                return day;
            }
        }
        return null;
    }

    /** No disk is asked: the file comes with the next tick. */
    private @Nullable Day openDay(LocalDate date) {
        Day opened;
        Day tooMany = null;
        synchronized (opening) {
            Day there = find(date);
            if (there != null || taken.contains(date)) {
                return there;
            }
            opened = new Day(date, seeds.next(), limits);
            List<Day> all = new ArrayList<>(List.of(days));
            if (all.size() >= limits.maxDays()) {
                tooMany = furthestFrom(date, all);
                all.remove(tooMany);
                dropped.add(tooMany.date());
            }
            all.add(opened);
            days = all.toArray(new Day[0]);
        }
        if (tooMany != null) {
            tellDropped(tooMany);
        }
        return opened;
    }

    /** As a rule the oldest. A day that only a wrong clock has seen goes before it blocks the others for years. */
    private static Day furthestFrom(LocalDate date, List<Day> all) {
        Day furthest = all.get(0);
        for (Day day : all) {
            long distance = Math.abs(day.number() - date.toEpochDay());
            furthest = distance > Math.abs(furthest.number() - date.toEpochDay()) ? day : furthest;
        }
        return furthest;
    }

    private void tellDropped(Day day) {
        daysLost.increment();
        tell(new Event(
                Kind.DAY_DROPPED,
                Optional.of(day.date()),
                "nobody has taken it, and there are too many; it had " + day.size() + " domains"));
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    // ---- handing out ----

    /**
     * The days that are over, by more than a minute, and that nobody has taken yet. To be asked now and then, such as once an hour.
     *
     * @return the days, the oldest first
     */
    public List<LocalDate> finishedDays() {
        LocalDate running = LocalDate.ofInstant(clock.instant().minus(GRACE), ZoneOffset.UTC);
        return Arrays.stream(days)
                .filter(day -> day.isSealed() || day.date().isBefore(running))
                .map(Day::date)
                .sorted()
                .toList();
    }

    /**
     * Hands out a finished day: from now on nothing is added to it, across restarts too. What comes too late counts as
     * {@linkplain #losses lost}. To be followed by {@link #taken}; until then it can be handed out again, and is the same. Waits for the
     * disk.
     *
     * @param date one of the {@link #finishedDays}
     * @return its reports; empty if it is not over, or was taken already
     */
    public Optional<DayOfReports> handOut(LocalDate date) {
        writing.lock();
        try {
            Day day = find(date);
            if (day == null || !finishedDays().contains(date)) {
                return Optional.empty();
            }
            if (!day.isSealed()) {
                day.seal();
                writeAll();
            }
            return Optional.of(DayOfReports.of(day, who));
        } finally {
            writing.unlock();
        }
    }

    /**
     * Says that a day's reports are safe with somebody else, and forgets them. Waits for the disk; what this cannot do is
     * done later.
     *
     * @param date a day that was handed out; one that was taken before makes no difference
     * @throws IllegalStateException if it was not handed out
     */
    public void taken(LocalDate date) {
        writing.lock();
        try {
            Day day = find(date);
            if (day == null) {
                return;
            }
            if (!day.isSealed()) {
                throw new IllegalStateException(date + " was not handed out");
            }
            synchronized (opening) {
                taken.add(date);
                days = Arrays.stream(days).filter(d -> d != day).toArray(Day[]::new);
            }
            toTake.add(date);
            writeAll();
        } finally {
            writing.unlock();
        }
    }

    /**
     * What was not counted, since the start.
     *
     * @return the numbers
     */
    public Losses losses() {
        return new Losses(late.sum(), noRoom.sum(), daysLost.sum());
    }

    // ---- the journal ----

    /** Writes what is new into the journal, as happens every second. Waits for the disk. */
    public void flush() {
        writing.lock();
        try {
            writeAll();
        } finally {
            writing.unlock();
        }
    }

    private void tick() {
        try {
            if (pause > 0) {
                pause--;
                return;
            }
            flush();
            writing.lock();
            try {
                pause = Math.min(LONGEST_PAUSE, (1 << Math.min(failures, 10)) - 1);
            } finally {
                writing.unlock();
            }
        } catch (RuntimeException | Error e) { // A scheduled task that throws is never run again.
            log.error("Writing the journal ended in a defect; it goes on in a second", e);
        }
    }

    private void writeAll() {
        if (journal == null || closed) {
            return;
        }
        try {
            forget(journal);
            writeDays(journal);
            if (failures > 0) {
                tell(new Event(Kind.JOURNAL_RECOVERED, Optional.empty(), "the journal is complete again"));
            }
            failures = 0;
        } catch (IOException e) {
            failures++;
            if (failures == 1) {
                tell(new Event(Kind.JOURNAL_FAILING, Optional.empty(), "counting goes on in memory: " + e));
            }
        }
    }

    /** One that cannot be written does not keep the others from it. */
    private void writeDays(Journal files) throws IOException {
        IOException trouble = null;
        for (Day day : days) {
            try {
                files.write(day);
            } catch (IOException e) {
                trouble = e;
            }
        }
        if (trouble != null) {
            throw trouble;
        }
    }

    private void forget(Journal files) throws IOException {
        for (LocalDate date : List.copyOf(toTake)) {
            files.take(date);
            toTake.remove(date);
        }
        List<LocalDate> over;
        synchronized (opening) {
            over = List.copyOf(dropped);
            dropped.clear();
        }
        for (LocalDate date : over) {
            if (find(date) == null) {
                files.delete(date);
            }
        }
    }

    private void tell(Event event) {
        String day = event.day().map(date -> " of " + date).orElse("");
        if (event.kind() == Kind.JOURNAL_RECOVERED) {
            log.info("TLS reports{}: {} ({})", day, event.kind(), event.detail());
        } else {
            log.warn("TLS reports{}: {} ({})", day, event.kind(), event.detail());
        }
        try {
            listener.happened(event);
        } catch (RuntimeException e) {
            log.error("{} threw; ignored", listener.getClass().getName(), e);
        }
    }

    /** Writes what is new, ends the thread and lets go of the directory. Waits for the disk. */
    @Override
    public void close() {
        if (ticking != null) {
            ticking.cancel(false);
        }
        if (ownThread != null) {
            ownThread.shutdown();
        }
        writing.lock();
        try {
            writeAll();
            if (journal != null && !closed) {
                journal.close();
            }
            closed = true;
        } catch (IOException e) {
            log.warn("The journal of TLS reports was not closed properly: {}", e.toString());
        } finally {
            writing.unlock();
        }
    }

    /** Builds a {@link TlsReportCollector}. Not safe for many threads. */
    public static final class Builder {

        private final ReportingOrganization who;
        private @Nullable Path directory;
        private @Nullable ScheduledExecutorService scheduler;
        private InstantSource clock = InstantSource.system();
        private CollectorLimits limits = CollectorLimits.defaults();
        private Set<ReportedDetail> details = EnumSet.allOf(ReportedDetail.class);
        private Listener listener = Listener.NONE;

        private Builder(ReportingOrganization who) {
            this.who = who;
        }

        /**
         * Keeps the counts beyond this process.
         *
         * @param value a directory on a local disk, for this collector alone; made if need be, for its owner only where the system
         *     knows owners
         * @return this
         */
        public Builder journal(Path value) {
            this.directory = value;
            return this;
        }

        /**
         * Writes the journal, every second. Unless set, a daemon thread {@code mtasts4j-tls-report} that {@link #close} ends.
         *
         * @param value the scheduler; not closed by this library
         * @return this
         */
        public Builder scheduler(ScheduledExecutorService value) {
            this.scheduler = value;
            return this;
        }

        /**
         * The time, which says when a day is over; the system's unless set. The same as that of {@code MtaSts}, by which the sessions
         * are dated.
         *
         * @param value a clock
         * @return this
         */
        public Builder clock(InstantSource value) {
            this.clock = value;
            return this;
        }

        /**
         * How much is collected.
         *
         * @param value the limits
         * @return this
         */
        public Builder limits(CollectorLimits value) {
            this.limits = value;
            return this;
        }

        /**
         * What reports tell of a failed session, if it is known; everything unless set.
         *
         * @param value what may be told; nothing else is collected
         * @return this
         */
        public Builder telling(Set<ReportedDetail> value) {
            this.details = Set.copyOf(value);
            return this;
        }

        /**
         * Is told what an operator should know.
         *
         * @param value the listener
         * @return this
         */
        public Builder listener(Listener value) {
            this.listener = value;
            return this;
        }

        /**
         * Builds it, and reads what an earlier run has left in the journal, whatever it looks like. Waits for the disk.
         *
         * @return ready to count
         * @throws IllegalStateException if another collector uses the directory
         * @throws UncheckedIOException if the directory cannot be made or is not usable
         */
        public TlsReportCollector build() {
            return new TlsReportCollector(this);
        }
    }
}
