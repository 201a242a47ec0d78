// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.postfix;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * Takes requests out of a stream of netstrings, in whatever pieces it comes. It keeps no more than {@link #CAPACITY} octets:
 * a request that is longer has no name in it, and is read past.
 */
final class Netstrings {

    /** The longest request that is taken at all; Postfix's own names are shorter. */
    static final int MAX_REQUEST = 10_000;

    static final int CAPACITY = 1024;

    /** The length and the colon in front of a request, the comma behind it. */
    private static final int LONGEST_KEPT = CAPACITY - 6;

    private static final int MAX_DIGITS = 5;

    /** What has come so far. */
    enum Next {
        /** Not all of a request yet. */
        INCOMPLETE,
        /** A request; {@link #request()} has it. */
        REQUEST,
        /** A request that is too long to have a name in it. */
        TOO_LONG,
        /** What never becomes a request. Where the next one would begin is not known. */
        MALFORMED
    }

    private final ByteBuffer octets = ByteBuffer.allocate(CAPACITY).limit(0);
    private int toSkip;
    private String request = "";

    /** Where to put what comes next; to be given back with {@link #filled()}. */
    ByteBuffer room() {
        return octets.compact();
    }

    void filled() {
        octets.flip();
    }

    /** Whether a request has begun and not ended. */
    boolean isAmidst() {
        return toSkip > 0 || octets.hasRemaining();
    }

    String request() {
        return request;
    }

    Next next() {
        if (toSkip > 0) {
            return skip();
        }
        int length = 0;
        for (int digits = 0; octets.position() + digits < octets.limit(); digits++) {
            byte octet = octets.get(octets.position() + digits);
            if (octet == ':' && digits > 0) {
                return begin(length, octets.position() + digits + 1);
            }
            boolean leadingZero = digits == 1 && length == 0;
            if (octet < '0' || octet > '9' || digits == MAX_DIGITS || leadingZero) {
                return Next.MALFORMED;
            }
            length = 10 * length + octet - '0';
        }
        return Next.INCOMPLETE;
    }

    private Next begin(int length, int start) {
        if (length > MAX_REQUEST) {
            return Next.MALFORMED;
        }
        if (length > LONGEST_KEPT) {
            octets.position(start);
            toSkip = length + 1;
            return skip();
        }
        int comma = start + length;
        if (comma >= octets.limit()) {
            return Next.INCOMPLETE;
        }
        if (octets.get(comma) != ',') {
            return Next.MALFORMED;
        }
        request = text(start, length);
        octets.position(comma + 1);
        return Next.REQUEST;
    }

    private Next skip() {
        int skipped = Math.min(toSkip, octets.remaining());
        toSkip -= skipped;
        octets.position(octets.position() + skipped);
        if (toSkip > 0) {
            return Next.INCOMPLETE;
        }
        return octets.get(octets.position() - 1) == ',' ? Next.TOO_LONG : Next.MALFORMED;
    }

    private String text(int start, int length) {
        Charset charset = StandardCharsets.ISO_8859_1;
        for (int i = start; i < start + length; i++) {
            if (octets.get(i) < 0) {
                charset = StandardCharsets.UTF_8;
            }
        }
        return new String(octets.array(), start, length, charset);
    }
}
