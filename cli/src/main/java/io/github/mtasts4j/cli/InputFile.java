// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that is read whole. */
public final class InputFile {

    private InputFile() {}

    /**
     * Reads it.
     *
     * @param name its name, or {@code -} for standard input
     * @param limit a longer one is cut to one octet more, which whoever has that limit refuses
     * @param here where the command runs
     * @return its octets
     * @throws Refusal if it cannot be read
     */
    public static byte[] read(String name, int limit, Surroundings here) {
        try {
            if (name.equals("-")) {
                return here.in().readNBytes(limit + 1);
            }
            try (InputStream in = Files.newInputStream(Path.of(name))) {
                return in.readNBytes(limit + 1);
            }
        } catch (IOException e) {
            throw new Refusal("cannot read " + name + ": " + e.getMessage(), e);
        }
    }
}
