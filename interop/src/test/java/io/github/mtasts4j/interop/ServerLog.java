// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The lines that a server writes, as they come. */
public final class ServerLog {

    /** The longest wait for a line that has to come; nothing is measured by it. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String server;
    private final List<String> lines = new ArrayList<>();
    private boolean ended;

    ServerLog(String server) {
        this.server = server;
    }

    /** Reads until the stream ends. */
    void follow(InputStream stream) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.ISO_8859_1))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                add(line);
            }
        } catch (IOException e) {
            add("[log lost: " + e + "]");
        } finally {
            end();
        }
    }

    private synchronized void add(String line) {
        lines.add(line);
        notifyAll();
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }

    /**
     * How many lines there are.
     *
     * @return a mark to give to the other methods
     */
    public synchronized int mark() {
        return lines.size();
    }

    /**
     * The lines that have come since a mark.
     *
     * @param mark from {@link #mark}
     * @return a copy
     */
    public synchronized List<String> since(int mark) {
        return List.copyOf(lines.subList(mark, lines.size()));
    }

    /**
     * Waits for lines.
     *
     * @param mark where to begin to look
     * @param count how many lines
     * @param what what is waited for, for the message of the error
     * @param wanted says which lines they are
     * @return the first such lines
     * @throws AssertionError with all lines, if the server has ended or a minute has passed without them
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    public synchronized List<String> await(int mark, int count, String what, Predicate<String> wanted)
            throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            List<String> found =
                    since(mark).stream().filter(wanted).limit(count).toList();
            if (found.size() == count) {
                return found;
            }
            long left = (end - System.nanoTime()) / 1_000_000;
            if (ended || left <= 0) {
                throw new AssertionError(server + " has not said: " + what + "\n" + this);
            }
            wait(left);
        }
    }

    /**
     * Waits for a line.
     *
     * @param mark where to begin to look
     * @param what what is waited for, for the message of the error
     * @param wanted says which line it is
     * @return the first such line
     * @throws AssertionError with all lines, if the server has ended or a minute has passed without it
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    public String await(int mark, String what, Predicate<String> wanted) throws InterruptedException {
        return await(mark, 1, what, wanted).get(0);
    }

    /** All lines. */
    @Override
    public synchronized String toString() {
        return String.join("\n", lines);
    }
}
