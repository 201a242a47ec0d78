// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** A directory for one user and one process, the names in which outlive a power failure. */
public final class OwnDirectory {

    private final Path directory;
    private final boolean posix;

    private OwnDirectory(Path directory) {
        this.directory = directory;
        this.posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /**
     * Makes it if need be, for its owner only where the system knows owners.
     *
     * @param path where
     * @return the directory
     * @throws IOException if it cannot be made
     */
    public static OwnDirectory in(Path path) throws IOException {
        OwnDirectory own = new OwnDirectory(path.toAbsolutePath());
        if (!Files.isDirectory(own.directory)) {
            Files.createDirectories(own.directory, own.permissions("rwx------"));
            syncNameOf(own.directory);
        }
        return own;
    }

    /**
     * The directory itself.
     *
     * @return an absolute path
     */
    public Path path() {
        return directory;
    }

    /**
     * A file in it.
     *
     * @param name its name
     * @return its path
     */
    public Path path(String name) {
        return directory.resolve(name);
    }

    /**
     * Opens a file in it, no link, for its owner only where it is new.
     *
     * @param name its name
     * @param options how to
     * @return the open file
     * @throws IOException if it cannot be opened
     */
    public FileChannel open(String name, OpenOption... options) throws IOException {
        Set<OpenOption> all = new HashSet<>(Set.of(options));
        all.add(LinkOption.NOFOLLOW_LINKS);
        return FileChannel.open(path(name), all, permissions("rw-------"));
    }

    private FileAttribute<?>[] permissions(String owners) {
        return posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(owners))}
                : new FileAttribute<?>[0];
    }

    /**
     * Takes possession, until what this returns is closed.
     *
     * @return the lock; empty if somebody has it, in this process or in another
     * @throws IOException if there can be no lock
     */
    public Optional<FileChannel> lock() throws IOException {
        FileChannel file = open("lock", StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean isOurs = false;
        try {
            isOurs = file.tryLock() != null;
            return isOurs ? Optional.of(file) : Optional.empty();
        } catch (OverlappingFileLockException e) {
            return Optional.empty(); // Somebody in this process has it.
        } finally {
            if (!isOurs) {
                file.close();
            }
        }
    }

    /**
     * Makes the names in it last.
     *
     * @throws IOException if the disk fails
     */
    public void sync() throws IOException {
        sync(directory);
    }

    /**
     * Makes the name of a file last, in whatever directory it is.
     *
     * @param file the file, or a directory
     * @throws IOException if the disk fails
     */
    public static void syncNameOf(Path file) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            sync(parent);
        }
    }

    /** Windows cannot, nor does it have to. A thread that is interrupted does it all the same. */
    private static void sync(Path directory) throws IOException {
        if (!directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
