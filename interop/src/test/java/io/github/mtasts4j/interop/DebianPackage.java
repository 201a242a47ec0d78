// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A package of Debian with a server in it. Where it is not installed the tests fail; none is skipped.
 *
 * @param name what {@code apt-get install} is given
 * @param program the server's program
 */
public record DebianPackage(String name, Path program) {

    /**
     * The program, if it can be started.
     *
     * @return an absolute path
     * @throws IllegalStateException if it is not there, with the command that installs it
     */
    public Path require() {
        if (!Files.isExecutable(program)) {
            throw new IllegalStateException("there is no " + program
                    + ". The tests of the profile \"interop\" need Debian's package " + name
                    + ": apt-get install --no-install-recommends " + name);
        }
        return program;
    }

    /**
     * Checks that the tests run as root, for servers that are started by root only and then drop it.
     *
     * @throws IllegalStateException if they do not
     */
    public void requireRoot() {
        if (!isRoot()) {
            throw new IllegalStateException(name + " can be started by root only. Run the tests of the profile "
                    + "\"interop\" as root, in a container for instance");
        }
    }

    private static boolean isRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException e) {
            throw new IllegalStateException("no Linux", e);
        }
    }
}
