// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.stress;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/** Keeps what it is given until somebody runs it. */
public final class HeldExecutor implements Executor {

    private final Queue<Runnable> held = new ConcurrentLinkedQueue<>();

    @Override
    public void execute(Runnable task) {
        held.add(task);
    }

    public int size() {
        return held.size();
    }

    /** Runs everything, in the thread of the caller, also what is added meanwhile. */
    public void runAll() {
        for (Runnable task = held.poll(); task != null; task = held.poll()) {
            task.run();
        }
    }

    /** Runs the first. */
    public void runOne() {
        Runnable task = held.poll();
        if (task != null) {
            task.run();
        }
    }
}
