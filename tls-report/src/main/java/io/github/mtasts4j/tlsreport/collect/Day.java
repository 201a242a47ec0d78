// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.collect;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tlsreport.DateRange;
import io.github.mtasts4j.tlsreport.FailureKey;
import io.github.mtasts4j.tlsreport.TlsReport;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** All that one node has counted on one UTC day. Safe for many threads, none of which waits for a disk. */
final class Day {

    /** What became of a count. */
    enum Counted {
        /** It is in the report. */
        YES,
        /** There are too many domains, or too much of everything. */
        NO_ROOM,
        /** The day has been handed out. */
        TOO_LATE
    }

    private static final int ID_OCTETS = 16;

    private final LocalDate date;
    private final long number;
    private final String seed;
    private final CollectorLimits limits;
    private final Budget budget = new Budget();
    private final AtomicInteger admitted = new AtomicInteger();
    private final Map<DomainName, DomainTally> domains = new ConcurrentHashMap<>();
    private final Queue<DomainTally> news = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean full = new AtomicBoolean();
    private volatile boolean sealed;

    /**
     * A day without sessions.
     *
     * @param seed what the ids of its reports are made of: 32 hexadecimal digits that no other day of any node has
     */
    Day(LocalDate date, String seed, CollectorLimits limits) {
        this.date = date;
        this.number = date.toEpochDay();
        this.seed = seed;
        this.limits = limits;
    }

    LocalDate date() {
        return date;
    }

    /** How many days it is after the first of 1970. */
    long number() {
        return number;
    }

    String seed() {
        return seed;
    }

    CollectorLimits limits() {
        return limits;
    }

    // ---- counting ----

    /** Counts one session that complied. */
    Counted succeed(Held held) {
        DomainTally tally = domains.get(held.domain());
        if (tally == null || !tally.succeed(held)) {
            return add(held, 1, 0, List.of(), 0);
        }
        note(tally);
        return Counted.YES;
    }

    Counted add(Held held, long successes, long failed, List<FailureKey> keys, long each) {
        if (sealed) {
            return Counted.TOO_LATE;
        }
        DomainTally tally = tallyOf(held);
        if (tally == null) {
            return Counted.NO_ROOM;
        }
        if (!tally.add(held, successes, failed, keys, each)) {
            return Counted.TOO_LATE;
        }
        note(tally);
        return Counted.YES;
    }

    private void note(DomainTally tally) {
        if (tally.becomesNews()) {
            news.add(tally);
        }
    }

    private @Nullable DomainTally tallyOf(Held held) {
        DomainTally there = domains.get(held.domain());
        return there != null ? there : admit(held);
    }

    /** Mail to junk domains, which have no policy, must not push out those that have one. */
    private @Nullable DomainTally admit(Held held) {
        int most = held.isPolicy() ? limits.maxDomains() : limits.maxDomains() - limits.maxDomains() / 4;
        long octets = Budget.of(held.domain());
        if (admitted.incrementAndGet() > most
                || !budget.take(octets, held.isPolicy() ? limits.maxOctets() : limits.maxOctets() / 4 * 3)) {
            admitted.decrementAndGet();
            return null;
        }
        DomainTally made = new DomainTally(this, held.domain());
        DomainTally there = domains.putIfAbsent(held.domain(), made);
        if (there == null) {
            return made;
        }
        admitted.decrementAndGet();
        budget.give(octets);
        return there;
    }

    boolean take(long octets) {
        return budget.take(octets, limits.maxOctets());
    }

    void give(long octets) {
        budget.give(octets);
    }

    /** Whether it is the first time that there is no room. */
    boolean becomesFull() {
        return full.compareAndSet(false, true);
    }

    // ---- handing out ----

    /** From now on nothing is counted any more. When this returns, the counts stand still. */
    void seal() {
        sealed = true;
        domains.values().forEach(DomainTally::seal);
    }

    boolean isSealed() {
        return sealed;
    }

    List<DomainName> domains() {
        return domains.values().stream()
                .filter(tally -> !tally.isEmpty())
                .map(DomainTally::domain)
                .sorted()
                .toList();
    }

    int size() {
        return domains.size();
    }

    /** The report on a domain, or null if there was no session with it. */
    @Nullable TlsReport report(DomainName domain, ReportingOrganization who) {
        DomainTally tally = domains.get(domain);
        return tally == null || tally.isEmpty()
                ? null
                : new TlsReport(who.name(), DateRange.ofDay(date), who.contact(), idOf(domain), tally.report())
                        .capped();
    }

    /** The same after a crash, because the seed is in the journal. */
    private String idOf(DomainName domain) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((seed + " " + domain).getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest, 0, ID_OCTETS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    // ---- writing ----

    /** The domains with something new, each once, which are forgotten as they are given out. */
    @Nullable DomainTally nextNews() {
        return news.poll();
    }

    int numberOfNews() {
        return news.size();
    }

    /** The file has it all, or is about to. */
    void forgetNews() {
        for (DomainTally tally = nextNews(); tally != null; tally = nextNews()) {
            tally.isNoNews();
        }
    }

    Iterable<DomainTally> all() {
        return domains.values();
    }
}
