// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.policy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a policy and where its patterns stand, in one array: there may be a million policies in memory, and each
 * object costs as much as a line. Behind the lines come the patterns that are not canonical in them, then four octets for
 * each pattern (where it begins, and its length), then, if there are many, a hash table of their numbers.
 */
final class PolicyText {

    /** Up to so many patterns are compared one after the other, which is quicker than a table. */
    private static final int FEW = 8;

    private static final int ENTRY = 4;
    private static final int SLOT = 2;
    private static final int LONGEST_PATTERN = 255;

    /** Counted from the end of the lines. */
    private static final int BEHIND = 1 << 23;

    private final byte[] octets;
    private final int end;
    private final int count;

    private PolicyText(byte[] octets, int end, int count) {
        this.octets = octets;
        this.end = end;
        this.count = count;
    }

    // ---- what is in it ----

    boolean hasNoPattern() {
        return count == 0;
    }

    /** The lines with LF between them. */
    String text() {
        return new String(octets, 0, end, StandardCharsets.UTF_8);
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (int from = 0, at = 0; at < end; from = at + 1) {
            at = from;
            while (at < end && octets[at] != '\n') {
                at++;
            }
            lines.add(new String(octets, from, at - from, StandardCharsets.UTF_8));
        }
        return List.copyOf(lines);
    }

    List<MxPattern> patterns() {
        List<MxPattern> patterns = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            patterns.add(readBack(pattern(i)));
        }
        return List.copyOf(patterns);
    }

    /** A pattern as it writes itself. */
    private static MxPattern readBack(String text) {
        boolean wildcard = text.startsWith("*.");
        String name = wildcard ? text.substring(2) : text;
        if (DomainName.numeric(name).isPresent()) {
            return new MxPattern.Unmatchable(text);
        }
        DomainName host = DomainName.of(name);
        return wildcard ? new MxPattern.AnyLabel(host) : new MxPattern.Exact(host);
    }

    private String pattern(int i) {
        return new String(octets, start(i), length(i), StandardCharsets.US_ASCII);
    }

    private int start(int i) {
        int at = entries() + ENTRY * i;
        return (octets[at] & 0xff) << 16 | (octets[at + 1] & 0xff) << 8 | (octets[at + 2] & 0xff);
    }

    private int length(int i) {
        return octets[entries() + ENTRY * i + 3] & 0xff;
    }

    private int entries() {
        return octets.length - count * ENTRY - SLOT * slots(count);
    }

    // ---- matching ----

    /** Whether a pattern matches (§4.1). A dotted quad among the patterns is like no name, and needs no case of its own. */
    boolean lists(String host) {
        int dot = host.indexOf('.');
        if (count <= FEW) {
            for (int i = 0; i < count; i++) {
                if (matches(i, host, dot)) {
                    return true;
                }
            }
            return false;
        }
        return isInTable(host.hashCode(), host, dot) || (dot >= 0 && isInTable(hash(host, dot), host, dot));
    }

    /** An asterisk stands for the first label and nothing else. */
    private boolean matches(int i, String host, int dot) {
        int start = start(i);
        int length = length(i);
        return octets[start] == '*'
                ? host.length() - dot == length - 1 && dot > 0 && isAt(start + 1, host, dot)
                : host.length() == length && isAt(start, host, 0);
    }

    private boolean isAt(int start, String host, int from) {
        for (int i = from; i < host.length(); i++) {
            if (octets[start + i - from] != host.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** As {@link String#hashCode}. */
    private static int hash(String text, int from) {
        int hash = 0;
        for (int i = from; i < text.length(); i++) {
            hash = 31 * hash + text.charAt(i);
        }
        return hash;
    }

    private boolean isInTable(int hash, String host, int dot) {
        int mask = slots(count) - 1;
        for (int slot = spread(hash) & mask; ; slot = (slot + 1) & mask) {
            int there = slot(slot);
            if (there == 0) {
                return false;
            }
            if (matches(there - 1, host, dot)) {
                return true;
            }
        }
    }

    /** One more than the number of the pattern there; 0 for none. */
    private int slot(int slot) {
        int at = octets.length - SLOT * (slots(count) - slot);
        return (octets[at] & 0xff) << 8 | (octets[at + 1] & 0xff);
    }

    /** Half of them are used at most, so that chains are short. */
    private static int slots(int count) {
        return count <= FEW ? 0 : Integer.highestOneBit(count) * 4;
    }

    private static int spread(int hash) {
        return (hash * 0x9e37_79b9) >>> 16;
    }

    // ---- sameness ----

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PolicyText that
                && count == that.count
                && Arrays.equals(octets, 0, end, that.octets, 0, that.end)
                && hasSamePatterns(that);
    }

    /** By what they are: where they stand may differ. */
    private boolean hasSamePatterns(PolicyText that) {
        for (int i = 0; i < count; i++) {
            int mine = start(i);
            int theirs = that.start(i);
            if (!Arrays.equals(octets, mine, mine + length(i), that.octets, theirs, theirs + that.length(i))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int hash = count;
        for (int i = 0; i < end; i++) {
            hash = 31 * hash + octets[i];
        }
        return hash;
    }

    // ---- making one ----

    /** Notes which octets of a body are lines, and where in them the patterns are. */
    static final class Builder {

        private final byte[] body;
        private int[] lines = new int[2 * FEW];
        private int lineCount;
        private int end;
        private int[] patterns = new int[FEW / 2];
        private int count;
        private byte[] extra = {};

        Builder(byte[] body) {
            this.body = body;
        }

        /** Adds a line, without its line end. */
        void line(int from, int to) {
            if (2 * lineCount == lines.length) {
                lines = Arrays.copyOf(lines, 4 * lineCount);
            }
            lines[2 * lineCount] = from;
            lines[2 * lineCount + 1] = to - from;
            end += to - from + (lineCount == 0 ? 0 : 1);
            lineCount++;
        }

        boolean hasLine() {
            return lineCount > 0;
        }

        int patterns() {
            return count;
        }

        /** Adds a pattern that stands in the latest line as it should. */
        void patternAt(int from, int to) {
            int line = lines[2 * lineCount - 2];
            int length = lines[2 * lineCount - 1];
            add(end - length + from - line, to - from);
        }

        /** Adds a pattern that does not. */
        void pattern(String canonical) {
            byte[] pattern = canonical.getBytes(StandardCharsets.US_ASCII);
            if (pattern.length > LONGEST_PATTERN) {
                throw new IllegalArgumentException("no pattern has " + pattern.length + " octets");
            }
            add(BEHIND | extra.length, pattern.length);
            extra = Arrays.copyOf(extra, extra.length + pattern.length);
            System.arraycopy(pattern, 0, extra, extra.length - pattern.length, pattern.length);
        }

        private void add(int start, int length) {
            if (count == patterns.length) {
                patterns = Arrays.copyOf(patterns, 2 * count);
            }
            patterns[count++] = start << 8 | length;
        }

        PolicyText build() {
            byte[] all = new byte[end + extra.length + ENTRY * count + SLOT * slots(count)];
            int at = 0;
            for (int i = 0; i < lineCount; i++) {
                if (i > 0) {
                    all[at++] = '\n';
                }
                System.arraycopy(body, lines[2 * i], all, at, lines[2 * i + 1]);
                at += lines[2 * i + 1];
            }
            System.arraycopy(extra, 0, all, at, extra.length);
            at += extra.length;
            for (int i = 0; i < count; i++) {
                int start = patterns[i] >>> 8;
                start = (start & BEHIND) == 0 ? start : end + (start & ~BEHIND);
                all[at++] = (byte) (start >> 16);
                all[at++] = (byte) (start >> 8);
                all[at++] = (byte) start;
                all[at++] = (byte) patterns[i];
            }
            PolicyText made = new PolicyText(all, end, count);
            made.fillTable();
            return made;
        }
    }

    /** An asterisk is not part of what is looked up. */
    private void fillTable() {
        int mask = slots(count) - 1;
        for (int i = 0; mask >= 0 && i < count; i++) {
            String pattern = pattern(i);
            int slot = spread(hash(pattern, pattern.startsWith("*") ? 1 : 0)) & mask;
            while (slot(slot) != 0) {
                slot = (slot + 1) & mask;
            }
            int at = octets.length - SLOT * (slots(count) - slot);
            octets[at] = (byte) ((i + 1) >> 8);
            octets[at + 1] = (byte) (i + 1);
        }
    }
}
