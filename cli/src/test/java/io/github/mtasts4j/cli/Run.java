// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** One run of the command in this process, and what it wrote. */
record Run(int code, String out, String err) {

    static Run of(String... args) {
        return new In().run(args);
    }

    List<String> lines() {
        return out.lines().toList();
    }

    /** Where it runs, to be changed before it does. */
    static final class In {

        private byte[] stdin = new byte[0];
        private Map<String, String> env = Map.of();
        private boolean terminal;
        private InstantSource clock = InstantSource.system();

        In stdin(String text) {
            return stdin(text.getBytes(StandardCharsets.UTF_8));
        }

        In stdin(byte[] octets) {
            this.stdin = octets;
            return this;
        }

        In env(String name, String value) {
            this.env = Map.of(name, value);
            return this;
        }

        In terminal() {
            this.terminal = true;
            return this;
        }

        In clock(InstantSource source) {
            this.clock = source;
            return this;
        }

        /** For those who only want to look at the command. */
        Surroundings here() {
            return here(new ByteArrayOutputStream(), new ByteArrayOutputStream());
        }

        private Surroundings here(ByteArrayOutputStream out, ByteArrayOutputStream err) {
            return new Surroundings(
                    new ByteArrayInputStream(stdin),
                    new PrintStream(out, true, StandardCharsets.UTF_8),
                    new PrintStream(err, true, StandardCharsets.UTF_8),
                    env,
                    terminal,
                    terminal,
                    clock);
        }

        Run run(String... args) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            int code = MtaStsCommand.run(here(out, err), args);
            return new Run(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        }
    }
}
