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
 * A store that a URL names: files of this machine, or rows in an engine that machines share.
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
     * Opens a store that exists. Its methods throw a {@link Refusal} if it fails.
     *
     * @param url such as {@code file:/var/lib/mta-sts} or {@code jdbc:postgresql://db.example/mta_sts}
     * @param shared its keys and its namespace
     * @param here where the command runs; told of broken files
     * @return the store
     * @throws Refusal if there is none, or it does not answer
     */
    public static OpenStore reading(String url, SharedStoreOptions shared, Surroundings here) {
        return open(url, shared, here, Use.READING);
    }

    /**
     * Opens a store, and makes it if need be. Its methods throw a {@link Refusal} if it fails.
     *
     * @param url such as {@code file:/var/lib/mta-sts} or {@code jdbc:postgresql://db.example/mta_sts}
     * @param shared its keys and its namespace
     * @param here where the command runs; told of broken files
     * @return the store
     * @throws Refusal if it cannot be opened, or does not answer
     */
    public static OpenStore writing(String url, SharedStoreOptions shared, Surroundings here) {
        return open(url, shared, here, Use.WRITING);
    }

    /**
     * Opens a store for a server that runs for weeks. One that is shared need not answer yet: were the server not to start, a
     * store that is down would hold up all mail.
     *
     * @param url such as {@code file:/var/lib/mta-sts} or {@code jdbc:postgresql://db.example/mta_sts}
     * @param shared its keys and its namespace
     * @param here where the command runs; told of broken files
     * @return the store
     * @throws Refusal if what was typed makes no sense
     */
    public static OpenStore serving(String url, SharedStoreOptions shared, Surroundings here) {
        return open(url, shared, here, Use.SERVING);
    }

    private enum Use {
        READING,
        WRITING,
        SERVING
    }

    private static OpenStore open(String url, SharedStoreOptions options, Surroundings here, Use use) {
        if (url.startsWith(FILE)) {
            options.requireUnused();
            return file(url, here, use != Use.READING);
        }
        StoreUrl place = StoreUrl.parse(url);
        if (use == Use.READING && place.kind() == StoreUrl.Kind.SQLITE && !Files.exists(Path.of(place.file()))) {
            throw new Refusal("there is no store in " + place.file());
        }
        SharedRows shared = SharedRows.of(place, options, here.env());
        try {
            PolicyStore store = options.over(shared.rows(), here);
            if (use == Use.SERVING) {
                return new OpenStore(store, shared.end());
            }
            requireAnswer(shared, place);
            return new OpenStore(new PlainStore(store, place.shown()), shared.end());
        } catch (Refusal e) {
            shared.end().run();
            throw e;
        }
    }

    private static void requireAnswer(SharedRows shared, StoreUrl place) {
        try {
            var unused = shared.rows().after(Long.MAX_VALUE, 1);
        } catch (RuntimeException e) {
            throw PlainStore.refusal(place.shown(), e);
        }
    }

    /**
     * Makes sure that what was to be kept is kept.
     *
     * @throws Refusal if the store has failed to keep a policy
     */
    void requireKept() {
        if (store instanceof PlainStore plain) {
            plain.requireKept();
        }
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
