// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.send;

import io.github.mtasts4j.tlsreport.disk.OwnDirectory;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A directory whose files appear as a whole or not at all. What has been written outlives a power failure. A thread that is interrupted
 * finishes what it writes: streams do not mind, while a channel would be closed.
 */
final class Folder {

    private static final String TEMPORARY = "temp-";

    private final OwnDirectory own;
    private final Path directory;

    private Folder(OwnDirectory own) {
        this.own = own;
        this.directory = own.path();
    }

    /** Makes it if need be. */
    static Folder in(Path directory) throws IOException {
        return new Folder(OwnDirectory.in(directory));
    }

    /** Takes possession; empty if somebody else has it. */
    Optional<FileChannel> lock() throws IOException {
        return own.lock();
    }

    Path path(String name) {
        return own.path(name);
    }

    Folder below(String name) throws IOException {
        return in(path(name));
    }

    /** The names of the files that end so, without those of writers that did not get to their end, which are deleted. */
    List<String> names(String ending) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (name.startsWith(TEMPORARY)) {
                    Files.deleteIfExists(file);
                } else if (name.endsWith(ending)) {
                    names.add(name);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    /**
     * The first octets of a file; none if it is not a regular file.
     *
     * @throws NoSuchFileException if the directory itself has gone, which says nothing about a file
     */
    byte[] read(String name, int atMost) throws IOException {
        Path file = path(name);
        if (!Files.isDirectory(directory)) {
            throw new NoSuchFileException(directory.toString());
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return new byte[0];
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return in.readNBytes(atMost);
        }
    }

    void write(String name, byte[] octets) throws IOException {
        Path temporary = Files.createTempFile(directory, TEMPORARY, ""); // For the owner only, as Java has it.
        try {
            append(temporary, octets); // Before the rename: a name must never lead to octets that are not there yet.
            Files.move(temporary, path(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            discard(temporary, e);
            throw e;
        }
        own.sync();
    }

    private static void discard(Path temporary, IOException because) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }

    void append(String name, byte[] octets) throws IOException {
        boolean isNew = !Files.exists(path(name));
        append(path(name), octets);
        if (isNew) {
            own.sync();
        }
    }

    private static void append(Path file, byte[] octets) throws IOException {
        try (FileOutputStream out = new FileOutputStream(file.toFile(), true)) {
            out.write(octets);
            out.getFD().sync();
        }
    }

    void delete(String name) throws IOException {
        if (Files.deleteIfExists(path(name))) {
            own.sync();
        }
    }

    void move(String name, Path to) throws IOException {
        Files.move(path(name), to, StandardCopyOption.ATOMIC_MOVE);
        own.sync();
    }
}
