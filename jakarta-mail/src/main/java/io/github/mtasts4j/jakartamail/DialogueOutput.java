// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jakartamail;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** The client's side of a {@link Dialogue}. */
final class DialogueOutput extends FilterOutputStream {

    private static final int LONGEST_START = 64;

    private final Dialogue dialogue;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    DialogueOutput(Dialogue dialogue, OutputStream out) {
        super(out);
        this.dialogue = dialogue;
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        dialogue.answersBegin();
        if (!dialogue.hasEnded()) {
            note(source, offset, length);
        }
        out.write(source, offset, length);
    }

    private void note(byte[] source, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (source[i] == '\n') {
                dialogue.said(line.toString(StandardCharsets.ISO_8859_1));
                line.reset();
            } else if (line.size() < LONGEST_START) {
                line.write(source[i]);
            }
        }
    }
}
