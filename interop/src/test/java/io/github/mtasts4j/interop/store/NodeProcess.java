// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** A {@link ClusterNode} from outside. It can be killed at any time, by any thread. */
final class NodeProcess {

    private static final String GONE = "gone";
    private static final long PATIENCE = 300;

    private final Process process;
    private final OutputStream commands;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    private NodeProcess(Process process) {
        this.process = process;
        this.commands = process.getOutputStream();
    }

    /** Starts one; what it tells beside its answers goes to the listener, in a thread of its own. */
    static NodeProcess start(NodePlace place, BiConsumer<NodeProcess, String> news) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                "-cp",
                System.getProperty("java.class.path"),
                ClusterNode.class.getName()));
        command.addAll(place.arguments());
        try {
            NodeProcess node = new NodeProcess(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
            Thread reader = new Thread(() -> node.read(news), "reader of a node");
            reader.setDaemon(true);
            reader.start();
            return node;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(BiConsumer<NodeProcess, String> news) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("=")) {
                    answers.add(line.substring(1));
                } else if (line.startsWith("+ ")) {
                    news.accept(this, line.substring(2));
                }
            }
        } catch (IOException e) {
            news.accept(this, "unreadable");
        } finally {
            answers.add(GONE);
        }
    }

    @Override
    public String toString() {
        return String.valueOf(process.pid());
    }

    /** Commands, and waits for the answer; empty if the process was killed instead. */
    synchronized Optional<String> command(String line) throws InterruptedException {
        try {
            commands.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
            commands.flush();
        } catch (IOException e) {
            return Optional.empty(); // Its end of the pipe is closed.
        }
        String answer = answers.poll(PATIENCE, TimeUnit.SECONDS);
        if (answer == null) {
            throw new AssertionError("a node does not answer " + line.substring(0, Math.min(line.length(), 80)));
        }
        if (answer.equals(GONE)) {
            answers.add(GONE); // For whoever commands next: a pipe to a dead process may take a line more.
            return Optional.empty();
        }
        return Optional.of(answer);
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly(); // Process.destroyForcibly would throw away what is yet unread.
        process.waitFor();
    }
}
