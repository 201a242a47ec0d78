// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.collect;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tlsreport.AppliedPolicy;
import io.github.mtasts4j.tlsreport.FailureKey;
import io.github.mtasts4j.tlsreport.PolicyReport;
import io.github.mtasts4j.tlsreport.TlsReport;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one domain on one day. A success under a policy that is known takes no lock; the lock of the others is never held
 * while anybody waits for a disk.
 */
final class DomainTally {

    private static final Comparator<PolicyTally> ORDER = Comparator.comparing(PolicyTally::policy);

    private final Day day;
    private final DomainName domain;
    private final AtomicBoolean isInNews = new AtomicBoolean();

    // Guarded by this, but that anybody may read the array.
    private volatile PolicyTally[] kept = {};
    private @Nullable PolicyTally other;
    private boolean sealed;
    private long octets;

    DomainTally(Day day, DomainName domain) {
        this.day = day;
        this.domain = domain;
    }

    DomainName domain() {
        return domain;
    }

    /** Whether it is news that there is something new; to be asked after counting. */
    boolean becomesNews() {
        return !isInNews.get() && isInNews.compareAndSet(false, true);
    }

    void isNoNews() {
        isInNews.set(false);
    }

    // ---- counting ----

    /** Counts a success without a lock, if that is possible. */
    boolean succeed(Held held) {
        PolicyTally tally = known(held.terms());
        return tally != null && tally.succeed();
    }

    private @Nullable PolicyTally known(Object terms) {
        for (PolicyTally tally : kept) {
            if (tally.isOf(terms)) {
                return tally;
            }
        }
        return null;
    }

    /**
     * Counts whatever there is to count.
     *
     * @return false if the day is over and done with
     */
    synchronized boolean add(Held held, long successes, long failed, List<FailureKey> keys, long each) {
        if (sealed || day.isSealed()) {
            return false;
        }
        PolicyTally tally = tallyOf(held);
        tally.add(successes, failed);
        keys.forEach(key -> tally.add(key, each, this));
        return true;
    }

    private PolicyTally tallyOf(Held held) {
        PolicyTally known = known(held.terms());
        if (known != null) {
            return known;
        }
        AppliedPolicy applied = held.applied();
        if (Held.isOther(applied)) {
            return others(applied.domain());
        }
        for (PolicyTally tally : kept) {
            if (tally.policy().equals(applied)) {
                tally.learn(held.terms());
                return tally;
            }
        }
        return admit(applied, held.terms());
    }

    private PolicyTally admit(AppliedPolicy applied, Object terms) {
        boolean full = kept.length >= TlsReport.MAX_POLICIES;
        PolicyTally last = full ? kept[kept.length - 1] : null;
        if ((last != null && applied.compareTo(last.policy()) > 0) || !take(Budget.of(applied))) {
            return others(applied.domain());
        }
        PolicyTally tally = new PolicyTally(applied, terms);
        PolicyTally[] more = Arrays.copyOf(kept, last == null ? kept.length + 1 : kept.length);
        more[more.length - 1] = tally;
        Arrays.sort(more, ORDER);
        kept = more;
        if (last != null) { // After nobody finds it any more; who has found it sees that it is closed.
            others(last.policy().domain()).absorb(last, this);
            give(Budget.of(last.policy()));
        }
        return tally;
    }

    /** What stands for the policies beyond the bound bears the first of their domains. */
    private PolicyTally others(DomainName one) {
        PolicyTally there = other;
        if (there == null) {
            there = new PolicyTally(Held.other(one), this);
            other = there;
        } else if (one.compareTo(there.policy().domain()) < 0) {
            there.become(Held.other(one));
        }
        return there;
    }

    boolean take(long more) {
        if (octets + more > day.limits().octetsOfADomain() || !day.take(more)) {
            return false;
        }
        octets += more;
        return true;
    }

    void give(long back) {
        octets -= back;
        day.give(back);
    }

    // ---- looking ----

    synchronized void seal() {
        sealed = true;
        tallies().forEach(PolicyTally::close);
    }

    synchronized boolean isEmpty() {
        return kept.length == 0 && other == null;
    }

    synchronized List<PolicyReport> report() {
        return tallies().map(PolicyTally::report).toList();
    }

    private Stream<PolicyTally> tallies() {
        return Stream.concat(Arrays.stream(kept), Stream.ofNullable(other));
    }

    // ---- writing ----

    /** Writes into memory what the file does not know yet. */
    void writeNews(DayLines lines) {
        isNoNews(); // First: what is counted from here on is news again.
        synchronized (this) {
            tallies().forEach(tally -> tally.write(domain, lines));
        }
    }

    /** Writes all, for a new file. */
    void writeAll(DayLines lines) {
        isNoNews();
        synchronized (this) {
            tallies().forEach(tally -> {
                tally.forgetFile();
                tally.write(domain, lines);
            });
        }
    }
}
