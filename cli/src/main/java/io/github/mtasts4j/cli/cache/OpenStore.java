// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.cache;

import io.github.mtasts4j.cli.Refusal;
import io.github.mtasts4j.cli.Surroundings;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.FilePolicyStore;
import io.github.mtasts4j.discovery.PolicyStore;
import io.github.mtasts4j.policy.DomainName;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A store that a URL names. The one place where a URL becomes a store: another kind of store is another case in {@link #open},
 * with its own way of closing.
 *
 * @param store the store
 * @param end what closes it
 */
public record OpenStore(PolicyStore store, Runnable end) implements AutoCloseable {

    private static final String FILE = "file:";

    /**
     * No store: nothing is known of any domain.
     *
     * @return an empty store
     */
    public static OpenStore none() {
        return new OpenStore(new Empty(), () -> {});
    }

    /**
     * Opens a store that exists.
     *
     * @param url such as {@code file:/var/lib/mta-sts}
     * @param here where the command runs; told of broken files
     * @return the store
     * @throws Refusal if there is none
     */
    public static OpenStore reading(String url, Surroundings here) {
        return open(url, here, false);
    }

    /**
     * Opens a store, and makes it if need be.
     *
     * @param url such as {@code file:/var/lib/mta-sts}
     * @param here where the command runs; told of broken files
     * @return the store
     * @throws Refusal if it cannot be opened
     */
    public static OpenStore writing(String url, Surroundings here) {
        return open(url, here, true);
    }

    private static OpenStore open(String url, Surroundings here, boolean make) {
        if (url.startsWith(FILE)) {
            return file(url, here, make);
        }
        throw new Refusal("no such kind of store: " + url + "; a store is file: and a directory");
    }

    private static OpenStore file(String url, Surroundings here, boolean make) {
        try {
            String path = url.substring(FILE.length());
            Path directory = Path.of(path.startsWith("//") ? path.substring(2) : path);
            if (!make && !Files.isDirectory(directory)) {
                throw new Refusal("there is no store in " + directory);
            }
            return new OpenStore(
                    FilePolicyStore.in(
                            directory,
                            here.clock(),
                            event -> here.err()
                                    .println("mta-sts: " + event.kind() + " " + event.file() + ": " + event.detail())),
                    () -> {});
        } catch (InvalidPathException | UncheckedIOException e) {
            throw new Refusal("cannot open the store " + url + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        end.run();
    }

    private static final class Empty implements PolicyStore {

        @Override
        public Optional<CachedPolicy> find(DomainName domain) {
            return Optional.empty();
        }

        @Override
        public boolean save(CachedPolicy policy) {
            return false;
        }

        @Override
        public void remove(DomainName domain) {}

        @Override
        public void scan(Consumer<? super CachedPolicy> each) {}
    }
}
