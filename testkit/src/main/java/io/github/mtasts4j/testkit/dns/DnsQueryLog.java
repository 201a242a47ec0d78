// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.dns;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The queries a {@link DnsServer} has had, in order. Guarded by itself. */
final class DnsQueryLog {

    private final List<DnsQuery> queries = new ArrayList<>();
    private final Map<String, Integer> counts = new HashMap<>(); // There may be a million of them.

    /** Notes a query, and says how many of its name there have been, with it. */
    synchronized int add(DnsQuery query) {
        queries.add(query);
        notifyAll();
        return counts.merge(query.name(), 1, Integer::sum);
    }

    synchronized List<DnsQuery> all() {
        return List.copyOf(queries);
    }

    synchronized int count(Predicate<DnsQuery> wanted) {
        return (int) queries.stream().filter(wanted).count();
    }

    synchronized void clear() {
        queries.clear();
        counts.clear();
    }

    /** Waits for a query; says whether it came in time. */
    synchronized boolean await(Predicate<DnsQuery> wanted, Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (queries.stream().noneMatch(wanted)) {
            long millis = (end - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                return false;
            }
            wait(millis);
        }
        return true;
    }
}
