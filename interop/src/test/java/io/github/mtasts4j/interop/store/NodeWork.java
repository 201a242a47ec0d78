// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Runs discoveries, and knows when all have ended. */
final class NodeWork implements Executor {

    private final ExecutorService threads = Executors.newFixedThreadPool(6, task -> {
        Thread thread = new Thread(task, "discovery");
        thread.setDaemon(true);
        return thread;
    });

    private int running;

    @Override
    public void execute(Runnable task) {
        begun();
        threads.execute(() -> {
            try {
                task.run();
            } finally {
                ended();
            }
        });
    }

    private synchronized void begun() {
        running++;
    }

    private synchronized void ended() {
        running--;
        notifyAll();
    }

    synchronized void awaitRest() throws InterruptedException {
        while (running > 0) {
            wait();
        }
    }
}
