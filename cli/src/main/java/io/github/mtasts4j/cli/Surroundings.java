// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli;

import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;

/**
 * Where the command runs: what a test gives it, and what a process has.
 *
 * @param in standard input
 * @param out standard output, in UTF-8
 * @param err standard error, in UTF-8
 * @param env the environment variables
 * @param outIsTerminal whether a person sees what is written to {@code out}
 * @param errIsTerminal whether a person sees what is written to {@code err}
 * @param clock the time, by which certificates and policies are judged
 */
public record Surroundings(
        InputStream in,
        PrintStream out,
        PrintStream err,
        Map<String, String> env,
        boolean outIsTerminal,
        boolean errIsTerminal,
        InstantSource clock) {

    /** Set by the launcher script, since Java cannot tell whether only one of the two is a terminal. */
    private static final String TERMINALS = "mta-sts.terminals";

    /**
     * Copies the variables.
     *
     * @param in standard input
     * @param out standard output
     * @param err standard error
     * @param env the environment variables
     * @param outIsTerminal whether a person sees what is written to {@code out}
     * @param errIsTerminal whether a person sees what is written to {@code err}
     * @param clock the time
     */
    public Surroundings {
        env = Map.copyOf(env);
    }

    /** Those of this process. */
    static Surroundings ofProcess() {
        String terminals = System.getProperty(TERMINALS, "");
        return new Surroundings(
                new BufferedInputStream(new FileInputStream(FileDescriptor.in)), // A pipe has no position to ask for.
                utf8(FileDescriptor.out),
                utf8(FileDescriptor.err),
                System.getenv(),
                terminals.contains("out"),
                terminals.contains("err"),
                InstantSource.system());
    }

    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }
}
