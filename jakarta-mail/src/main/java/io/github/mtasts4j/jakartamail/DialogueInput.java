// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jakartamail;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The server's side of a {@link Dialogue}. It gives out at most a line at a time, so that nothing behind a reply is taken along in
 * anybody's buffer.
 */
final class DialogueInput extends FilterInputStream {

    private static final int LONGEST_START = 64;

    private final Dialogue dialogue;
    private final byte[] buffer = new byte[2048];
    private int from;
    private int to;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean afterReturn;
    private boolean torn;

    DialogueInput(Dialogue dialogue, InputStream in) {
        super(in);
        this.dialogue = dialogue;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (dialogue.hasEnded() && from == to) {
            int n = in.read(target, offset, length);
            dialogue.count(n);
            return n;
        }
        if (length == 0) {
            return 0;
        }
        if (from == to && !fill()) {
            return -1;
        }
        int n = Math.min(length, lengthOfLine());
        System.arraycopy(buffer, from, target, offset, n);
        from += n;
        for (int i = offset; i < offset + n; i++) {
            note(target[i]);
        }
        return n;
    }

    private boolean fill() throws IOException {
        int n = in.read(buffer, 0, buffer.length);
        dialogue.count(n);
        from = 0;
        to = Math.max(n, 0);
        return n > 0;
    }

    private int lengthOfLine() {
        int end = from;
        while (end < to && buffer[end] != '\n') {
            end++;
        }
        return Math.min(end + 1, to) - from;
    }

    /** A CR alone ends a line for some providers, so what is behind it would be lost between them and us. */
    private void note(byte octet) {
        torn |= afterReturn && octet != '\n' && octet != '\r';
        afterReturn = octet == '\r';
        if (line.size() < LONGEST_START) {
            line.write(octet);
        }
        if (octet == '\n') {
            dialogue.heard(torn ? "" : line.toString(StandardCharsets.ISO_8859_1));
            line.reset();
            torn = false;
        }
    }

    @Override
    public int available() throws IOException {
        return to - from + in.available();
    }

    @Override
    public long skip(long n) throws IOException {
        // By reading, so that all octets go the same way.
        int read = read(new byte[(int) Math.max(0, Math.min(n, buffer.length))]);
        return Math.max(read, 0);
    }

    @Override
    public boolean markSupported() {
        return false; // What is read twice would be heard twice.
    }
}
