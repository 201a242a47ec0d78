// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import static java.util.Objects.requireNonNull;

import io.github.mtasts4j.discovery.Backstage;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.FilePolicyStore;
import io.github.mtasts4j.discovery.PolicyStore;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.MovableClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A store in files with one fault at a time, for one domain at a time: done to the files where a disk can do it, and on the
 * way to them where only a network or a full disk can. Of other domains it keeps nothing.
 */
final class FaultyStore implements PolicyStore {

    private static final Duration SLOWNESS = Duration.ofSeconds(5);

    private final Path directory;
    private final FilePolicyStore disk;
    private final List<FilePolicyStore.Event> events = new ArrayList<>();
    private MovableClock clock = new MovableClock();
    private DomainName domain = DomainName.of("nobody.example");
    private Optional<CachedPolicy> saved = Optional.empty();
    private @Nullable StoreFault fault;
    private byte[] original = {};
    private int calls;

    FaultyStore(Path directory) {
        this.directory = directory;
        this.disk = FilePolicyStore.in(directory, () -> clock.instant(), events::add);
    }

    /** Begins anew. */
    void serve(DomainName newDomain, MovableClock newClock) {
        domain = newDomain;
        clock = newClock;
        calls = 0;
    }

    /** How often it was asked anything. */
    int calls() {
        return calls;
    }

    /** What the disk has told since the fault began. */
    List<FilePolicyStore.Kind> told() {
        return events.stream().map(FilePolicyStore.Event::kind).toList();
    }

    /** What is in the files, by the way. */
    Optional<CachedPolicy> row() {
        return disk.find(domain);
    }

    // ---- the fault ----

    void begin(StoreFault newFault) throws IOException {
        saved = row();
        fault = newFault;
        Path file = Backstage.file(directory, domain);
        original = saved.isPresent() ? Files.readAllBytes(file) : new byte[0];
        switch (newFault) {
            case DOWN_AT_START, DOWN_MID_RUN -> Files.move(shelf(), away());
            case READ_ONLY -> {
                Files.deleteIfExists(lock());
                Files.createDirectory(lock());
            }
            case CORRUPT -> Files.writeString(file, "mtasts4j-policy 1\nmode: none\n");
            case TRUNCATED -> Files.write(file, Arrays.copyOf(original, original.length / 2));
            case NEWER_FORMAT -> Files.writeString(file, newerText());
            case FUTURE_TIMESTAMP -> saved.map(StoreFault::inTheFuture).ifPresent(disk::save);
            default -> {}
        }
        events.clear();
    }

    /** Ends it, as far as it ends by itself. Says what of the files is not as it should be. */
    List<String> end() throws IOException {
        List<String> broken = new ArrayList<>();
        Path file = Backstage.file(directory, domain);
        switch (requireNonNull(fault)) {
            case DOWN_AT_START, DOWN_MID_RUN -> Files.move(away(), shelf());
            case READ_ONLY -> Files.delete(lock());
            case NEWER_FORMAT -> {
                if (!Files.readString(file).equals(newerText())) {
                    broken.add("I6 the file of a later release was changed");
                }
                Files.delete(file);
                if (original.length > 0) {
                    Files.write(file, original);
                }
            }
            default -> {}
        }
        fault = null;
        return broken;
    }

    /** Leaves no file behind, of which the next scan would read each. */
    void clear() throws IOException {
        Files.deleteIfExists(Backstage.file(directory, domain));
        events.clear();
    }

    private Path shelf() {
        return Backstage.shelf(directory, domain);
    }

    private Path away() {
        return directory.resolve("unmounted");
    }

    private Path lock() {
        return shelf().resolve("lock");
    }

    private String newerText() {
        return "mtasts4j-policy 2\nname: " + domain + "\n";
    }

    // ---- the store ----

    private void arrive() {
        calls++;
        if (fault == StoreFault.SLOW) {
            clock.advance(SLOWNESS);
        }
    }

    @Override
    public Optional<CachedPolicy> find(DomainName wanted) {
        arrive();
        if (fault == StoreFault.STALE_REPLICA) {
            return fault.readable(saved).filter(policy -> policy.domain().equals(wanted));
        }
        return wanted.equals(domain) || isUnmounted() ? disk.find(domain) : Optional.empty();
    }

    @Override
    public boolean save(CachedPolicy policy) {
        arrive();
        if (fault == StoreFault.FULL) {
            throw new UncheckedIOException(
                    new FileSystemException(directory.toString(), null, "No space left on device"));
        }
        boolean kept = !policy.domain().equals(domain) || disk.save(policy);
        if (fault == StoreFault.OUTCOME_UNKNOWN) {
            throw new UncheckedIOException(new IOException("timed out"));
        }
        return kept;
    }

    @Override
    public void remove(DomainName wanted) {
        throw new AssertionError("I6 nobody has asked to forget " + wanted);
    }

    @Override
    public void scan(Consumer<? super CachedPolicy> each) {
        arrive();
        if (fault == StoreFault.STALE_REPLICA) {
            fault.readable(saved).ifPresent(each);
        } else {
            disk.scan(each);
        }
    }

    private boolean isUnmounted() {
        return fault != null && fault.isDown();
    }
}
