// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.send;

import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tlsreport.ReportFormat;
import io.github.mtasts4j.tlsreport.ReportUri;
import io.github.mtasts4j.tlsreport.ReportingPolicyLookup;
import io.github.mtasts4j.tlsreport.TlsReport;
import io.github.mtasts4j.tlsreport.collect.DayOfReports;
import io.github.mtasts4j.tlsreport.collect.TlsReportCollector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends reports to whoever asks for them. A report that was handed in is on disk and is sent, once, after a restart too; at a random
 * moment of the four hours after the day it is about (RFC 8460 §4.1). The record is looked up then: whoever has withdrawn it gets nothing.
 * The report goes to every {@code rua}; when one has taken it, it is delivered (RFC 8460 §3). If none does, all that have not refused it
 * for good are tried again after five minutes, ten, twenty and so on, for a day (RFC 8460 §5.5).
 *
 * <p>Either {@link #start} looks for what is due once a minute, or the server's own scheduler calls {@link #sendDue}. Thread-safe; close it
 * at the end. One process at a time has a queue.
 */
public final class ReportSender implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ReportSender.class);

    private static final int IDLE_SECONDS = 10;
    private static final int PATIENCE_SECONDS = 5;

    private final DiskQueue queue;
    private final Timetable timetable;
    private final InstantSource clock;
    private final Round.Terms terms;
    private final ThreadPoolExecutor threads;
    private final ReentrantLock oneRoundAtATime = new ReentrantLock();
    private volatile boolean closed;
    private volatile @Nullable ScheduledExecutorService scheduler;

    /** What became of a report that was handed in. */
    public enum Handover {
        /** It is on disk and will be sent. */
        QUEUED,
        /** A report on this domain with this id is in the queue, or has left it within the last four days. Nothing changes. */
        KNOWN,
        /** The queue is full. The report is not kept. */
        FULL,
        /** The JSON of the report exceeds 10 MiB. It is not kept. */
        TOO_LARGE
    }

    private ReportSender(Builder builder, DiskQueue queue) {
        Limits limits = new Limits(builder.suppressed, builder.thirdPartyLimit);
        this.queue = queue;
        this.timetable = new Timetable(builder.random);
        this.clock = builder.clock;
        this.terms = new Round.Terms(
                queue,
                new ReportingPolicyLookup(builder.dns),
                new Delivery(builder.mail, builder.signer, builder.https, builder.format, limits),
                limits,
                timetable,
                builder.rewrite,
                builder.listener,
                builder.format);
        this.threads = new ThreadPoolExecutor(
                builder.concurrency,
                builder.concurrency,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                daemons("mtasts4j-report"));
        threads.allowCoreThreadTimeOut(true);
    }

    private static ThreadFactory daemons(String name) {
        return work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /**
     * Begins a sender with a queue. By itself it has no transport.
     *
     * @param queue a directory on a local disk, for this sender alone; made if need be, for its owner only where the system knows owners
     * @param dns how to look up who wants reports
     * @return a builder
     */
    public static Builder builder(Path queue, TxtLookup dns) {
        return new Builder(queue, dns);
    }

    /**
     * Takes a report. When this has returned {@link Handover#QUEUED}, the report outlives a crash of the process and of the machine.
     * Handing in the same report once more changes nothing. Waits for the disk.
     *
     * @param report the report; bounded as by {@link TlsReport#capped()}
     * @param domain the domain it is about, whose record will be asked for
     * @return whether it is kept
     * @throws UncheckedIOException if the disk fails; the report is not kept
     * @throws IllegalStateException if the sender is closed
     */
    public Handover hand(TlsReport report, DomainName domain) {
        TlsReport capped = report.capped();
        try {
            return queue.add(capped, domain, timetable.first(capped.range(), clock.instant()));
        } catch (IOException e) {
            throw new UncheckedIOException("the TLS report on " + domain + " cannot be queued", e);
        }
    }

    /**
     * Takes over the days that a collector has finished: each of their reports is queued, and then the collector forgets the day. After a
     * crash in between they are handed over once more, under the same ids, which changes nothing. A day that finds the queue full stays with
     * the collector until the next time. Waits for the disk, as often as there are domains.
     *
     * @param collector what has counted
     * @return how many days were taken over
     * @throws UncheckedIOException if the disk fails; the rest stays with the collector
     * @throws IllegalStateException if the sender or the collector is closed
     */
    public int takeOver(TlsReportCollector collector) {
        int days = 0;
        for (LocalDate date : collector.finishedDays()) {
            Optional<DayOfReports> day = collector.handOut(date);
            if (day.isPresent() && hand(day.get())) {
                collector.taken(date);
                days++;
            }
        }
        return days;
    }

    private boolean hand(DayOfReports day) {
        for (DomainName domain : day.domains()) {
            Optional<TlsReport> report = day.report(domain);
            Handover handover = report.map(made -> hand(made, domain)).orElse(Handover.KNOWN);
            if (handover == Handover.FULL) {
                log.warn("The queue of TLS reports is full; those of {} wait where they were counted", day.date());
                return false;
            }
            if (handover == Handover.TOO_LARGE) {
                log.warn("The TLS report on {} of {} is too large to be sent; dropped", domain, day.date());
            }
        }
        return true;
    }

    /**
     * How many reports wait.
     *
     * @return how many have been handed in and have not ended
     */
    public int waiting() {
        return queue.size();
    }

    /**
     * Begins to send what is due, once a minute, in a daemon thread {@code mtasts4j-reports}. To be called once.
     *
     * @throws IllegalStateException if it was called before, or the sender is closed
     */
    public void start() {
        start(() -> {});
    }

    /**
     * The same, and once a minute also {@linkplain #takeOver takes over} what a collector has finished.
     *
     * @param collector what has counted; to be closed after this sender
     * @throws IllegalStateException if one of both was called before, or the sender is closed
     */
    public void start(TlsReportCollector collector) {
        start(() -> takeOver(collector));
    }

    private synchronized void start(Runnable before) {
        if (scheduler != null || closed) {
            throw new IllegalStateException("the sender was started before, or is closed");
        }
        ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(daemons("mtasts4j-reports"));
        scheduler = ticker;
        var unused = ticker.scheduleWithFixedDelay(() -> guardedRound(before), 0, 1, TimeUnit.MINUTES);
    }

    private void guardedRound(Runnable before) {
        try {
            before.run();
        } catch (RuntimeException | Error e) { // What is queued is sent all the same.
            whenOpen(() -> log.error("Taking over TLS reports failed; tried again in a minute", e));
        }
        try {
            sendDue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Closed.
        } catch (RuntimeException | Error e) { // A scheduled task that throws is never run again.
            whenOpen(() -> log.error("Sending TLS reports ended in a defect; it goes on in a minute", e));
        }
    }

    /** What goes wrong in closing is nobody's concern. */
    private void whenOpen(Runnable complaint) {
        if (!closed) {
            complaint.run();
        }
    }

    /**
     * Tries every report that is due, several at a time, and waits until each has been tried. For servers with a scheduler of their own;
     * called while it is going on it waits for its turn.
     *
     * @return how many were due
     * @throws InterruptedException if the thread was interrupted while it waited; what was begun is given up and tried again later
     * @throws IllegalStateException if the sender is closed
     */
    public int sendDue() throws InterruptedException {
        oneRoundAtATime.lockInterruptibly();
        try {
            if (closed) {
                throw new IllegalStateException("the sender is closed");
            }
            Instant now = clock.instant();
            queue.tidy(now);
            List<Callable<Void>> rounds = new ArrayList<>();
            for (QueuedReport report : queue.due(now)) {
                rounds.add(() -> new Round(terms, report, clock).call()); // Made when its turn comes, for its time.
            }
            await(threads.invokeAll(rounds));
            return rounds.size();
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("the sender is closed", e);
        } finally {
            oneRoundAtATime.unlock();
        }
    }

    private void await(List<Future<Void>> rounds) throws InterruptedException {
        for (Future<Void> round : rounds) {
            try {
                round.get();
            } catch (CancellationException e) {
                return; // Closed.
            } catch (ExecutionException e) {
                whenOpen(() ->
                        log.error("Sending a TLS report ended in a defect; it is tried again later", e.getCause()));
            }
        }
    }

    /**
     * Gives up what is going on, which is tried again after the next start, and ends all threads. Waits for them, five seconds at most for
     * each kind.
     */
    @Override
    public void close() {
        closed = true;
        ScheduledExecutorService ticker;
        synchronized (this) {
            ticker = scheduler;
        }
        if (ticker != null) {
            ticker.shutdownNow();
        }
        threads.shutdownNow()
                .forEach(task -> ((Future<?>) task).cancel(false)); // Or who waits for them waits for ever.
        try {
            threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (ticker != null) {
                ticker.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        queue.close();
    }

    /** What a sender is made from. Mutable, for one thread; every value has a default. */
    public static final class Builder {

        private static final int MAX_CONCURRENCY = 256;

        private final Path directory;
        private final TxtLookup dns;
        private @Nullable MailTransport mail;
        private @Nullable ReportSigner signer;
        private @Nullable HttpsTransport https;
        private ReportFormat format = ReportFormat.GZIP;
        private List<DomainName> suppressed = List.of();
        private UnaryOperator<ReportUri> rewrite = UnaryOperator.identity();
        private int thirdPartyLimit = 1000;
        private int capacity = 100_000;
        private int concurrency = 8;
        private SendingListener listener = SendingListener.NONE;
        private InstantSource clock = InstantSource.system();
        private RandomGenerator random = new SecureRandom();

        private Builder(Path directory, TxtLookup dns) {
            this.directory = directory;
            this.dns = dns;
        }

        /**
         * How mail goes. Without this {@code mailto} destinations are {@link DeliveryOutcome#NOT_CONFIGURED}; there is no mail without a
         * signature.
         *
         * @param transport sends it
         * @param dkim signs it
         * @return this
         */
        public Builder mail(MailTransport transport, ReportSigner dkim) {
            this.mail = transport;
            this.signer = dkim;
            return this;
        }

        /**
         * How requests go. Without this {@code https} destinations are {@link DeliveryOutcome#NOT_CONFIGURED}.
         *
         * @param transport such as {@code ApacheReportPost.through(fetcher)::post}
         * @return this
         */
        public Builder https(HttpsTransport transport) {
            this.https = transport;
            return this;
        }

        /**
         * In which form reports are sent. By default {@link ReportFormat#GZIP} (RFC 8460 §5.2).
         *
         * @param value the form
         * @return this
         */
        public Builder format(ReportFormat value) {
            this.format = value;
            return this;
        }

        /**
         * Who gets no reports. By default nobody.
         *
         * @param names no report is sent on these domains and those below them, nor to a destination there
         * @return this
         */
        public Builder suppress(Collection<DomainName> names) {
            this.suppressed = List.copyOf(names);
            return this;
        }

        /**
         * Sends reports elsewhere than their domains say: through an agent, or all of them to oneself for a trial. Called on the threads
         * that send; if it throws, the report is tried again later.
         *
         * @param where from a destination in a record to the one to use; by default the same
         * @return this
         */
        public Builder rewrite(UnaryOperator<ReportUri> where) {
            this.rewrite = where;
            return this;
        }

        /**
         * How many reports a day, in UTC, go to a host that is not at or below the domain that they are about (RFC 8460 §7). That many a
         * stranger with many domains can have sent to anybody. By default 1000; a sender who reports to more customers than that of one
         * agent needs more. What was {@link #rewrite rewritten} does not count, and a restart begins to count anew.
         *
         * @param reports 1 or more
         * @return this
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder thirdPartyLimit(int reports) {
            this.thirdPartyLimit = positive(reports);
            return this;
        }

        /**
         * How many reports may wait. By default 100,000.
         *
         * @param reports 1 or more
         * @return this
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder capacity(int reports) {
            this.capacity = positive(reports);
            return this;
        }

        /**
         * How many reports are sent at once. By default 8.
         *
         * @param reports 1 to 256
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder concurrency(int reports) {
            if (positive(reports) > MAX_CONCURRENCY) {
                throw new IllegalArgumentException("more than " + MAX_CONCURRENCY + ": " + reports);
            }
            this.concurrency = reports;
            return this;
        }

        private static int positive(int number) {
            if (number < 1) {
                throw new IllegalArgumentException("less than one: " + number);
            }
            return number;
        }

        /**
         * Who is told what becomes of reports. By default nobody.
         *
         * @param guest told on the threads that send
         * @return this
         */
        public Builder listener(SendingListener guest) {
            this.listener = guest;
            return this;
        }

        /**
         * The time. By default the system's.
         *
         * @param source a clock
         * @return this
         */
        public Builder clock(InstantSource source) {
            this.clock = source;
            return this;
        }

        /**
         * Where the moments of sending come from. By default a {@link SecureRandom}.
         *
         * @param generator safe for many threads
         * @return this
         */
        public Builder random(RandomGenerator generator) {
            this.random = generator;
            return this;
        }

        /**
         * Makes the sender and reads its queue. Files that are not what was written are moved into the directory {@code damaged} below it.
         * Nothing is sent yet.
         *
         * @return a new sender, to be closed
         * @throws UncheckedIOException if the directory cannot be used, or another sender has it
         */
        public ReportSender build() {
            try {
                return new ReportSender(this, DiskQueue.in(directory, capacity));
            } catch (IOException e) {
                throw new UncheckedIOException("no queue of TLS reports in " + directory, e);
            }
        }
    }
}
