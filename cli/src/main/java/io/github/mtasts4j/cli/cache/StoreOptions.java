// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.cache;

import io.github.mtasts4j.cli.Surroundings;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which store. */
final class StoreOptions {

    @Option(
            names = "--store",
            required = true,
            paramLabel = "URL",
            description = "The store: file: and the directory that your mail server keeps its policies in,"
                    + " jdbc:postgresql://HOST/DATABASE, jdbc:sqlite:FILE or redis://HOST.")
    private String url = "";

    @Mixin
    private SharedStoreOptions shared = new SharedStoreOptions();

    OpenStore reading(Surroundings here) {
        return OpenStore.reading(url, shared, here);
    }

    OpenStore writing(Surroundings here) {
        return OpenStore.writing(url, shared, here);
    }
}
