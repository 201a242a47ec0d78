// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** Everything that one server reads and writes. Servers that drop root may pass through it, unlike JUnit's. */
public final class PrivateDirectory implements AutoCloseable {

    private final Path root;

    private PrivateDirectory(Path root) {
        this.root = root;
    }

    /**
     * Makes an empty directory.
     *
     * @param server what to call it
     * @return the directory, to be closed
     */
    public static PrivateDirectory of(String server) {
        try {
            Path root = Files.createTempDirectory("mtasts4j-" + server);
            Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
            return new PrivateDirectory(root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Where something in it is.
     *
     * @param name a relative path
     * @return an absolute path
     */
    public Path path(String name) {
        return root.resolve(name);
    }

    /**
     * Makes a directory in it, for the user who runs the tests.
     *
     * @param name its name
     * @return its absolute path
     */
    public Path directory(String name) {
        try {
            return Files.createDirectory(path(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Makes a directory in it.
     *
     * @param name its name
     * @param owner the user whose it is to be
     * @return its absolute path
     */
    public Path directory(String name, String owner) {
        try {
            Path directory = Files.createDirectory(path(name));
            Files.setOwner(
                    directory,
                    directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(owner));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Writes a file that all users may read.
     *
     * @param name its name
     * @param text its content
     * @return its absolute path
     */
    public Path file(String name, String text) {
        return write(name, "rw-r--r--", text);
    }

    /**
     * Writes a file that its owner alone may read.
     *
     * @param name its name
     * @param text its content
     * @return its absolute path
     */
    public Path secret(String name, String text) {
        return write(name, "rw-------", text);
    }

    private Path write(String name, String permissions, String text) {
        try {
            Path file = Files.createFile(path(name));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
            return Files.writeString(file, text, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes it with all that is in it. */
    @Override
    public void close() {
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
                    Files.delete(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
