// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
        List<String> all = all(pidFile);
        shell("kill -" + signal + " " + String.join(" ", all) + " || kill -0 " + all.get(0) + " || test " + signal
                + " = KILL");
    }

    /**
     * Lets a process, all that it has begun, and all that it will begin write no file longer than this.
     *
     * @param as the beginning of a command that is run by the user whose process it is
     */
    static void limitFiles(String as, long octets, Path pidFile) throws InterruptedException {
        for (String process : all(pidFile)) {
            shell(as + "prlimit --pid " + process + " --fsize=" + octets + ":" + octets + " || ! kill -0 " + process);
        }
    }

    private static List<String> all(Path pidFile) {
        try {
            String first =
                    Files.readAllLines(pidFile, StandardCharsets.US_ASCII).get(0);
            List<String> all = new ArrayList<>(List.of(first));
            ProcessHandle.of(Long.parseLong(first)).stream()
                    .flatMap(ProcessHandle::descendants)
                    .forEach(process -> all.add(String.valueOf(process.pid())));
            return all;
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
