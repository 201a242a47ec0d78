// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import io.github.mtasts4j.discovery.Backstage;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.FilePolicyStore;
import io.github.mtasts4j.discovery.PolicyStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A store in files, and what a disk can do to it. */
final class FaultyFiles extends FaultyStore {

    private final Path directory;
    private final FilePolicyStore disk;
    private final List<FilePolicyStore.Event> events = new ArrayList<>();
    private byte[] original = {};

    FaultyFiles(Path directory) {
        this.directory = directory;
        this.disk = FilePolicyStore.in(directory, () -> time().wall().instant(), events::add);
    }

    @Override
    protected PolicyStore real() {
        return disk;
    }

    @Override
    protected Optional<List<FilePolicyStore.Kind>> told() {
        return Optional.of(events.stream().map(FilePolicyStore.Event::kind).toList());
    }

    @Override
    protected void damage(StoreFault begun, Optional<CachedPolicy> there) throws IOException {
        Path file = Backstage.file(directory, domain());
        original = there.isPresent() ? Files.readAllBytes(file) : new byte[0];
        switch (begun) {
            case DOWN_AT_START, DOWN_MID_RUN -> Files.move(shelf(), away());
            case READ_ONLY -> {
                Files.deleteIfExists(lock());
                Files.createDirectory(lock());
            }
            case CORRUPT -> Files.writeString(file, "mtasts4j-policy 1\nmode: none\n");
            case TRUNCATED -> Files.write(file, Arrays.copyOf(original, original.length / 2));
            case NEWER_FORMAT -> Files.writeString(file, newerText());
            case FUTURE_TIMESTAMP -> there.map(StoreFault::inTheFuture).ifPresent(disk::save);
            default -> {}
        }
        events.clear();
    }

    @Override
    protected List<String> repair(StoreFault ended) throws IOException {
        List<String> broken = new ArrayList<>();
        Path file = Backstage.file(directory, domain());
        switch (ended) {
            case DOWN_AT_START, DOWN_MID_RUN -> Files.move(away(), shelf());
            case READ_ONLY -> Files.delete(lock());
            case NEWER_FORMAT -> {
                if (!Files.readString(file).equals(newerText())) {
                    broken.add("I6 the file of a later release was changed");
                }
                Files.delete(file);
                if (original.length > 0) {
                    Files.write(file, original);
                }
            }
            default -> {}
        }
        return broken;
    }

    @Override
    protected void clear() throws IOException {
        Files.deleteIfExists(Backstage.file(directory, domain()));
        events.clear();
    }

    private Path shelf() {
        return Backstage.shelf(directory, domain());
    }

    private Path away() {
        return directory.resolve("unmounted");
    }

    private Path lock() {
        return shelf().resolve("lock");
    }

    private String newerText() {
        return "mtasts4j-policy 2\nname: " + domain() + "\n";
    }
}
