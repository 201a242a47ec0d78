// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.stress;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Lets a little time pass, a different one each time, so that two threads of which one has more to do meet at every point
 * of it. Nothing depends on it but how much is found.
 */
public final class Chance {

    private static final int LONGEST = 100; // some microseconds

    private Chance() {}

    /** Passes some time, in which now and then others go first. */
    public static void dawdle() {
        int turns = ThreadLocalRandom.current().nextInt(LONGEST);
        if (turns % 16 == 0) {
            stepBack();
        }
        for (int i = 0; i < turns; i++) {
            Thread.onSpinWait();
        }
    }

    /** Lets others go first, where there are any: the other thread gets its turn also on a busy machine. */
    @SuppressWarnings("ThreadPriorityCheck") // That is what is wanted.
    public static void stepBack() {
        Thread.yield();
    }
}
