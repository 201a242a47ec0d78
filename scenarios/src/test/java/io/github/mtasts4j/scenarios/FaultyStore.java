// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import static java.util.Objects.requireNonNull;

import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.FilePolicyStore;
import io.github.mtasts4j.discovery.PolicyStore;
import io.github.mtasts4j.discovery.TimeSource;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.MovableClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A store with one fault at a time, for one domain at a time: done to the real store where it can have it, and on the way to it
 * where only a network or a full disk can. Of other domains it keeps nothing.
 */
public abstract class FaultyStore implements PolicyStore {

    private static final Duration SLOWNESS = Duration.ofSeconds(5);

    private MovableClock clock = new MovableClock();
    private DomainName domain = DomainName.of("nobody.example");
    private Optional<CachedPolicy> saved = Optional.empty();
    private @Nullable StoreFault fault;
    private int calls;

    /** For subclasses. */
    protected FaultyStore() {}

    /** The store that has the fault. */
    protected abstract PolicyStore real();

    /** Does to the real store what it can have; to what it holds of the domain. */
    protected abstract void damage(StoreFault begun, Optional<CachedPolicy> there) throws IOException;

    /** Undoes it, as far as it ends by itself. Says what is not as it should be. */
    protected abstract List<String> repair(StoreFault ended) throws IOException;

    /** Leaves nothing behind, which the next scan would read. */
    protected abstract void clear() throws IOException;

    /** What the store itself has told since the fault began; empty if it does not tell in this way. */
    protected abstract Optional<List<FilePolicyStore.Kind>> told();

    /** The domain. */
    protected final DomainName domain() {
        return domain;
    }

    /** The time of the cell that is played. */
    protected final TimeSource time() {
        return clock.time();
    }

    /** Begins anew. */
    protected void serve(DomainName newDomain, MovableClock newClock) {
        domain = newDomain;
        clock = newClock;
        calls = 0;
    }

    /** How often it was asked anything. */
    final int calls() {
        return calls;
    }

    /** What is in the store, by the way. */
    final Optional<CachedPolicy> row() {
        return real().find(domain);
    }

    final void begin(StoreFault newFault) throws IOException {
        saved = row();
        fault = newFault;
        damage(newFault, saved);
    }

    /** Ends it, as far as it ends by itself. Says what is not as it should be. */
    final List<String> end() throws IOException {
        List<String> broken = repair(requireNonNull(fault));
        fault = null;
        return broken;
    }

    // ---- the store ----

    private void arrive() {
        calls++;
        if (fault == StoreFault.SLOW) {
            clock.advance(SLOWNESS);
        }
    }

    @Override
    public final Optional<CachedPolicy> find(DomainName wanted) {
        arrive();
        if (fault == StoreFault.STALE_REPLICA) {
            return fault.readable(saved).filter(policy -> policy.domain().equals(wanted));
        }
        return wanted.equals(domain) || isUnmounted() ? real().find(domain) : Optional.empty();
    }

    @Override
    public final boolean save(CachedPolicy policy) {
        arrive();
        if (fault == StoreFault.FULL) {
            throw new UncheckedIOException(new FileSystemException(real().toString(), null, "No space left on device"));
        }
        boolean kept = !policy.domain().equals(domain) || real().save(policy);
        if (fault == StoreFault.OUTCOME_UNKNOWN) {
            throw new UncheckedIOException(new IOException("timed out"));
        }
        return kept;
    }

    @Override
    public final void remove(DomainName wanted) {
        throw new AssertionError("I6 nobody has asked to forget " + wanted);
    }

    @Override
    public final void scan(Consumer<? super CachedPolicy> each) {
        arrive();
        if (fault == StoreFault.STALE_REPLICA) {
            fault.readable(saved).ifPresent(each);
        } else {
            real().scan(each);
        }
    }

    private boolean isUnmounted() {
        return fault != null && fault.isDown();
    }
}
