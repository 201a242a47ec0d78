// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli;

import java.io.PrintStream;
import java.util.OptionalInt;

/** A bar on standard error for those who wait in front of a terminal; nothing for anybody else. */
public final class Progress {

    private static final int WIDTH = 30;
    private static final String WIPE = "\r\u001b[K";

    private final PrintStream err;
    private final boolean shown;
    private final OptionalInt total;
    private int done;

    /**
     * Makes a bar.
     *
     * @param here where the command runs
     * @param total how much there is to do, if that is known; a single thing has no bar
     */
    public Progress(Surroundings here, OptionalInt total) {
        this.err = here.err();
        this.shown = here.errIsTerminal() && total.orElse(2) > 1;
        this.total = total;
    }

    /** Takes the bar away, so that something can be written. */
    public synchronized void hide() {
        if (shown) {
            err.print(WIPE);
            err.flush();
        }
    }

    /** One more is done. */
    public synchronized void step() {
        done++;
        if (shown) {
            err.print(WIPE + line());
            err.flush();
        }
    }

    private String line() {
        if (total.isEmpty()) {
            return done + " done";
        }
        int filled = Math.min(WIDTH, done * WIDTH / Math.max(1, total.getAsInt()));
        return "[" + "#".repeat(filled) + " ".repeat(WIDTH - filled) + "] " + done + " of " + total.getAsInt();
    }
}
