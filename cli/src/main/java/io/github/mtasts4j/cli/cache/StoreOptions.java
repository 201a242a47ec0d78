// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.cache;

import io.github.mtasts4j.cli.Surroundings;
import picocli.CommandLine.Option;

/** Which store. */
final class StoreOptions {

    @Option(
            names = "--store",
            required = true,
            paramLabel = "URL",
            description = "The store: file: and the directory that your mail server keeps its policies in.")
    private String url = "";

    OpenStore reading(Surroundings here) {
        return OpenStore.reading(url, here);
    }

    OpenStore writing(Surroundings here) {
        return OpenStore.writing(url, here);
    }
}
