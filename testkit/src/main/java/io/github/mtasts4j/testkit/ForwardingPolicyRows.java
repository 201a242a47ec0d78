// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit;

import io.github.mtasts4j.discovery.PolicyRows;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Rows that are somebody else's, for tests that change a call or two. Its bell never rings. */
public class ForwardingPolicyRows implements PolicyRows {

    private final Supplier<PolicyRows> rows;

    /**
     * Makes it.
     *
     * @param rows whose they are; asked for each call
     */
    public ForwardingPolicyRows(Supplier<PolicyRows> rows) {
        this.rows = rows;
    }

    @Override
    public final String namespace() {
        return rows.get().namespace();
    }

    @Override
    public Optional<Row> get(String key) {
        return rows.get().get(key);
    }

    @Override
    public boolean put(String key, long expected, byte[] octets, Duration life) {
        return rows.get().put(key, expected, octets, life);
    }

    @Override
    public Page after(long generation, int most) {
        return rows.get().after(generation, most);
    }

    @Override
    public boolean lease(String key, String owner, Duration term) {
        return rows.get().lease(key, owner, term);
    }
}
