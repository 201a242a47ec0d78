// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.send;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys of reports that have left the queue within the last days: one file a day, one line a report. Not thread-safe. */
final class SentLog {

    /** More than the days for which somebody could come back with the same report. */
    private static final int DAYS = 4;

    private static final String PREFIX = "ended-";
    private static final String ENDING = ".log";
    private static final int MAX_OCTETS = 64 << 20;

    private final Folder folder;
    private final Map<LocalDate, Set<String>> days = new HashMap<>();

    private SentLog(Folder folder) {
        this.folder = folder;
    }

    /** Reads it. A last line that is not complete was not acknowledged to anybody, and counts as nothing. */
    static SentLog in(Folder folder) throws IOException {
        SentLog log = new SentLog(folder);
        for (String name : folder.names(ENDING)) {
            LocalDate day = dayOf(name);
            if (day != null) {
                String text = new String(folder.read(name, MAX_OCTETS), StandardCharsets.US_ASCII);
                log.days.put(day, new HashSet<>(text.lines().toList()));
            }
        }
        return log;
    }

    private static @Nullable LocalDate dayOf(String name) {
        try {
            return name.startsWith(PREFIX)
                    ? LocalDate.parse(name.substring(PREFIX.length(), name.length() - ENDING.length()))
                    : null;
        } catch (DateTimeException e) {
            return null;
        }
    }

    boolean contains(String key) {
        return days.values().stream().anyMatch(keys -> keys.contains(key));
    }

    void add(String key, Instant now) throws IOException {
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        // The line end in front closes a line that a crash, or a full disk, has left open.
        folder.append(PREFIX + today + ENDING, Digests.octets("\n" + key + "\n"));
        days.computeIfAbsent(today, day -> new HashSet<>()).add(key);
    }

    /** Forgets what is old. */
    void tidy(Instant now) throws IOException {
        LocalDate oldest = LocalDate.ofInstant(now, ZoneOffset.UTC).minusDays(DAYS);
        for (LocalDate day : Set.copyOf(days.keySet())) {
            if (day.isBefore(oldest)) {
                folder.delete(PREFIX + day + ENDING);
                days.remove(day);
            }
        }
    }
}
