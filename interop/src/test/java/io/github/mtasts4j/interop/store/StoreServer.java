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

    /** Leaves no room for anything new. */
    void fill() throws InterruptedException;

    /** Ends that. */
    void makeRoom() throws InterruptedException;

    /** A replica that has caught up, and hears of nothing from now on. */
    Replica replica() throws InterruptedException;

    /** What takes over when the server is gone, and does not know the last of it. */
    interface Replica {

        /** Becomes the server, at its address. The old one has crashed. */
        void takeOver() throws InterruptedException;
    }

    @Override
    void close();
}
