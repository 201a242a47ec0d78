// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.policy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A policy in one array: there may be a million in memory, and each object costs as much as a line. First come the lines,
 * with an octet for each of the usual beginnings ({@link Phrase}); then the patterns that are not canonical in them; then
 * four octets for each pattern (where it begins, and its length); then, if there are many, a hash table of their numbers; at
 * last where the lines end, the number of patterns, the mode and the lifetime.
 */
abstract sealed class PolicyText permits Policy {

    /** Up to so many patterns are compared one after the other, which is quicker than a table. */
    private static final int FEW = 8;

    private static final int ENTRY = 4;
    private static final int SLOT = 2;
    private static final int LONGEST_PATTERN = 255;
    private static final int LONGEST = 1 << 20;
    private static final int MOST_PATTERNS = 0xffff;
    private static final Mode[] MODES = Mode.values();

    // The last eight octets, as one number.
    private static final int TAIL = 8;
    private static final int END_SHIFT = 43;
    private static final int COUNT_SHIFT = 27;
    private static final int MODE_SHIFT = 25;

    private final byte[] octets;

    PolicyText(Builder text, Mode mode, int maxAge) {
        this.octets = text.build(mode, maxAge);
        fillTable();
    }

    /**
     * Usual beginnings of a line, each of which is kept as one octet that no policy may have in it (§3.2), and that stands for
     * the line end before it as well. Should an octet like that be in a line all the same, which only a caller can do,
     * {@link #LITERALLY} comes before it.
     */
    static final class Phrase {

        static final int NONE = 0;
        static final int VERSION_LINE = 2;
        static final int ENFORCE_LINE = 3;
        static final int TESTING_LINE = 4;
        static final int NONE_LINE = 5;
        static final int MX_LINE = 6;
        static final int MAX_AGE_LINE = 7;

        private static final byte LITERALLY = 1;
        private static final byte[] MX = Octets.ascii("mx: ");
        private static final byte[][] ALL = {
            Octets.ascii("version: STSv1"),
            Octets.ascii("mode: enforce"),
            Octets.ascii("mode: testing"),
            Octets.ascii("mode: none"),
            MX,
            Octets.ascii("max_age: ")
        };

        private Phrase() {}

        /** The octet for what a line begins with; {@link #NONE} for anything else. */
        static int in(byte[] body, int from, int to) {
            if (to - from < MX.length) {
                return NONE;
            }
            return switch (body[from + 1]) {
                case 'x' -> either(MX_LINE, MX_LINE, body, from, to);
                case 'o' -> either(ENFORCE_LINE, NONE_LINE, body, from, to);
                case 'a' -> either(MAX_AGE_LINE, MAX_AGE_LINE, body, from, to);
                case 'e' -> either(VERSION_LINE, VERSION_LINE, body, from, to);
                default -> NONE;
            };
        }

        private static int either(int first, int last, byte[] body, int from, int to) {
            for (int octet = first; octet <= last; octet++) {
                byte[] phrase = of(octet);
                if (phrase.length <= to - from && Octets.areAt(phrase, body, from)) {
                    return octet;
                }
            }
            return NONE;
        }

        static boolean isIn(int octet) {
            return octet >= VERSION_LINE && octet <= MAX_AGE_LINE;
        }

        static byte[] of(int octet) {
            return ALL[octet - VERSION_LINE];
        }

        /** Where it ends in a line that begins with it. */
        static int end(int octet, int from) {
            return from + of(octet).length;
        }
    }

    // ---- what is in it ----

    private long tail() {
        return Octets.eight(octets, octets.length - TAIL);
    }

    final Mode modeInText() {
        return MODES[(int) (tail() >> MODE_SHIFT) & 3];
    }

    /** In seconds. */
    final int maxAgeSeconds() {
        return (int) tail() & ((1 << MODE_SHIFT) - 1);
    }

    private int count() {
        return (int) (tail() >> COUNT_SHIFT) & MOST_PATTERNS;
    }

    /** How many there are. */
    final int octets() {
        return octets.length;
    }

    /** Where the lines end. */
    private int end() {
        return (int) (tail() >> END_SHIFT);
    }

    /** The lines with LF between them. */
    final String text() {
        int end = end();
        byte[] text = new byte[textLength(end)];
        for (int i = 0, at = 0; i < end; i++) {
            if (Phrase.isIn(octets[i])) {
                if (i > 0) {
                    text[at++] = '\n';
                }
                byte[] phrase = Phrase.of(octets[i]);
                System.arraycopy(phrase, 0, text, at, phrase.length);
                at += phrase.length;
            } else {
                i += octets[i] == Phrase.LITERALLY ? 1 : 0;
                text[at++] = octets[i];
            }
        }
        return new String(text, StandardCharsets.UTF_8);
    }

    private int textLength(int end) {
        int length = end;
        for (int i = 0; i < end; i++) {
            if (Phrase.isIn(octets[i])) {
                length += Phrase.of(octets[i]).length - (i > 0 ? 0 : 1);
            } else if (octets[i] == Phrase.LITERALLY) {
                length--;
                i++;
            }
        }
        return length;
    }

    final List<MxPattern> patterns() {
        int count = count();
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
        int entry = entry(entries(count()) + ENTRY * i);
        return new String(octets, start(entry), length(entry), StandardCharsets.US_ASCII);
    }

    private int entry(int at) {
        return Octets.four(octets, at);
    }

    private static int start(int entry) {
        return entry >>> 8;
    }

    private static int length(int entry) {
        return entry & 0xff;
    }

    private int entries(int count) {
        return octets.length - TAIL - count * ENTRY - SLOT * slots(count);
    }

    // ---- matching ----

    /**
     * Whether a pattern matches (§4.1). A dotted quad among the patterns is like no name, and needs no case of its own.
     *
     * <p>The name's octets are copied first: to compare a copy takes less time than to ask for each character, of which the JVM
     * has to find out again and again how it is stored as soon as it has seen others than Latin-1.
     */
    final boolean lists(String text) {
        byte[] host = text.getBytes(StandardCharsets.ISO_8859_1);
        int dot = text.indexOf('.');
        int count = count();
        int entries = entries(count);
        if (count <= FEW) {
            for (int at = entries; at < entries + ENTRY * count; at += ENTRY) {
                if (matches(entry(at), host, dot)) {
                    return true;
                }
            }
            return false;
        }
        return isInTable(text.hashCode(), host, dot) || (dot >= 0 && isInTable(hash(host, dot), host, dot));
    }

    /** An asterisk stands for the first label and nothing else. */
    private boolean matches(int entry, byte[] host, int dot) {
        int start = start(entry);
        int length = length(entry);
        return octets[start] == '*'
                ? host.length - dot == length - 1 && dot > 0 && isAt(start + 1, host, dot)
                : host.length == length && isAt(start, host, 0);
    }

    private boolean isAt(int start, byte[] host, int from) {
        return Arrays.equals(octets, start, start + host.length - from, host, from, host.length);
    }

    /** As {@link String#hashCode}. */
    private static int hash(byte[] ascii, int from) {
        int hash = 0;
        for (int i = from; i < ascii.length; i++) {
            hash = 31 * hash + ascii[i];
        }
        return hash;
    }

    private boolean isInTable(int hash, byte[] host, int dot) {
        int entries = entries(count());
        int mask = slots(count()) - 1;
        for (int slot = spread(hash) & mask; ; slot = (slot + 1) & mask) {
            int there = slot(slot);
            if (there == 0) {
                return false;
            }
            if (matches(entry(entries + ENTRY * (there - 1)), host, dot)) {
                return true;
            }
        }
    }

    /** One more than the number of the pattern there; 0 for none. */
    private int slot(int slot) {
        int at = at(slot);
        return (octets[at] & 0xff) << 8 | (octets[at + 1] & 0xff);
    }

    private int at(int slot) {
        return octets.length - TAIL - SLOT * (slots(count()) - slot);
    }

    /** Half of them are used at most, so that chains are short. */
    private static int slots(int count) {
        return count <= FEW ? 0 : Integer.highestOneBit(count) * 4;
    }

    private static int spread(int hash) {
        return (hash * 0x9e37_79b9) >>> 16;
    }

    /** An asterisk is not part of what is looked up. */
    private void fillTable() {
        int count = count();
        int mask = slots(count) - 1;
        for (int i = 0; mask >= 0 && i < count; i++) {
            byte[] pattern = Octets.ascii(pattern(i));
            int slot = spread(hash(pattern, pattern[0] == '*' ? 1 : 0)) & mask;
            while (slot(slot) != 0) {
                slot = (slot + 1) & mask;
            }
            octets[at(slot)] = (byte) ((i + 1) >> 8);
            octets[at(slot) + 1] = (byte) (i + 1);
        }
    }

    // ---- sameness ----

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PolicyText that
                && Arrays.equals(octets, 0, end(), that.octets, 0, that.end())
                && count() == that.count()
                && modeInText() == that.modeInText()
                && maxAgeSeconds() == that.maxAgeSeconds()
                && hasSamePatterns(that);
    }

    /** By what they are: where they stand may differ. */
    private boolean hasSamePatterns(PolicyText that) {
        for (int i = 0; i < count(); i++) {
            int mine = entry(entries(count()) + ENTRY * i);
            int theirs = that.entry(that.entries(count()) + ENTRY * i);
            if (!Arrays.equals(
                    octets,
                    start(mine),
                    start(mine) + length(mine),
                    that.octets,
                    start(theirs),
                    start(theirs) + length(theirs))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int hash = count();
        int end = end();
        for (int i = 0; i < end; i++) {
            hash = 31 * hash + octets[i];
        }
        return hash;
    }

    // ---- making one ----

    /** Notes which octets of a body are lines, and which of them are patterns. */
    static final class Builder {

        /** As many as a policy with three patterns has. */
        private static final int USUAL_LINES = 6;

        private static final int PATTERN = 1 << 31;
        private static final int EXTRA = 1 << 30;
        private static final int PHRASE_SHIFT = 27;
        private static final int PHRASE = 7;
        private static final int FROM = (1 << PHRASE_SHIFT) - 1;

        private final byte[] body;
        private int[] lines = new int[2 * USUAL_LINES]; // Where each begins, with flags above that, and its length.
        private int lineCount;
        private int size; // Of the lines as they are kept.
        private int count;
        private @Nullable List<byte[]> extra;

        Builder(byte[] body) {
            this.body = body;
        }

        /** The same text out of lines that may have anything in them. */
        static Builder of(List<String> lines) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            int[] ends = new int[lines.size()];
            for (int i = 0; i < ends.length; i++) {
                for (byte octet : lines.get(i).getBytes(StandardCharsets.UTF_8)) {
                    if (octet == Phrase.LITERALLY || Phrase.isIn(octet)) {
                        body.write(Phrase.LITERALLY);
                    }
                    body.write(octet);
                }
                ends[i] = body.size();
            }
            Builder text = new Builder(body.toByteArray());
            for (int i = 0; i < ends.length; i++) {
                text.line(i == 0 ? 0 : ends[i - 1], ends[i]);
            }
            return text;
        }

        /** Adds a line, without its line end; the answer is the {@link Phrase} that it is kept with. */
        int line(int from, int to) {
            if (2 * lineCount == lines.length) {
                lines = Arrays.copyOf(lines, 4 * lineCount);
            }
            boolean isPhraseClear = lineCount == 0 || size > 0; // Whether it stands for a line end, its place tells.
            int phrase = isPhraseClear ? Phrase.in(body, from, to) : Phrase.NONE;
            lines[2 * lineCount] = from | phrase << PHRASE_SHIFT;
            lines[2 * lineCount + 1] = to - from;
            size += to - from + (phrase != Phrase.NONE ? 1 - Phrase.of(phrase).length : lineCount == 0 ? 0 : 1);
            lineCount++;
            return phrase;
        }

        boolean hasLine() {
            return lineCount > 0;
        }

        int patterns() {
            return count;
        }

        /** Adds a pattern that stands in the latest line as it should. */
        void patternAt(int from, int to) {
            int line = 2 * lineCount - 2;
            int begin = lines[line] & FROM;
            boolean isAllItSays = phrase(lines[line]) == Phrase.MX_LINE
                    && from == begin + Phrase.MX.length
                    && to == begin + lines[line + 1];
            if (isAllItSays) {
                lines[line] |= PATTERN;
                count++;
            } else {
                pattern(new String(body, from, to - from, StandardCharsets.US_ASCII));
            }
        }

        /** Adds a pattern that does not, to the latest line or to those that are there. */
        void pattern(String canonical) {
            byte[] pattern = Octets.ascii(canonical);
            if (pattern.length > LONGEST_PATTERN) {
                throw new IllegalArgumentException("no pattern has " + pattern.length + " octets");
            }
            List<byte[]> apart = extra == null ? new ArrayList<>() : extra;
            apart.add(pattern);
            extra = apart;
            if (lineCount > 0) {
                lines[2 * lineCount - 2] |= EXTRA;
            }
            count++;
        }

        private static int phrase(int line) {
            return line >> PHRASE_SHIFT & PHRASE;
        }

        private byte[] build(Mode mode, int maxAge) {
            List<byte[]> apart = extra == null ? List.of() : extra;
            long entries = size;
            for (byte[] pattern : apart) {
                entries += pattern.length;
            }
            if (body.length > FROM || entries >= LONGEST || count > MOST_PATTERNS) {
                throw new IllegalArgumentException("no policy is that long");
            }
            byte[] all = new byte[(int) entries + ENTRY * count + SLOT * slots(count) + TAIL];
            long modeAndAge = (long) number(mode) << MODE_SHIFT | maxAge;
            Octets.putEight(
                    all, all.length - TAIL, (long) size << END_SHIFT | (long) count << COUNT_SHIFT | modeAndAge);
            layOut(all, (int) entries, apart.iterator());
            return all;
        }

        private static int number(Mode mode) {
            int number = 0;
            while (MODES[number] != mode) {
                number++;
            }
            return number;
        }

        /** Writes the lines, the extra patterns behind them, and where the patterns are, in the order of the policy. */
        private void layOut(byte[] all, int entries, Iterator<byte[]> apart) {
            int at = 0;
            int behind = size;
            int entry = entries;
            for (int i = 0; i < lineCount; i++) {
                int line = lines[2 * i];
                int phrase = phrase(line);
                int skipped = phrase == Phrase.NONE ? 0 : Phrase.of(phrase).length;
                int length = lines[2 * i + 1] - skipped;
                if (phrase != Phrase.NONE || i > 0) {
                    all[at++] = (byte) (phrase == Phrase.NONE ? '\n' : phrase);
                }
                System.arraycopy(body, (line & FROM) + skipped, all, at, length);
                if ((line & PATTERN) != 0) {
                    Octets.putFour(all, entry, at << 8 | length);
                    entry += ENTRY;
                } else if ((line & EXTRA) != 0) {
                    behind = layOut(all, apart.next(), behind, entry);
                    entry += ENTRY;
                }
                at += length;
            }
            for (; apart.hasNext(); entry += ENTRY) {
                behind = layOut(all, apart.next(), behind, entry);
            }
        }

        private static int layOut(byte[] all, byte[] pattern, int at, int entry) {
            System.arraycopy(pattern, 0, all, at, pattern.length);
            Octets.putFour(all, entry, at << 8 | pattern.length);
            return at + pattern.length;
        }
    }
}
