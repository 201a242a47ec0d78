// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.postfix;

/** Threads that keep no process alive. */
final class Threads {

    private Threads() {}

    static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
