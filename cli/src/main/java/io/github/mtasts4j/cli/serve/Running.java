// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.serve;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * For as long as a server is to run: until the process is told to end, or the thread is interrupted. The process then waits for what the
 * server has begun.
 */
final class Running implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 15;

    private final CountDownLatch told = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread hook = new Thread(this::end, "mta-sts-stop");

    private Running() {}

    static Running untilTold() {
        Running running = new Running();
        Runtime.getRuntime().addShutdownHook(running.hook);
        return running;
    }

    private void end() {
        told.countDown();
        try {
            var unused = over.await(PATIENCE_SECONDS, TimeUnit.SECONDS); // The process ends in any case.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void await() {
        try {
            told.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** To be closed when all else is. */
    @Override
    public void close() {
        over.countDown();
        if (told.getCount() > 0) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }
}
