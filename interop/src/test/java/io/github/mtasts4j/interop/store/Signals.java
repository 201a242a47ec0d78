// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** What is done to our own servers by the shell. */
final class Signals {

    private Signals() {}

    /** Sends a signal to the process whose number is the first line of a file. */
    static void send(String signal, Path pidFile) throws InterruptedException {
        try {
            shell("kill -" + signal + " "
                    + Files.readAllLines(pidFile, StandardCharsets.US_ASCII).get(0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same to a process and all that it has begun, at once. */
    static void sendToAll(String signal, Path pidFile) throws InterruptedException {
        try {
            String first =
                    Files.readAllLines(pidFile, StandardCharsets.US_ASCII).get(0);
            String others = ProcessHandle.of(Long.parseLong(first)).stream()
                    .flatMap(ProcessHandle::descendants)
                    .map(process -> " " + process.pid())
                    .collect(Collectors.joining());
            shell("kill -" + signal + " " + first + others + " || kill -0 " + first + " || test " + signal + " = KILL");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void shell(String command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder("sh", "-c", command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (process.waitFor() != 0) {
                throw new IllegalStateException(command + " ended with status " + process.exitValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
