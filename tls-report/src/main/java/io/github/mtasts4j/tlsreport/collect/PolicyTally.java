// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.collect;

import static java.util.Objects.requireNonNull;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tlsreport.AppliedPolicy;
import io.github.mtasts4j.tlsreport.FailureCount;
import io.github.mtasts4j.tlsreport.FailureKey;
import io.github.mtasts4j.tlsreport.PolicyReport;
import io.github.mtasts4j.tlsreport.SessionCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The sessions that were held to one policy. {@link #succeed} needs no lock, everything else that of the {@link DomainTally}.
 *
 * <p>Of the failures the smallest keys stay, as in {@code PolicyReport.capped()}, so that neither the order of sessions nor a restart
 * matters for what is kept apart.
 */
final class PolicyTally {

    /** Whoever adds to it sees a negative number, and goes the slow way. */
    private static final long CLOSED = Long.MIN_VALUE;

    /** How often something was counted, and how often as far as the journal knows. */
    static final class Count {
        long now;
        long written;

        /** Says what the journal does not know yet, which it is taken to know from now on. */
        private long news() {
            long news = now - written;
            written = now;
            return news;
        }

        private void move(Count from) {
            now = sum(now, from.now);
            written = sum(written, from.written);
        }
    }

    private AppliedPolicy policy;
    private volatile Object terms;
    private final AtomicLong successes = new AtomicLong();
    private final Count succeeded = new Count(); // Its number is that of the successes when they were last looked at.
    private final Count failed = new Count();
    private final Count otherFailures = new Count();
    private final TreeMap<FailureKey, Count> failures = new TreeMap<>();
    private boolean closed;
    private int number; // In the file; 0 for none yet.

    PolicyTally(AppliedPolicy policy, Object terms) {
        this.policy = policy;
        this.terms = terms;
    }

    AppliedPolicy policy() {
        return policy;
    }

    /** Stands for others from now on; the file has to be told. */
    void become(AppliedPolicy other) {
        policy = other;
        number = 0;
    }

    boolean isOf(Object sought) {
        Object known = terms;
        return sought == known || sought.equals(known);
    }

    /** That these terms are this policy need not be found out again. */
    void learn(Object latest) {
        terms = latest;
    }

    /** Counts a success, unless it is too late for that. */
    boolean succeed() {
        return successes.getAndIncrement() >= 0;
    }

    void add(long moreSuccesses, long moreFailed) {
        if (moreSuccesses > 0) {
            successes.accumulateAndGet(moreSuccesses, PolicyTally::sum);
        }
        failed.now = sum(failed.now, moreFailed);
    }

    /** Counts failures, under their key if it is among the smallest and there is heap for it. */
    void add(FailureKey key, long sessions, DomainTally room) {
        Count count = failures.get(key);
        if (count == null) {
            count = key.equals(FailureKey.OTHER) ? otherFailures : admit(key, room);
        }
        count.now = sum(count.now, sessions);
    }

    private Count admit(FailureKey key, DomainTally room) {
        boolean full = failures.size() >= PolicyReport.MAX_FAILURES;
        if ((full && key.compareTo(failures.lastKey()) > 0) || !room.take(Budget.of(key))) {
            return otherFailures;
        }
        if (full) {
            Map.Entry<FailureKey, Count> last = requireNonNull(failures.pollLastEntry());
            otherFailures.move(last.getValue());
            room.give(Budget.of(last.getKey()));
        }
        Count count = new Count();
        failures.put(key, count);
        return count;
    }

    /** Takes over all that another has counted, for good. */
    void absorb(PolicyTally evicted, DomainTally room) {
        evicted.close();
        add(evicted.succeeded.now, 0);
        succeeded.written = sum(succeeded.written, evicted.succeeded.written);
        failed.move(evicted.failed);
        otherFailures.move(evicted.otherFailures);
        evicted.failures.forEach((key, count) -> {
            room.give(Budget.of(key));
            Count mine = failures.get(key);
            (mine == null ? admit(key, room) : mine).move(count);
        });
    }

    /** From now on nothing is counted any more. */
    void close() {
        if (!closed) {
            closed = true;
            succeeded.now =
                    Math.min(SessionCounts.MAX, successes.getAndSet(CLOSED)); // In one step: none is in between.
        }
    }

    private void look() {
        if (!closed) {
            succeeded.now = Math.min(SessionCounts.MAX, successes.get());
        }
    }

    private static long sum(long a, long b) {
        return Math.min(SessionCounts.MAX, a + b);
    }

    PolicyReport report() {
        look();
        List<FailureCount> counts = new ArrayList<>(failures.size() + 1);
        failures.forEach((key, count) -> counts.add(new FailureCount(key, count.now)));
        if (otherFailures.now > 0) {
            counts.add(new FailureCount(FailureKey.OTHER, otherFailures.now));
        }
        return new PolicyReport(policy, new SessionCounts(succeeded.now, failed.now), counts);
    }

    /** As if nothing had been written. */
    void forgetFile() {
        number = 0;
        succeeded.written = 0;
        failed.written = 0;
        otherFailures.written = 0;
        failures.values().forEach(count -> count.written = 0);
    }

    /** Writes what the file does not know yet. */
    void write(DomainName domain, DayLines lines) {
        look();
        long good = succeeded.news();
        long bad = failed.news();
        if (good > 0 || bad > 0) {
            lines.sessions(numberIn(lines, domain), good, bad);
        }
        failures.forEach((key, count) -> write(key, count, domain, lines));
        write(FailureKey.OTHER, otherFailures, domain, lines);
    }

    private void write(FailureKey key, Count count, DomainName domain, DayLines lines) {
        long news = count.news();
        if (news > 0) {
            lines.failure(numberIn(lines, domain), key, news);
        }
    }

    private int numberIn(DayLines lines, DomainName domain) {
        if (number == 0) {
            number = lines.define(domain, policy);
        }
        return number;
    }
}
