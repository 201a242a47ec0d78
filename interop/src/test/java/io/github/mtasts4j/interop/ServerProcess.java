// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A real server as a child of this JVM. It stops when it is closed, and also when the JVM dies in any way: a shell reads
 * its standard input, which ends in both cases, and then stops the server.
 */
public final class ServerProcess implements AutoCloseable {

    /** A signal to the whole group, as from a terminal, ends cat and not the shell. */
    private static final String SCRIPT = """
            trap : HUP INT TERM
            (eval "$1"; echo "[ended with status $?]") 2>&1 &
            cat >/dev/null
            eval "$2" >/dev/null 2>&1
            wait
            """;

    private final Process shell;
    private final ServerLog log;
    private final Thread reader;

    private ServerProcess(Process shell, ServerLog log) {
        this.shell = shell;
        this.log = log;
        this.reader = new Thread(() -> log.follow(shell.getInputStream()), "log of a server");
        this.reader.setDaemon(true);
        this.reader.start();
    }

    /**
     * Starts a server, without waiting until it is ready.
     *
     * @param name what to call it in errors
     * @param start the command, for a shell, that runs it in the foreground and logs to standard output
     * @param stop the command that stops it
     * @return the server, to be closed
     */
    public static ServerProcess start(String name, String start, String stop) {
        try {
            ProcessBuilder shell = new ProcessBuilder("sh", "-c", SCRIPT, "sh", start, stop);
            return new ServerProcess(shell.redirectErrorStream(true).start(), new ServerLog(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What it says on standard output and standard error.
     *
     * @return the log, which grows
     */
    public ServerLog log() {
        return log;
    }

    /**
     * Waits until the server says that it is ready.
     *
     * @param words part of the line it says it with
     * @throws AssertionError with its log, if it has ended instead or does not say so within a minute
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    public void awaitReady(String words) throws InterruptedException {
        String line = log.await(0, words, said -> said.contains(words) || said.startsWith("[ended with status"));
        if (!line.contains(words)) {
            throw new AssertionError("the server does not start\n" + log);
        }
    }

    /** Stops the server, and waits until it has ended. */
    @Override
    public void close() {
        try {
            shell.getOutputStream().close();
            shell.waitFor();
            reader.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            shell.destroy();
            Thread.currentThread().interrupt();
        }
    }
}
