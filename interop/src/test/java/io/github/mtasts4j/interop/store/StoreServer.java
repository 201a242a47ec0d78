// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

/** A private server with the rows of a cluster, and what befalls it. */
interface StoreServer extends AutoCloseable {

    int port();

    /** Starts it, or starts it again with what it had. */
    void begin() throws InterruptedException;

    /** Ends it as a crash does. */
    void crash();

    /** SIGKILL, to all its processes. */
    void kill() throws InterruptedException;

    /** SIGSTOP, to all its processes: connections stay open, and nobody answers. */
    void pause() throws InterruptedException;

    /** Ends the pause. */
    void resume() throws InterruptedException;

    /** Lets it take connections and say nothing. */
    void hang() throws InterruptedException;

    /** Ends that. */
    void goOn() throws InterruptedException;

    /** Forgets all rows. */
    void empty();

    @Override
    void close();
}
