// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The domains a command is to work on: from the command line, and from a file or standard input. */
public final class NameSource {

    @Parameters(
            paramLabel = "DOMAIN",
            arity = "0..*",
            description =
                    "A recipient domain: what stands behind the @ of an address. Letters of any script are taken as"
                            + " typed.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--from",
            paramLabel = "FILE",
            description = "Read further domains from this file, one on each line, or from standard input if it is -."
                    + " Empty lines and lines that begin with # are skipped.")
    private @Nullable String from;

    /** Made by picocli. */
    public NameSource() {}

    /**
     * All names as they were typed. Those of a file are read as they are needed.
     *
     * @param here where the command runs
     * @return the names, in order; to be closed
     * @throws Refusal if there is no name and no file, or the file cannot be read
     */
    public Stream<String> open(Surroundings here) {
        if (from == null && names.isEmpty()) {
            throw new Refusal("name a domain, or a file of domains with --from");
        }
        return from == null ? names.stream() : Stream.concat(names.stream(), lines(from, here));
    }

    /**
     * How many names there are, where that can be known beforehand.
     *
     * @return the number, or empty if they come from a file
     */
    public OptionalInt count() {
        return from == null ? OptionalInt.of(names.size()) : OptionalInt.empty();
    }

    private static Stream<String> lines(String file, Surroundings here) {
        try {
            InputStream in = file.equals("-") ? here.in() : Files.newInputStream(Path.of(file));
            BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            return reader.lines()
                    .map(line -> line.replace("\ufeff", "").strip())
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .onClose(() -> close(reader));
        } catch (IOException e) {
            throw new Refusal("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static void close(BufferedReader reader) {
        try {
            reader.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
