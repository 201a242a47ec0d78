// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.RemoteText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps policies in files, one readable text file a domain, so that a restart does not give an attacker his first
 * contact back. Safe for many threads and for several processes of one user on one local directory.
 *
 * <p>When {@link #save} has returned true, the policy outlives a crash of the process and of the machine. A file is
 * data, never trusted: it has to be, octet by octet, what was written for this very domain, and the policy in it is
 * read by the same parser as one from the network. What is not goes into quarantine and counts as absent.
 *
 * <p>Methods wait for the disk, and for up to ten seconds for a process that writes to the same part of the directory.
 * They throw {@link UncheckedIOException} when the disk fails them, as they do in a thread that is interrupted.
 */
public final class FilePolicyStore implements PolicyStore {

    private static final Logger log = LoggerFactory.getLogger(FilePolicyStore.class);

    private static final int MAX_QUARANTINED = 1000;
    private static final int LOGGED_PATH = 512;

    private final InstantSource clock;
    private final Listener listener;
    private final Shelf quarantine;
    private final List<Shelf> shelves = new ArrayList<>(PolicyLocation.SHELVES);

    /** What happens to files that are not as they should be. Fixed, so that it can be counted. */
    public enum Kind {
        /** A broken file was moved into quarantine, for a person to look at; its domain counts as unknown. */
        QUARANTINED,
        /** A broken file was deleted, because the quarantine is full; its domain counts as unknown. */
        DISCARDED,
        /** A file was written by a later release. It is left alone and its domain counts as unknown. */
        NEWER_FORMAT,
        /** A policy says it was fetched in the future. The resolver counts its lifetime from now. */
        FROM_THE_FUTURE
    }

    /**
     * Something an operator should know.
     *
     * @param kind what happened
     * @param file the file it happened to, where it was then; a stranger may have chosen its name
     * @param detail one printable line for a person
     */
    public record Event(Kind kind, Path file, String detail) {}

    /**
     * Is told what happens to files that are not as they should be. Called by the thread that found out, with no lock
     * held: it must not wait. One that throws is logged and changes nothing.
     */
    @FunctionalInterface
    public interface Listener {

        /** Listens to nothing; the log has it all the same. */
        Listener NONE = event -> {};

        /**
         * A file was not as it should be.
         *
         * @param event what happened to it
         */
        void happened(Event event);
    }

    private FilePolicyStore(Path directory, InstantSource clock, Listener listener) throws IOException {
        this.clock = clock;
        this.listener = listener;
        Shelf root = Shelf.withParents(directory);
        this.quarantine = new Shelf(root.path("quarantine"));
        for (int i = 0; i < PolicyLocation.SHELVES; i++) {
            shelves.add(new Shelf(root.path(String.format("%02x", i))));
        }
        root.sync();
    }

    /**
     * Opens the store in a directory, by the system's clock.
     *
     * @param directory on a local disk; made if need be, for its owner only where the system knows owners
     * @return the store; there is nothing to close
     * @throws UncheckedIOException if the directory cannot be made or is not usable
     */
    public static FilePolicyStore in(Path directory) {
        return in(directory, InstantSource.system(), Listener.NONE);
    }

    /**
     * Opens the store in a directory.
     *
     * @param directory on a local disk; made if need be, for its owner only where the system knows owners
     * @param clock the time, by which a policy from the future is recognised
     * @param listener is told of files that are not as they should be
     * @return the store; there is nothing to close
     * @throws UncheckedIOException if the directory cannot be made or is not usable
     */
    public static FilePolicyStore in(Path directory, InstantSource clock, Listener listener) {
        try {
            return new FilePolicyStore(directory, clock, listener);
        } catch (IOException e) {
            throw new UncheckedIOException("no policy store in " + directory, e);
        }
    }

    // ---- the store ----

    /**
     * {@inheritDoc}
     *
     * @throws UncheckedIOException if the disk does not tell
     */
    @Override
    public Optional<CachedPolicy> find(DomainName domain) {
        PolicyLocation location = PolicyLocation.of(domain);
        try {
            return load(location);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the policy of " + domain, e);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @return whether it was kept, and will be there after a power failure; false if the one there was fetched at the
     *     same time or later, or was written by a later release of this library
     * @throws IllegalArgumentException if the id or the lines of the policy are not such as the parsers make
     * @throws UncheckedIOException if the disk fails; what was there before is there still, or the new policy is
     */
    @Override
    public boolean save(CachedPolicy policy) {
        byte[] octets = PolicyRecord.render(policy);
        if (!PolicyRecord.parse(octets).equals(new PolicyRecord.Intact(policy))) {
            throw new IllegalArgumentException("not a policy that could be read again: " + policy.domain());
        }
        PolicyLocation location = PolicyLocation.of(policy.domain());
        List<Event> news = new ArrayList<>(1);
        try {
            return shelf(location).alone(() -> replace(location, policy, octets, news));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot save the policy of " + policy.domain(), e);
        } finally {
            news.forEach(this::tell);
        }
    }

    private boolean replace(PolicyLocation location, CachedPolicy policy, byte[] octets, List<Event> news)
            throws IOException {
        Optional<PolicyRecord.Content> there = readOrQuarantine(location, news);
        boolean yields = there.isEmpty()
                || (there.get() instanceof PolicyRecord.Intact intact
                        && Succession.yields(intact.policy(), policy, clock.instant()));
        if (yields) {
            shelf(location).write(location.fileName(), octets);
        }
        return yields;
    }

    /**
     * {@inheritDoc} A file of a later release stays.
     *
     * @throws UncheckedIOException if the disk fails
     */
    @Override
    public void remove(DomainName domain) {
        PolicyLocation location = PolicyLocation.of(domain);
        List<Event> news = new ArrayList<>(1);
        try {
            shelf(location).alone(() -> {
                if (readOrQuarantine(location, news).orElse(null) instanceof PolicyRecord.Intact) {
                    shelf(location).delete(location.fileName());
                }
                return true;
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove the policy of " + domain, e);
        } finally {
            news.forEach(this::tell);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws UncheckedIOException after the end, if there was a file or a directory that could not be read
     */
    @Override
    public void scan(Consumer<? super CachedPolicy> each) {
        List<IOException> first = new ArrayList<>(1);
        for (int i = 0; i < shelves.size(); i++) {
            int shelf = i;
            try {
                shelves.get(shelf).visit(name -> show(new PolicyLocation(shelf, name), each, first));
            } catch (IOException e) {
                note(e, first);
            }
        }
        if (!first.isEmpty()) {
            throw new UncheckedIOException("not every policy could be read", first.get(0));
        }
    }

    private void show(PolicyLocation location, Consumer<? super CachedPolicy> each, List<IOException> first) {
        Optional<CachedPolicy> policy = Optional.empty();
        try {
            policy = PolicyLocation.isPolicy(location.fileName()) ? load(location) : policy;
        } catch (IOException e) {
            note(e, first);
        }
        policy.ifPresent(each);
    }

    private static void note(IOException trouble, List<IOException> first) {
        if (first.isEmpty()) {
            first.add(trouble);
        }
    }

    // ---- one file ----

    private Shelf shelf(PolicyLocation location) {
        return shelves.get(location.shelf());
    }

    private Optional<CachedPolicy> load(PolicyLocation location) throws IOException {
        List<Event> news = new ArrayList<>(1);
        try {
            Optional<PolicyRecord.Content> content = read(location);
            if (content.orElse(null) instanceof PolicyRecord.Broken) {
                content = shelf(location).alone(() -> readOrQuarantine(location, news));
            } else {
                noteNewer(content, location, news);
            }
            if (!(content.orElse(null) instanceof PolicyRecord.Intact intact)) {
                return Optional.empty();
            }
            noteFuture(intact.policy(), location, news);
            return Optional.of(intact.policy());
        } finally {
            news.forEach(this::tell);
        }
    }

    private Optional<PolicyRecord.Content> read(PolicyLocation location) throws IOException {
        return shelf(location)
                .read(location.fileName(), PolicyRecord.MAX_OCTETS + 1)
                .map(octets -> boundTo(location, PolicyRecord.parse(octets)));
    }

    /** One domain's file under another's name would apply the first one's policy to the second one's mail. */
    private static PolicyRecord.Content boundTo(PolicyLocation location, PolicyRecord.Content content) {
        return content instanceof PolicyRecord.Intact intact
                        && !PolicyLocation.of(intact.policy().domain()).equals(location)
                ? new PolicyRecord.Broken("is the policy of " + intact.policy().domain())
                : content;
    }

    /** Under the lock, where nobody replaces a broken file by a good one at the same moment. */
    private Optional<PolicyRecord.Content> readOrQuarantine(PolicyLocation location, List<Event> news)
            throws IOException {
        Optional<PolicyRecord.Content> content = read(location);
        noteNewer(content, location, news);
        if (content.orElse(null) instanceof PolicyRecord.Broken broken) {
            Path file = shelf(location).path(location.fileName());
            news.add(new Event(quarantine.alone(() -> putAway(file)), file, broken.why()));
            return Optional.empty();
        }
        return content;
    }

    private Kind putAway(Path file) throws IOException {
        if (quarantined() >= MAX_QUARANTINED) {
            Files.deleteIfExists(file);
            return Kind.DISCARDED;
        }
        String name = UUID.randomUUID() + "-" + file.getFileName();
        Files.move(file, quarantine.path(name), StandardCopyOption.ATOMIC_MOVE);
        return Kind.QUARANTINED;
    }

    private int quarantined() throws IOException {
        List<String> names = new ArrayList<>();
        quarantine.visit(names::add);
        return names.size();
    }

    private void noteNewer(Optional<PolicyRecord.Content> content, PolicyLocation location, List<Event> news) {
        if (content.orElse(null) instanceof PolicyRecord.Newer newer) {
            Path file = shelf(location).path(location.fileName());
            String detail = "is in format " + newer.version() + ", which this release does not know";
            news.add(new Event(Kind.NEWER_FORMAT, file, detail));
        }
    }

    /** Told only: whether it is the file that is wrong or our clock, and what follows, is for the resolver to judge. */
    private void noteFuture(CachedPolicy policy, PolicyLocation location, List<Event> news) {
        if (isFromTheFuture(policy)) {
            Path file = shelf(location).path(location.fileName());
            String detail = "was fetched " + policy.fetchedAt() + ", and it is " + clock.instant();
            news.add(new Event(Kind.FROM_THE_FUTURE, file, detail));
        }
    }

    private boolean isFromTheFuture(CachedPolicy policy) {
        return Succession.isFromTheFuture(policy.fetchedAt(), clock.instant());
    }

    private void tell(Event event) {
        log.warn(
                "Stored policy {}: {} ({})",
                RemoteText.safe(event.file().toString(), LOGGED_PATH),
                consequence(event.kind()),
                event.detail());
        try {
            listener.happened(event);
        } catch (RuntimeException e) {
            log.error("{} threw; ignored", listener.getClass().getName(), e);
        }
    }

    private static String consequence(Kind kind) {
        return switch (kind) {
            case QUARANTINED -> "broken, moved into quarantine; there is no stored policy now";
            case DISCARDED -> "broken, deleted as the quarantine is full; there is no stored policy now";
            case NEWER_FORMAT -> "of a later release, left alone and not used";
            case FROM_THE_FUTURE -> "fetched in the future; its lifetime is counted from now";
        };
    }
}
