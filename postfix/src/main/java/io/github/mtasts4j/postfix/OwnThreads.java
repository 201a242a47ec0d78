// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.postfix;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** A daemon thread for each task. For one user, and whoever comes after him. */
final class OwnThreads implements Executor {

    private final List<Thread> threads = new ArrayList<>();
    private long number;

    @Override
    public void execute(Runnable task) {
        threads.removeIf(thread -> !thread.isAlive());
        Thread thread = Threads.daemon(task, "mtasts4j-postfix-" + ++number);
        thread.start();
        threads.add(thread);
    }

    /** Waits for threads that are about to end, for each so long at most. */
    void join(long millis) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join(millis);
        }
    }
}
