// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.RemoteText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Overrides in a text file that an operator edits:
 *
 * <pre>
 * # the partner moves its mail this week
 * domain: partner.example
 * action: testing
 * until: 2026-03-01
 * reason: MX move announced by phone, call +49 30 123
 *
 * domain: bank.example
 * action: pinned
 * until: 2026-06-30T12:00:00Z
 * reason: contract of May, section 4
 * policy: version: STSv1
 * policy: mode: enforce
 * policy: mx: mx.bank.example
 * policy: max_age: 86400
 * </pre>
 *
 * <p>The file is looked at again when a message asks, at most every five seconds, and read if it has changed. What cannot
 * be read or understood is told and changes nothing: what was read before stays, each override until its own end. To lift
 * them all, empty the file; one that has vanished counts as one that cannot be read.
 */
public final class FilePolicyOverrides implements PolicyOverrides {

    private static final Logger log = LoggerFactory.getLogger(FilePolicyOverrides.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    private static final int LOGGED_PATH = 512;

    private final Path file;
    private final InstantSource clock;
    private final Listener listener;

    /** Held by whoever looks at the file; the others go on with what was read before. */
    private final ReentrantLock looking = new ReentrantLock();

    private volatile Map<DomainName, PolicyOverride> overrides = Map.of();
    private volatile Instant lookedAt;

    // Under the lock.
    private @Nullable Stamp stamp;
    private @Nullable Event lastRefusal;

    /** What happens to the file. Fixed, so that it can be counted. */
    public enum Kind {
        /** It was read, and what it says is in force. */
        READ,
        /** It has a key that this release does not know; the rest of the stanza counts. */
        UNKNOWN_KEY,
        /** It cannot be read or understood; what was read before stays. */
        REFUSED
    }

    /**
     * Something an operator should know.
     *
     * @param kind what happened
     * @param file the file
     * @param line the line, counted from 1; 0 for the file as a whole
     * @param detail one printable line for a person
     */
    public record Event(Kind kind, Path file, int line, String detail) {

        @Override
        public String toString() {
            String where = RemoteText.safe(file.toString(), LOGGED_PATH) + (line == 0 ? "" : ", line " + line);
            return where + ": " + detail;
        }
    }

    /**
     * Is told what happens to the file. Called by the thread that found out, which is one that asks for an override: it must
     * not wait. One that throws is logged and changes nothing.
     */
    @FunctionalInterface
    public interface Listener {

        /** Listens to nothing; the log has it all the same. */
        Listener NONE = event -> {};

        /**
         * The file was read, or cannot be.
         *
         * @param event what happened
         */
        void happened(Event event);
    }

    /** The file cannot be read or understood at the start, when there is nothing before it that could stay. */
    public static final class BrokenFileException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient Event event;

        BrokenFileException(Event event) {
            super(event.toString());
            this.event = event;
        }

        /**
         * What is wrong.
         *
         * @return the file, the line and the reason
         */
        public Event event() {
            return event;
        }
    }

    /** By which a change is noticed without reading. */
    private record Stamp(FileTime modified, long size, Optional<Object> key) {}

    private FilePolicyOverrides(Path file, InstantSource clock, Listener listener) {
        this.file = file;
        this.clock = clock;
        this.listener = listener;
        this.lookedAt = clock.instant();
    }

    /**
     * Reads a file, by the system's clock.
     *
     * @param file the file, which may be empty
     * @return the overrides in it; there is nothing to close
     * @throws BrokenFileException if it cannot be read or understood
     */
    public static FilePolicyOverrides of(Path file) {
        return of(file, InstantSource.system(), Listener.NONE);
    }

    /**
     * Reads a file.
     *
     * @param file the file, which may be empty
     * @param clock the time, by which the file is looked at again
     * @param listener is told when it was read and when it cannot be
     * @return the overrides in it; there is nothing to close
     * @throws BrokenFileException if it cannot be read or understood
     */
    public static FilePolicyOverrides of(Path file, InstantSource clock, Listener listener) {
        FilePolicyOverrides overrides = new FilePolicyOverrides(file, clock, listener);
        Event refusal = overrides.read();
        if (refusal != null) {
            throw new BrokenFileException(refusal);
        }
        return overrides;
    }

    @Override
    public Optional<PolicyOverride> find(DomainName domain) {
        if (isDue(clock.instant()) && looking.tryLock()) {
            try {
                lookedAt = clock.instant();
                readIfChanged();
            } finally {
                looking.unlock();
            }
        }
        return Optional.ofNullable(overrides.get(domain));
    }

    /** Also where the clock was set back, and the time to look is far away. */
    private boolean isDue(Instant now) {
        return Duration.between(lookedAt, now).abs().compareTo(LOOK_EVERY) >= 0;
    }

    /**
     * Reads the file now, changed or not. Waits for the disk.
     *
     * @return whether what it says is in force; if not, the log and the listener have the reason
     */
    public boolean reload() {
        looking.lock();
        try {
            lookedAt = clock.instant();
            lastRefusal = null; // Whoever asks by hand is told again.
            return read() == null;
        } finally {
            looking.unlock();
        }
    }

    private void readIfChanged() {
        try {
            if (stampNow().equals(stamp)) {
                return;
            }
        } catch (IOException e) {
            // Found again, and told, by the reading.
        }
        @Nullable Event unused = read();
    }

    /** Reads the file, and answers why not if it cannot be. */
    private @Nullable Event read() {
        stamp = null;
        try {
            Stamp before = stampNow(); // Before reading: what changes after this is seen the next time.
            OverridesText.Content content = OverridesText.parse(octets());
            stamp = before;
            if (content instanceof OverridesText.Refused refused) {
                return refuse(refused.finding().line(), refused.finding().detail());
            }
            accept((OverridesText.Read) content);
            return null;
        } catch (IOException e) {
            return refuse(0, "cannot be read: " + RemoteText.safe(e.toString(), LOGGED_PATH));
        }
    }

    private Stamp stampNow() throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        if (!attributes.isRegularFile()) { // A pipe would have mail wait for a writer.
            throw new IOException("not a regular file");
        }
        return new Stamp(attributes.lastModifiedTime(), attributes.size(), Optional.ofNullable(attributes.fileKey()));
    }

    private byte[] octets() throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(OverridesText.MAX_OCTETS + 1);
        }
    }

    private void accept(OverridesText.Read content) {
        overrides = content.overrides();
        lastRefusal = null;
        for (OverridesText.Finding odd : content.oddities()) {
            tell(new Event(Kind.UNKNOWN_KEY, file, odd.line(), odd.detail() + ", passed over"));
        }
        tell(new Event(Kind.READ, file, 0, content.overrides().size() + " overrides were read"));
    }

    /** Once for as long as it is the same: what cannot be read is tried again every few seconds. */
    private Event refuse(int line, String detail) {
        Event refusal = new Event(Kind.REFUSED, file, line, detail);
        if (!refusal.equals(lastRefusal)) {
            lastRefusal = refusal;
            tell(refusal);
        }
        return refusal;
    }

    private void tell(Event event) {
        switch (event.kind()) {
            case READ -> log.info("Policy overrides {}", event);
            case UNKNOWN_KEY -> log.warn("Policy overrides {}", event);
            case REFUSED -> log.warn("Policy overrides {}; nothing of it is used", event);
        }
        try {
            listener.happened(event);
        } catch (RuntimeException e) {
            log.error("{} threw; ignored", listener.getClass().getName(), e);
        }
    }
}
