// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

import static java.util.Objects.requireNonNull;

import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.FilePolicyStore;
import io.github.mtasts4j.discovery.PolicyRows;
import io.github.mtasts4j.discovery.PolicyStore;
import io.github.mtasts4j.discovery.SharedPolicyStore;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.scenarios.FaultyStore;
import io.github.mtasts4j.scenarios.StoreFault;
import io.github.mtasts4j.testkit.ForwardingPolicyRows;
import io.github.mtasts4j.testkit.MovableClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A shared store on a real server, and what the server, or who else can write to it, does to it. */
abstract class FaultyRows extends FaultyStore {

    private static final Duration LIFE = Duration.ofDays(30);
    private static final byte[] NOTHING = {};

    private @Nullable SharedPolicyStore store;
    private byte[] original = NOTHING;

    /** The rows, wherever they can be reached now. */
    abstract PolicyRows rows();

    /** Puts the server out of reach, or back. */
    abstract void reachable(boolean can);

    /** Lets the server take writes, or not. */
    abstract void writable(boolean can);

    /** Removes all rows, but not the count of writes. */
    abstract void deleteRows();

    @Override
    protected final void serve(DomainName newDomain, MovableClock newClock) {
        super.serve(newDomain, newClock);
        // Where they are now, and not where they were when the store was made.
        store = SharedPolicyStore.builder(new ForwardingPolicyRows(this::rows))
                .time(newClock.time())
                .build();
    }

    @Override
    protected final PolicyStore real() {
        return requireNonNull(store);
    }

    /** It tells of rows through its watch. */
    @Override
    protected final Optional<List<FilePolicyStore.Kind>> told() {
        return Optional.empty();
    }

    @Override
    protected final void damage(StoreFault begun, Optional<CachedPolicy> there) {
        original = octets();
        switch (begun) {
            case DOWN_AT_START, DOWN_MID_RUN -> reachable(false);
            case READ_ONLY -> writable(false);
            case CORRUPT -> overwrite("mtasts4j-row 1\nmode: none\n".getBytes(StandardCharsets.US_ASCII));
            case TRUNCATED -> overwrite(Arrays.copyOf(original, original.length / 2));
            case NEWER_FORMAT -> overwrite(newer());
            case FUTURE_TIMESTAMP -> there.map(StoreFault::inTheFuture).ifPresent(real()::save);
            default -> {}
        }
    }

    @Override
    protected final List<String> repair(StoreFault ended) {
        switch (ended) {
            case DOWN_AT_START, DOWN_MID_RUN -> reachable(true);
            case READ_ONLY -> writable(true);
            case NEWER_FORMAT -> {
                if (!Arrays.equals(octets(), newer())) {
                    return List.of("I6 the row of a later release was changed");
                }
                if (original.length > 0) {
                    overwrite(original);
                } else {
                    deleteRows();
                }
            }
            default -> {}
        }
        return List.of();
    }

    @Override
    protected final void clear() {
        reachable(true); // A cell that was broken off has not ended its fault.
        writable(true);
        deleteRows();
    }

    private byte[] newer() {
        return ("mtasts4j-row 2\nname: " + domain() + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private byte[] octets() {
        return rows().get(domain().toString()).map(PolicyRows.Row::octets).orElse(NOTHING);
    }

    private void overwrite(byte[] octets) {
        String key = domain().toString();
        long there = rows().get(key).map(PolicyRows.Row::generation).orElse(0L);
        if (!rows().put(key, there, octets, LIFE)) {
            throw new AssertionError("somebody else writes");
        }
    }
}
