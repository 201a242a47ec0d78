// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.collect;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tlsreport.TlsReport;
import io.github.mtasts4j.tlsreport.disk.OwnDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A finished UTC day: a report for each domain that there were sessions with (RFC 8460 §4.1). A value: nothing is added to it any more. A
 * report is made when it is asked for, so that the day takes no more memory than it took to count it.
 *
 * <p>The days of several nodes become one by {@link #merge}, in any order; a part that is there twice counts once. Each report has
 * an id of its own that stays the same for the same parts, across crashes too: a receiver knows a repeated report by it.
 */
public final class DayOfReports {

    private static final Logger log = LoggerFactory.getLogger(DayOfReports.class);

    private static final int CHUNK = 1 << 16;

    private final LocalDate date;
    private final ReportingOrganization who;
    private final Map<String, Day> parts; // By their seeds, in order.

    private DayOfReports(LocalDate date, ReportingOrganization who, Collection<Day> parts) {
        this.date = date;
        this.who = who;
        this.parts = new TreeMap<>();
        parts.forEach(part -> this.parts.putIfAbsent(part.seed(), part));
    }

    static DayOfReports of(Day sealed, ReportingOrganization who) {
        return new DayOfReports(sealed.date(), who, List.of(sealed));
    }

    /**
     * Which day.
     *
     * @return a day of UTC
     */
    public LocalDate date() {
        return date;
    }

    /**
     * Whom there are reports for, if they ask for them.
     *
     * @return the policy domains, in order
     */
    public List<DomainName> domains() {
        return parts.values().stream()
                .flatMap(part -> part.domains().stream())
                .sorted()
                .distinct()
                .toList();
    }

    /**
     * The report for a domain.
     *
     * @param domain a policy domain
     * @return the report, bounded as by {@link TlsReport#capped()}; empty if there was no session with the domain
     */
    public Optional<TlsReport> report(DomainName domain) {
        return parts.values().stream()
                .map(part -> part.report(domain, who))
                .filter(Objects::nonNull)
                .reduce(TlsReport::merge);
    }

    /**
     * The same day as seen by two nodes, or by two groups of nodes. Neither order nor grouping matters.
     *
     * @param other the other one's day
     * @return both, the reports for a domain being one
     * @throws IllegalArgumentException if they are different days, or of different organizations
     */
    public DayOfReports merge(DayOfReports other) {
        if (!date.equals(other.date) || !who.equals(other.who)) {
            throw new IllegalArgumentException("not one day of one organization: " + date + ", " + other.date);
        }
        return new DayOfReports(
                date,
                who,
                Stream.concat(parts.values().stream(), other.parts.values().stream())
                        .toList());
    }

    // ---- for other nodes ----

    /**
     * Writes the day into a file for another node: whole or not at all, and durably. Replaces what is there. Waits for the disk.
     *
     * @param file where to, in a directory that exists; a file beside it with {@code .part} at the end is made and renamed
     * @throws IOException if the disk fails; then there is what was there before
     */
    public void save(Path file) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".part");
        try {
            try (FileChannel out = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                write(out);
                out.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            OwnDirectory.syncNameOf(file);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private void write(FileChannel out) throws IOException {
        DayLines lines = DayLines.newFile();
        for (Day part : parts.values()) {
            lines.begin(part);
            for (DomainTally tally : part.all()) {
                lines.domain(tally.domain(), tally.report());
                if (lines.size() > CHUNK) {
                    lines.drainTo(out);
                }
            }
            lines.sealed();
        }
        lines.drainTo(out);
    }

    /**
     * Reads what a node has saved. A damaged line is left out and logged, the others count. Waits for the disk.
     *
     * @param file the file
     * @param who the organization, the same on all nodes
     * @return the day
     * @throws IOException if the file cannot be read, has no end, or is not one that {@link #save} of this release has written
     */
    public static DayOfReports load(Path file, ReportingOrganization who) throws IOException {
        CollectorLimits limits = CollectorLimits.defaults();
        if (Files.size(file) > limits.maxFileOctets()) {
            throw new IOException(file + " has more octets than any day");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return of(DayReader.read(in, limits), file, who);
        }
    }

    private static DayOfReports of(DayReader.Content content, Path file, ReportingOrganization who) throws IOException {
        if (content instanceof DayReader.Content.Newer newer) {
            throw new IOException(file + " is in format " + newer.version() + ", which this release does not know");
        }
        if (content instanceof DayReader.Content.Garbage garbage) {
            throw new IOException(file + " " + garbage.why());
        }
        DayReader.Content.Counts counts = (DayReader.Content.Counts) content;
        LocalDate date = counts.days().get(0).date();
        if (counts.days().stream().anyMatch(part -> !part.date().equals(date))) {
            throw new IOException(file + " is about several days");
        }
        if (counts.damaged() > 0) {
            log.warn("{}: {} lines were damaged and are lost", file, counts.damaged());
        }
        if (counts.torn() || !counts.days().stream().allMatch(Day::isSealed)) {
            throw new IOException(file + " is not whole; its node has not finished it");
        }
        return new DayOfReports(date, who, counts.days());
    }

    @Override
    public String toString() {
        return "the reports of " + date + " by " + who.name();
    }
}
