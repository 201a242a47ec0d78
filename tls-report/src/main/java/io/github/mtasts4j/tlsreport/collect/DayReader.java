// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.collect;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.report.PolicyType;
import io.github.mtasts4j.tlsreport.AppliedPolicy;
import io.github.mtasts4j.tlsreport.FailureKey;
import io.github.mtasts4j.tlsreport.IpAddress;
import io.github.mtasts4j.tlsreport.SessionCounts;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file of counts, whatever is in it. A line that is not whole is left out and the others count: each is a record by itself.
 * What is read is held to the same limits as what is counted.
 */
final class DayReader {

    /** What a file turned out to be. */
    sealed interface Content {

        /**
         * Counts.
         *
         * @param days one for each part
         * @param damaged how many lines were left out
         * @param torn whether the last line has no end: so much had been written when the machine stopped
         */
        record Counts(List<Day> days, int damaged, boolean torn) implements Content {}

        /** A later release's, which knows what to do with it. */
        record Newer(String version) implements Content {}

        /** Not a file of counts. */
        record Garbage(String why) implements Content {}
    }

    /** Longer than the longest policy with the longest lines. */
    private static final int MAX_LINE = 4 << 20;

    private static final int MAX_PARTS = 1000;
    private static final int MAX_NUMBER = 2 * DayLines.MANY;
    private static final int CHECKSUM = 8;

    private final InputStream in;
    private final CollectorLimits limits;
    private final List<Day> days = new ArrayList<>();
    private final Map<Integer, Held> policies = new HashMap<>();
    private int damaged;
    private boolean torn;

    private DayReader(InputStream in, CollectorLimits limits) {
        this.in = new BufferedInputStream(in, 1 << 16);
        this.limits = limits;
    }

    /** Reads to the end. */
    static Content read(InputStream in, CollectorLimits limits) throws IOException {
        return new DayReader(in, limits).content();
    }

    /** Whether a file that begins so is none that this release may touch. */
    static boolean isOfLaterRelease(byte[] beginning) {
        String text = new String(beginning, StandardCharsets.ISO_8859_1);
        return text.matches("(?s)" + DayLines.NAME + "[0-9]{1,9}\n.*")
                && !text.startsWith(DayLines.NAME + DayLines.VERSION + "\n");
    }

    private Content content() throws IOException {
        byte[] first = next();
        String name = first == null ? "" : new String(first, StandardCharsets.ISO_8859_1);
        if (torn || !name.matches(DayLines.NAME + "[0-9]{1,9}")) {
            return new Content.Garbage("does not begin as a file of counts does");
        }
        String version = name.substring(DayLines.NAME.length());
        if (!version.equals(Integer.toString(DayLines.VERSION))) {
            return new Content.Newer(version);
        }
        for (byte[] line = next(); line != null; line = next()) {
            if (!torn && !take(line)) {
                damaged++;
            }
        }
        return days.isEmpty()
                ? new Content.Garbage("does not say of which day it is")
                : new Content.Counts(days, damaged, torn);
    }

    /** A line without its end; one that is too long is nothing. */
    private byte @Nullable [] next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        int octets = 0;
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                torn |= octets > 0;
                return octets > 0 ? new byte[0] : null;
            }
            octets++;
            if (octets <= MAX_LINE) {
                line.write(octet);
            }
        }
        return octets <= MAX_LINE ? line.toByteArray() : new byte[0];
    }

    private boolean take(byte[] line) {
        if (line.length <= CHECKSUM || line[CHECKSUM] != ' ') {
            return false;
        }
        byte[] payload = Arrays.copyOfRange(line, CHECKSUM + 1, line.length);
        String checksum = new String(line, 0, CHECKSUM, StandardCharsets.ISO_8859_1);
        if (!DayLines.checksum(payload).equals(checksum)) {
            return false;
        }
        try {
            return take(new String(payload, StandardCharsets.UTF_8).split("\t", -1));
        } catch (IllegalArgumentException | DateTimeException e) {
            return false; // The sum is right and the rest is not: somebody has been at it.
        }
    }

    private boolean take(String[] fields) {
        return switch (fields[0]) {
            case "D" -> fields.length == 3 && begin(fields);
            case "P" -> fields.length >= 6 && define(fields);
            case "S" -> fields.length == 4 && sessions(fields);
            case "F" -> fields.length == 10 && failure(fields);
            case "X" -> fields.length == 1 && seal();
            default -> false;
        };
    }

    private boolean begin(String[] fields) {
        if (days.size() >= MAX_PARTS || !fields[2].matches("[0-9a-f]{32}")) {
            return false;
        }
        days.add(new Day(LocalDate.parse(fields[1]), fields[2], limits));
        policies.clear();
        return true;
    }

    private boolean define(String[] fields) {
        int lines = Integer.parseInt(fields[5]);
        int number = Integer.parseInt(fields[1]);
        if (lines < 0 || lines > fields.length - 6 || number < 1 || number > MAX_NUMBER) {
            return false;
        }
        List<String> rest = Arrays.asList(fields).subList(6, fields.length);
        AppliedPolicy policy = new AppliedPolicy(
                type(fields[3]), DomainName.of(fields[4]), rest.subList(0, lines), rest.subList(lines, rest.size()));
        policies.put(number, Held.of(DomainName.of(fields[2]), policy));
        return true;
    }

    private static PolicyType type(String keyword) {
        return Arrays.stream(PolicyType.values())
                .filter(type -> type.keyword().equals(keyword))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("not a type of policy"));
    }

    private boolean sessions(String[] fields) {
        return add(fields[1], count(fields[2]), count(fields[3]), List.of(), 0);
    }

    private boolean failure(String[] fields) {
        FailureKey key = new FailureKey(
                fields[3],
                DayLines.field(fields[4], IpAddress::of),
                DayLines.field(fields[5], text -> text),
                DayLines.field(fields[6], text -> text),
                DayLines.field(fields[7], IpAddress::of),
                DayLines.field(fields[8], text -> text),
                DayLines.field(fields[9], text -> text));
        return add(fields[1], 0, 0, List.of(key), count(fields[2]));
    }

    private boolean add(String number, long successful, long failed, List<FailureKey> keys, long each) {
        Held held = policies.get(Integer.parseInt(number));
        return held != null && !days.isEmpty() && last().add(held, successful, failed, keys, each) == Day.Counted.YES;
    }

    private static long count(String text) {
        long count = Long.parseLong(text);
        if (count < 0 || count > SessionCounts.MAX) {
            throw new IllegalArgumentException("not a count");
        }
        return count;
    }

    private boolean seal() {
        if (days.isEmpty()) {
            return false;
        }
        last().seal();
        return true;
    }

    private Day last() {
        return days.get(days.size() - 1);
    }
}
