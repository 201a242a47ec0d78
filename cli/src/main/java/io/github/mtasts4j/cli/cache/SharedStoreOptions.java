// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.cache;

import io.github.mtasts4j.cli.Refusal;
import io.github.mtasts4j.cli.Surroundings;
import io.github.mtasts4j.cli.net.Anchors;
import io.github.mtasts4j.discovery.PolicyRows;
import io.github.mtasts4j.discovery.SharedPolicyStore;
import io.github.mtasts4j.discovery.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
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

    @Option(
            names = "--store-trust",
            paramLabel = "PEM",
            description =
                    "Whose certificate a store at rediss: must have, instead of one that Java trusts. May be repeated.")
    private List<Path> trust = new ArrayList<>();

    /** Made by picocli. */
    public SharedStoreOptions() {}

    String namespace() {
        return namespace == null ? NAMESPACE : namespace;
    }

    /** For a store that is not shared. */
    void requireUnused() {
        if (!keys.isEmpty() || namespace != null || !trust.isEmpty()) {
            throw new Refusal(
                    "--store-key, --store-namespace and --store-trust are for a store that machines share, not"
                            + " for files");
        }
    }

    /** The authorities that the server of a store may have its certificate from; none for those that Java trusts. */
    List<X509Certificate> anchorsFor(StoreUrl url) {
        if (!trust.isEmpty() && !url.isRedisOverTls()) {
            throw new Refusal("--store-trust is for rediss: only; PostgreSQL takes &sslrootcert=FILE in its URL");
        }
        return trust.stream().flatMap(file -> Anchors.read(file).stream()).toList();
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
