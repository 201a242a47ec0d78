// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.collect;

import io.github.mtasts4j.tlsreport.collect.TlsReportCollector.Event;
import io.github.mtasts4j.tlsreport.collect.TlsReportCollector.Kind;
import io.github.mtasts4j.tlsreport.disk.OwnDirectory;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The days of one collector in one directory: a file each, to which what is new is appended, and which is written anew when it has
 * grown or when anything went wrong with it. For one thread at a time.
 *
 * <p>After a failure nothing is appended any more, as nobody knows what the disk has of it: the whole day is written beside the old
 * file and put in its place. So no count gets into a file twice.
 */
final class Journal implements Closeable {

    private static final Pattern COUNTS = Pattern.compile("counts-([0-9]{1,9})-([0-9]{4}-[0-9]{2}-[0-9]{2})");
    private static final Pattern TAKEN = Pattern.compile("taken-([0-9]{4}-[0-9]{2}-[0-9]{2})");

    private static final int CHUNK = 1 << 16;
    private static final long SMALL = 4 << 20;
    private static final int MOST_TAKEN = 64;
    private static final int LONGEST_VERSION = 10;

    private final OwnDirectory directory;
    private final CollectorLimits limits;
    private final Consumer<Event> listener;
    private final FileChannel lock;
    private final Map<LocalDate, DayFile> files = new HashMap<>();
    private final Set<LocalDate> leftAlone = new HashSet<>();
    private final TreeSet<LocalDate> taken = new TreeSet<>();

    /** The file of a day, as far as it is known to be what the tallies take it for. */
    private static final class DayFile {
        final DayLines lines;
        final @Nullable FileChannel out;
        final long begunWith;
        long size;
        boolean sealed;
        boolean sound = true;

        DayFile(DayLines lines, @Nullable FileChannel out, long size, boolean sealed) {
            this.lines = lines;
            this.out = out;
            this.begunWith = size;
            this.size = size;
            this.sealed = sealed;
        }

        boolean hasGrown() {
            return size > Math.max(SMALL, 3 * begunWith) || lines.hasManyNumbers();
        }

        void close() {
            try {
                if (out != null) {
                    out.close();
                }
            } catch (IOException e) {
                sound = false; // It is not used any more, and what mattered was forced.
            }
        }
    }

    /**
     * Takes possession of a directory.
     *
     * @throws IllegalStateException if another collector has it
     */
    Journal(Path directory, CollectorLimits limits, Consumer<Event> listener) throws IOException {
        this.directory = OwnDirectory.in(directory);
        this.limits = limits;
        this.listener = listener;
        this.lock = this.directory
                .lock()
                .orElseThrow(() -> new IllegalStateException("another collector uses " + directory));
    }

    private Path counts(LocalDate date) {
        return directory.path("counts-" + DayLines.VERSION + "-" + date);
    }

    // ---- at the start ----

    /** What an earlier run has left: at most as many days as are kept, those nearest to today. */
    List<Day> load(LocalDate today) throws IOException {
        List<LocalDate> found = look();
        found.sort(Comparator.comparingLong(date -> Math.abs(date.toEpochDay() - today.toEpochDay())));
        List<Day> days = new ArrayList<>();
        for (LocalDate date : found) {
            if (isOfLaterRelease(date)) {
                leaveAlone(date);
            } else if (taken.contains(date)) {
                delete(date); // The last run ended between the one and the other.
            } else if (days.size() < limits.maxDays()) {
                read(date).ifPresent(days::add);
            } else {
                delete(date);
                listener.accept(new Event(Kind.DAY_DROPPED, Optional.of(date), "there are enough others"));
            }
        }
        return days;
    }

    private List<LocalDate> look() throws IOException {
        List<LocalDate> found = new ArrayList<>();
        try (DirectoryStream<Path> names = Files.newDirectoryStream(directory.path())) {
            for (Path path : names) {
                look(String.valueOf(path.getFileName()), found);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return found;
    }

    private void look(String name, List<LocalDate> found) {
        Matcher counts = COUNTS.matcher(name);
        Matcher over = TAKEN.matcher(name);
        if (over.matches()) {
            date(over.group(1)).ifPresent(taken::add);
        } else if (counts.matches() && counts.group(1).equals(Integer.toString(DayLines.VERSION))) {
            date(counts.group(2)).ifPresent(found::add);
        } else if (counts.matches()) {
            listener.accept(
                    new Event(Kind.JOURNAL_NEWER, date(counts.group(2)), "format " + counts.group(1) + ", left alone"));
        }
    }

    private static Optional<LocalDate> date(String text) {
        try {
            return Optional.of(LocalDate.parse(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private void leaveAlone(LocalDate date) {
        leftAlone.add(date);
        listener.accept(new Event(
                Kind.JOURNAL_NEWER,
                Optional.of(date),
                "its file is a later release's and left alone; the day is counted in memory only"));
    }

    /** By its first line, before anything is done to it. */
    private boolean isOfLaterRelease(LocalDate date) {
        if (!Files.isRegularFile(counts(date), LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(counts(date))) {
            return DayReader.isOfLaterRelease(in.readNBytes(DayLines.NAME.length() + LONGEST_VERSION));
        } catch (IOException e) {
            return false; // It cannot be read, and that is said then.
        }
    }

    private Optional<Day> read(LocalDate date) {
        Path file = counts(date);
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) { // To open a pipe would wait for its writer.
                return refuse(date, "is not a regular file");
            }
            long size = Files.size(file);
            if (size > limits.maxFileOctets()) {
                return refuse(date, "has " + size + " octets");
            }
            try (InputStream in = Files.newInputStream(file)) {
                return judge(date, DayReader.read(in, limits), size);
            }
        } catch (IOException e) {
            return refuse(date, "cannot be read: " + e);
        }
    }

    private Optional<Day> judge(LocalDate date, DayReader.Content content, long size) {
        if (content instanceof DayReader.Content.Newer) {
            leaveAlone(date);
            return Optional.empty();
        }
        if (content instanceof DayReader.Content.Garbage garbage) {
            return refuse(date, garbage.why());
        }
        DayReader.Content.Counts counts = (DayReader.Content.Counts) content;
        Day day = counts.days().get(0);
        if (counts.days().size() > 1 || !day.date().equals(date)) {
            return refuse(date, "is about another day");
        }
        if (counts.damaged() > 0) {
            listener.accept(new Event(
                    Kind.JOURNAL_DAMAGED, Optional.of(date), counts.damaged() + " lines were damaged and are lost"));
        }
        if (counts.damaged() == 0 && !counts.torn()) {
            day.forgetNews();
            files.put(date, new DayFile(new DayLines(), null, size, day.isSealed()));
        }
        return Optional.of(day);
    }

    private Optional<Day> refuse(LocalDate date, String why) {
        String fate = "moved aside; delete it if you know why";
        try {
            Files.move(counts(date), directory.path("refused-" + date), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            leftAlone.add(date);
            fate = "and cannot be moved aside (" + e + "); the day is counted in memory only";
        }
        listener.accept(new Event(Kind.JOURNAL_REFUSED, Optional.of(date), why + ": " + fate));
        return Optional.empty();
    }

    /** The days that somebody has taken. */
    Set<LocalDate> taken() {
        return Set.copyOf(taken);
    }

    // ---- writing ----

    /** Brings the file of a day up to date. When this returns, it is on the disk. */
    void write(Day day) throws IOException {
        LocalDate date = day.date();
        if (leftAlone.contains(date)) {
            day.forgetNews();
            return;
        }
        DayFile file = files.get(date);
        boolean seals = day.isSealed() && (file == null || !file.sealed);
        if (file != null && file.sound && !seals && day.numberOfNews() == 0) {
            return;
        }
        boolean isThere = Files.exists(counts(date), LinkOption.NOFOLLOW_LINKS); // Somebody may have cleaned up.
        if (file == null || !file.sound || file.out == null || file.hasGrown() || !isThere) {
            rewrite(day, file);
        } else {
            append(day, file, file.out);
        }
    }

    private static void append(Day day, DayFile file, FileChannel out) throws IOException {
        file.sound = false; // Until it has gone well.
        boolean seals = day.isSealed() && !file.sealed;
        for (int left = day.numberOfNews(); left > 0; left--) { // Not for ever: what is counted meanwhile can wait.
            DomainTally tally = day.nextNews();
            if (tally != null) {
                tally.writeNews(file.lines);
            }
            if (file.lines.size() > CHUNK) {
                file.size += file.lines.drainTo(out);
            }
        }
        if (seals) {
            file.lines.sealed();
        }
        file.size += file.lines.drainTo(out);
        out.force(false);
        file.sealed |= seals;
        file.sound = true;
    }

    private void rewrite(Day day, @Nullable DayFile before) throws IOException {
        LocalDate date = day.date();
        if (before != null) {
            before.sound = false; // The tallies are going to think of another file.
            before.close();
        }
        Path temporary = directory.path("temp-" + date);
        FileChannel out = directory.open(
                "temp-" + date,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
        try {
            boolean sealed = day.isSealed();
            DayLines lines = DayLines.newFile();
            long size = writeAll(day, sealed, lines, out);
            Files.move(temporary, counts(date), StandardCopyOption.ATOMIC_MOVE);
            directory.sync();
            files.put(date, new DayFile(lines, out, size, sealed));
        } catch (IOException e) {
            discard(temporary, out, e);
            throw e;
        }
    }

    private static long writeAll(Day day, boolean sealed, DayLines lines, FileChannel out) throws IOException {
        long size = 0;
        lines.begin(day);
        day.forgetNews(); // Before anything is written, so that what is counted from here on is news.
        for (DomainTally tally : day.all()) {
            tally.writeAll(lines);
            if (lines.size() > CHUNK) {
                size += lines.drainTo(out);
            }
        }
        if (sealed) {
            lines.sealed();
        }
        size += lines.drainTo(out);
        out.force(true); // Before the rename: a name must never lead to octets that are not there yet.
        return size;
    }

    private static void discard(Path temporary, FileChannel out, IOException because) {
        try (out) {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }

    /** Remembers that a day was taken, and forgets its counts. When this returns, that is on the disk. */
    void take(LocalDate date) throws IOException {
        directory
                .open("taken-" + date, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                .close();
        directory.sync();
        taken.add(date);
        while (taken.size() > MOST_TAKEN) {
            Files.deleteIfExists(directory.path("taken-" + taken.pollFirst()));
        }
        delete(date);
    }

    /** Forgets the counts of a day. */
    void delete(LocalDate date) throws IOException {
        DayFile file = files.remove(date);
        if (file != null) {
            file.close();
        }
        if (!leftAlone.contains(date)) {
            Files.deleteIfExists(counts(date));
            directory.sync();
        }
    }

    @Override
    public void close() throws IOException {
        files.values().forEach(DayFile::close);
        lock.close();
    }
}
