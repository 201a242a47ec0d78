// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.send;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tlsreport.TlsReport;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reports that wait, one file each, and where each of them stands, which is in memory too. What a file says counts after a start;
 * from then on memory counts, so that a disk that fails later has nothing sent twice. Thread-safe; one process at a time.
 */
final class DiskQueue implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ReportSender.class);

    private static final String ENDING = ".report";
    private static final String DAMAGED = "damaged";

    /** No attempt is ever set further off. What is was set by a clock that has been wrong. */
    private static final Duration FURTHEST = Duration.ofHours(28);

    private final Folder folder;
    private final Folder damaged;
    private final SentLog sent;
    private final FileChannel lockFile;
    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, QueuedReport> waiting = new HashMap<>();
    private final Set<String> ended = new HashSet<>(); // Whose end is not on disk yet.
    private boolean closed;

    private DiskQueue(Folder folder, FileChannel lockFile, int capacity) throws IOException {
        this.folder = folder;
        this.lockFile = lockFile;
        this.capacity = capacity;
        this.damaged = folder.below(DAMAGED);
        this.sent = SentLog.in(folder);
        load();
    }

    /** Opens it, and takes stock. */
    static DiskQueue in(Path directory, int capacity) throws IOException {
        Folder folder = Folder.in(directory);
        FileChannel lockFile =
                folder.lock().orElseThrow(() -> new IOException("the queue in " + folder.path("") + " is in use"));
        try {
            return new DiskQueue(folder, lockFile, capacity);
        } catch (IOException | RuntimeException e) {
            lockFile.close();
            throw e;
        }
    }

    private void load() throws IOException {
        for (String name : folder.names(ENDING)) {
            QueueFile.Content content = content(name);
            if (content instanceof QueueFile.Intact intact) {
                load(name, intact.state());
            } else if (content instanceof QueueFile.Broken broken) {
                moveAside(name, broken.why());
            } else {
                log.warn("Queued TLS report {} is of a later release; left alone", name);
            }
        }
    }

    private void load(String name, QueuedReport state) throws IOException {
        if (sent.contains(state.key())) {
            folder.delete(name); // It ended, and there was no more time to delete it.
        } else {
            waiting.put(state.key(), state);
        }
    }

    /** One report's file under another's name would be sent twice. */
    private QueueFile.Content content(String name) throws IOException {
        QueueFile.Content content = QueueFile.parse(folder.read(name, QueueFile.MAX_OCTETS + 1));
        return content instanceof QueueFile.Intact intact
                        && !name.equals(intact.state().key() + ENDING)
                ? new QueueFile.Broken("is the report of another file")
                : content;
    }

    private void moveAside(String name, String why) {
        log.warn("Queued TLS report {} {}; moved to {}", name, why, DAMAGED);
        try {
            folder.move(name, damaged.path(name));
        } catch (IOException e) {
            log.warn("Queued TLS report {} could not be moved", name, e);
        }
    }

    // ---- handing in ----

    /** Keeps a report, if it is a new one. */
    ReportSender.Handover add(TlsReport report, DomainName domain, Instant due) throws IOException {
        QueuedReport state = QueuedReport.of(report, domain, due);
        lock.lock();
        try {
            checkOpen();
            if (waiting.containsKey(state.key()) || ended.contains(state.key()) || sent.contains(state.key())) {
                return ReportSender.Handover.KNOWN;
            }
            if (waiting.size() >= capacity) {
                return ReportSender.Handover.FULL;
            }
            byte[] file = QueueFile.render(state, report);
            if (!(QueueFile.parse(file) instanceof QueueFile.Intact)) {
                return ReportSender.Handover.TOO_LARGE;
            }
            folder.write(state.key() + ENDING, file);
            waiting.put(state.key(), state);
            return ReportSender.Handover.QUEUED;
        } finally {
            lock.unlock();
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the sender is closed");
        }
    }

    // ---- sending ----

    /** Those whose time has come, the longest due first. */
    List<QueuedReport> due(Instant now) {
        lock.lock();
        try {
            return waiting.values().stream()
                    .filter(state -> !state.due().isAfter(now) || state.due().isAfter(now.plus(FURTHEST)))
                    .sorted(Comparator.comparing(QueuedReport::due))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** A report, or what is wrong with its file. */
    QueueFile.Content read(QueuedReport state) throws IOException {
        return content(state.key() + ENDING);
    }

    /** Writes down where a report stands. In memory it stands there even if the disk fails. */
    void update(QueuedReport state, TlsReport report) throws IOException {
        lock.lock();
        try {
            checkOpen();
            waiting.put(state.key(), state);
            folder.write(state.key() + ENDING, QueueFile.render(state, report));
        } finally {
            lock.unlock();
        }
    }

    /** The report is not sent any more, whatever the disk says; it is remembered for some days. */
    void end(QueuedReport state, Instant now) {
        lock.lock();
        try {
            waiting.remove(state.key());
            ended.add(state.key());
            settle(now);
        } finally {
            lock.unlock();
        }
    }

    /** The same for one whose file is damaged. */
    void putAside(QueuedReport state, String why, Instant now) {
        moveAside(state.key() + ENDING, why);
        end(state, now);
    }

    /** Does what the disk has refused to do so far, and forgets what is old. */
    void tidy(Instant now) {
        lock.lock();
        try {
            settle(now);
            sent.tidy(now);
        } catch (IOException e) {
            log.warn("The queue of TLS reports cannot be tidied up", e);
        } finally {
            lock.unlock();
        }
    }

    private void settle(Instant now) {
        if (closed) {
            return;
        }
        try {
            for (String key : Set.copyOf(ended)) {
                sent.add(key, now); // First: what is neither here nor there could be handed in again.
                ended.remove(key);
                folder.delete(key + ENDING);
            }
        } catch (IOException e) {
            log.warn("The end of a TLS report cannot be written down; tried again in a minute", e);
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            lockFile.close();
        } catch (IOException e) {
            log.warn("The lock of the queue of TLS reports cannot be given back", e);
        } finally {
            lock.unlock();
        }
    }
}
