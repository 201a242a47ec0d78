// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.cache;

import io.github.mtasts4j.cli.Refusal;
import io.github.mtasts4j.cli.Surroundings;
import io.github.mtasts4j.discovery.PolicyRows;
import io.github.mtasts4j.discovery.SharedPolicyStore;
import io.github.mtasts4j.discovery.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What there is to say of a store that many machines share. */
public final class SharedStoreOptions {

    private static final String NAMESPACE = "default";
    private static final int MOST_OCTETS = 4096;

    @Option(
            names = "--store-key",
            paramLabel = "NAME=FILE",
            description =
                    "Sign what is written to a shared store, and believe nothing else there. The octets of the file, 32 at"
                            + " least, are the key. May be repeated: the first signs, the others are believed too.")
    private List<String> keys = new ArrayList<>();

    @Option(
            names = "--store-namespace",
            paramLabel = "NAME",
            description = "The part of a shared store for senders like this one, which trust whom it trusts. Default: "
                    + NAMESPACE + ".")
    private @Nullable String namespace;

    /** Made by picocli. */
    public SharedStoreOptions() {}

    String namespace() {
        return namespace == null ? NAMESPACE : namespace;
    }

    /** For a store that is not shared. */
    void requireUnused() {
        if (!keys.isEmpty() || namespace != null) {
            throw new Refusal("--store-key and --store-namespace are for a store that machines share, not for files");
        }
    }

    SharedPolicyStore over(PolicyRows rows, Surroundings here) {
        try {
            SharedPolicyStore.Builder builder =
                    SharedPolicyStore.builder(rows).time(new TimeSource(here.clock(), System::nanoTime));
            for (int i = 0; i < keys.size(); i++) {
                Key key = Key.of(keys.get(i));
                if (i == 0) {
                    builder.signedBy(key.name, key.octets);
                } else {
                    builder.alsoReading(key.name, key.octets);
                }
            }
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new Refusal("--store-key or --store-namespace: " + e.getMessage(), e);
        }
    }

    private static final class Key {

        private final String name;
        private final byte[] octets;

        private Key(String name, byte[] octets) {
            this.name = name;
            this.octets = octets;
        }

        static Key of(String typed) {
            int mark = typed.indexOf('=');
            if (mark < 0) {
                throw new Refusal("--store-key takes NAME=FILE");
            }
            String file = typed.substring(mark + 1);
            try {
                Path path = Path.of(file);
                if (Files.size(path) > MOST_OCTETS) {
                    throw new Refusal("--store-key: " + file + " has more than " + MOST_OCTETS + " octets");
                }
                return new Key(typed.substring(0, mark), Files.readAllBytes(path));
            } catch (IOException | InvalidPathException e) {
                throw new Refusal("--store-key: cannot read " + file, e);
            }
        }
    }
}
