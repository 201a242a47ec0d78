// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit;

import io.github.mtasts4j.discovery.PolicyRows;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What several senders of one test share instead of a database. */
public final class MemoryPolicyRows implements PolicyRows {

    private final String namespace;
    private final InstantSource clock;
    private final Map<String, Row> rows = new HashMap<>();
    private final Map<String, Lease> leases = new HashMap<>();
    private String epoch = "";
    private long last;

    private record Lease(String owner, Instant until) {}

    /**
     * Makes it without rows.
     *
     * @param namespace whose rows they are
     * @param clock the time, by which leases run out
     */
    public MemoryPolicyRows(String namespace, InstantSource clock) {
        this.namespace = namespace;
        this.clock = clock;
    }

    @Override
    public String namespace() {
        return namespace;
    }

    @Override
    public synchronized Optional<Row> get(String key) {
        return Optional.ofNullable(rows.get(key)).map(MemoryPolicyRows::bounded);
    }

    private static Row bounded(Row row) {
        return row.octets().length > MOST_OCTETS ? new Row(row.key(), row.generation(), new byte[0]) : row;
    }

    @Override
    public synchronized boolean put(String key, long expected, byte[] octets, Duration life) {
        Row there = rows.get(key);
        if (expected != (there == null ? 0 : there.generation())) {
            return false;
        }
        if (epoch.isEmpty()) {
            epoch = UUID.randomUUID().toString();
        }
        rows.put(key, new Row(key, ++last, octets.clone()));
        return true;
    }

    @Override
    public synchronized Page after(long generation, int most) {
        List<Row> found = rows.values().stream()
                .filter(row -> row.generation() > generation)
                .sorted(Comparator.comparingLong(Row::generation))
                .limit(most)
                .map(MemoryPolicyRows::bounded)
                .toList();
        return new Page(epoch, last, found);
    }

    @Override
    public synchronized boolean lease(String key, String owner, Duration term) {
        Instant now = clock.instant();
        Lease lease = leases.get(key);
        if (lease != null && !lease.owner.equals(owner) && now.isBefore(lease.until)) {
            return false;
        }
        leases.put(key, new Lease(owner, now.plus(term)));
        return true;
    }

    /** Empties it, as an operator can do by mistake. */
    public synchronized void flush() {
        rows.clear();
        leases.clear();
        epoch = "";
        last = 0;
    }
}
