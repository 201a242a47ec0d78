// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.policy;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The terminal symbols that the two grammars of RFC 8461 share. */
final class Octets {

    private static final int MAX_NAME = 32;

    // Several octets at a time, the first of them lowest: most of what there is to do with them is to go past.
    private static final VarHandle FOUR = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGHEST_BITS = 0x8080_8080_8080_8080L;
    private static final long LOWEST_BITS = 0x0101_0101_0101_0101L;
    private static final long LINE_FEEDS = '\n' * LOWEST_BITS;

    private Octets() {}

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static boolean isWhiteSpace(int c) {
        return c == ' ' || c == '\t';
    }

    static boolean isAlphanumeric(int c) {
        int lower = c | 0x20;
        return c <= '9' ? c >= '0' : lower >= 'a' && lower <= 'z';
    }

    /** {@code sts-ext-name} and {@code sts-policy-ext-name}, which every field name is an instance of. */
    static boolean isFieldName(byte[] octets, int from, int to) {
        if (from >= to || to - from > MAX_NAME || !isAlphanumeric(octets[from])) {
            return false;
        }
        for (int i = from + 1; i < to; i++) {
            int c = octets[i];
            if (!isAlphanumeric(c) && c != '_' && c != '-' && c != '.') {
                return false;
            }
        }
        return true;
    }

    /** Whether these octets stand there, for which there has to be room. */
    static boolean areAt(byte[] word, byte[] octets, int from) {
        int length = word.length;
        if (length >= Long.BYTES) { // Both ends, which may overlap, and whatever is between.
            int last = length - Long.BYTES;
            for (int i = 0; i < last; i += Long.BYTES) {
                if (eight(word, i) != eight(octets, from + i)) {
                    return false;
                }
            }
            return eight(word, last) == eight(octets, from + last);
        }
        if (length >= Integer.BYTES) {
            int last = length - Integer.BYTES;
            return four(word, 0) == four(octets, from) && four(word, last) == four(octets, from + last);
        }
        for (int i = 0; i < length; i++) {
            if (word[i] != octets[from + i]) {
                return false;
            }
        }
        return true;
    }

    static boolean isAscii(byte[] octets) {
        int at = 0;
        for (; at <= octets.length - Long.BYTES; at += Long.BYTES) {
            if ((eight(octets, at) & HIGHEST_BITS) != 0) {
                return false;
            }
        }
        for (; at < octets.length; at++) {
            if (octets[at] < 0) {
                return false;
            }
        }
        return true;
    }

    /** Where a line ends: at its LF, or at the end of all. */
    static int endOfLine(byte[] octets, int from) {
        int at = from;
        for (; at <= octets.length - Long.BYTES; at += Long.BYTES) {
            long others = eight(octets, at) ^ LINE_FEEDS; // An octet of it is 0 where there is an LF.
            long found = (others - LOWEST_BITS) & ~others & HIGHEST_BITS;
            if (found != 0) {
                return at + Long.numberOfTrailingZeros(found) / Byte.SIZE;
            }
        }
        while (at < octets.length && octets[at] != '\n') {
            at++;
        }
        return at;
    }

    static long eight(byte[] octets, int at) {
        return (long) EIGHT.get(octets, at);
    }

    static void putEight(byte[] octets, int at, long value) {
        EIGHT.set(octets, at, value);
    }

    static int four(byte[] octets, int at) {
        return (int) FOUR.get(octets, at);
    }

    static void putFour(byte[] octets, int at, int value) {
        FOUR.set(octets, at, value);
    }
}
