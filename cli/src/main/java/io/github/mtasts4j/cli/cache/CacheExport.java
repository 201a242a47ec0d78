// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.cache;

import io.github.mtasts4j.cli.ExitCode;
import io.github.mtasts4j.cli.Json;
import io.github.mtasts4j.cli.OutputOptions;
import io.github.mtasts4j.cli.Surroundings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mta-sts cache export}. */
@Command(
        name = "export",
        description = {
            "Write what is in the store, one line of JSON for each policy: domain, id, mode, fetchedAt, expires.",
            "",
            "It is a list of hints for import on another machine, not a backup: the policies themselves are not in it."
        })
final class CacheExport implements Callable<Integer> {

    private final Surroundings here;

    @Mixin
    private StoreOptions options = new StoreOptions();

    @Mixin
    @SuppressWarnings("UnusedVariable") // It is JSON in any case; --json is taken everywhere.
    private OutputOptions output = new OutputOptions();

    CacheExport(Surroundings here) {
        this.here = here;
    }

    @Override
    public Integer call() {
        try (OpenStore open = options.reading(here)) {
            PolicyLine.all(open.store())
                    .forEach(policy -> here.out().println(Json.object(json -> PolicyLine.hint(json, policy))));
        }
        here.out().flush();
        return ExitCode.OK;
    }
}
