// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One directory of a {@link FilePolicyStore}: files that appear as a whole or not at all, and one writer at a time
 * among all threads and processes. Readers need no lock.
 */
final class Shelf {

    private static final String LOCK = "lock";
    private static final String TEMPORARY = "temp-";
    private static final long PAUSE_NANOS = 1_000_000;
    private static final int LONGEST_WAIT = 10_000; // pauses, so ten seconds

    private final Path directory;
    private final ReentrantLock mutex = new ReentrantLock();
    private boolean swept; // guarded by the mutex

    /** What is done while nobody else writes. */
    interface Work<T> {
        T run() throws IOException;
    }

    /** What is done with a file. */
    interface Visit {
        void to(String fileName);
    }

    /** Takes a directory, which is made if need be; {@link #sync} on the one above makes that last. */
    Shelf(Path directory) throws IOException {
        this.directory = directory;
        if (!Files.isDirectory(directory)) {
            make(directory);
        }
    }

    /** Makes a directory and those above it, durably. */
    static Shelf withParents(Path directory) throws IOException {
        Path parent = directory.toAbsolutePath().getParent();
        if (Files.isDirectory(directory) || parent == null) {
            return new Shelf(directory);
        }
        Shelf above = withParents(parent);
        Shelf made = new Shelf(directory);
        above.sync();
        return made;
    }

    private static void make(Path directory) throws IOException {
        try {
            Files.createDirectory(directory, ownerOnly(directory, "rwx------"));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw e; // If it is one, another process was quicker.
            }
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path path, String permissions) {
        return isPosix(path)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    Path path(String fileName) {
        return directory.resolve(fileName);
    }

    // ---- reading ----

    /**
     * The first octets of a file.
     *
     * @return empty if there is no such file; no octets if it is not a regular file but a link or a directory
     * @throws NoSuchFileException if the directory itself has gone, which says nothing about a policy
     */
    Optional<byte[]> read(String fileName, int atMost) throws IOException {
        Path file = path(fileName);
        try {
            // Asked first: to open a pipe would wait for who writes into it.
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return Optional.of(
                    attributes.isRegularFile() ? read(file, (int) Math.min(attributes.size(), atMost)) : new byte[0]);
        } catch (NoSuchFileException e) {
            if (!Files.isDirectory(directory)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** In one read as a rule, since nobody writes to a file that is there. */
    private static byte[] read(Path file, int octets) throws IOException {
        ByteBuffer read = ByteBuffer.allocate(octets);
        try (SeekableByteChannel in = Files.newByteChannel(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            while (read.hasRemaining() && in.read(read) >= 0) {
                // Until there is all.
            }
        }
        return read.hasRemaining() ? Arrays.copyOf(read.array(), read.position()) : read.array();
    }

    /** Goes through the files that others see, one by one. */
    void visit(Visit visit) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (!name.equals(LOCK) && !name.startsWith(TEMPORARY)) {
                    visit.to(name);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    // ---- writing ----

    /** Does something while no other thread or process does. Not to be nested for one shelf. */
    <T> T alone(Work<T> work) throws IOException {
        mutex.lock();
        try (FileChannel channel = FileChannel.open(
                path(LOCK),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                ownerOnly(directory, "rw-------"))) {
            await(channel); // The lock ends with the channel, or with the process.
            sweep();
            return work.run();
        } finally {
            mutex.unlock();
        }
    }

    /**
     * Waits for the file lock, for ten seconds: the process that holds it may be stopped for ever. By asking again and
     * again, because that also works for another store in this JVM (where waiting is an error), and because a channel
     * that an interrupt closes would end that other store's lock with its own.
     */
    private void await(FileChannel channel) throws IOException {
        boolean interrupted = false;
        try {
            for (int pause = 0; !isLocked(channel); pause++) {
                if (pause == LONGEST_WAIT) {
                    throw new IOException("somebody else has kept " + path(LOCK) + " locked for ten seconds");
                }
                LockSupport.parkNanos(PAUSE_NANOS);
                interrupted |= Thread.interrupted();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // Held by another store in this JVM, perhaps of another class loader.
        }
    }

    /** Temporary files live under the lock only, so one that is here when we get it was left by a crash. */
    private void sweep() throws IOException {
        if (swept) {
            return;
        }
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(directory, TEMPORARY + "*")) {
            for (Path leftover : leftovers) {
                Files.deleteIfExists(leftover);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        swept = true;
    }

    /** Writes a file or replaces it. When this returns, it outlives a power failure. */
    void write(String fileName, byte[] octets) throws IOException {
        Path temporary = Files.createTempFile(directory, TEMPORARY, ""); // For the owner only, as Java has it.
        try {
            try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                for (ByteBuffer rest = ByteBuffer.wrap(octets); rest.hasRemaining(); ) {
                    out.write(rest);
                }
                out.force(true); // Before the rename: a name must never lead to octets that are not there yet.
            }
            Files.move(temporary, path(fileName), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            discard(temporary, e);
            throw e;
        }
        sync();
    }

    private static void discard(Path temporary, IOException because) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }

    /** Removes a file, if it is there, for good. */
    void delete(String fileName) throws IOException {
        if (Files.deleteIfExists(path(fileName))) {
            sync();
        }
    }

    /** Makes the names in the directory last. Windows cannot, nor does it have to. */
    void sync() throws IOException {
        if (isPosix(directory)) {
            try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
                names.force(true);
            }
        }
    }
}
