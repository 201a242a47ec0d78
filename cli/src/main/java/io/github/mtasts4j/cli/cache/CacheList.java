// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.cache;

import io.github.mtasts4j.cli.ExitCode;
import io.github.mtasts4j.cli.OutputOptions;
import io.github.mtasts4j.cli.Surroundings;
import io.github.mtasts4j.discovery.CachedPolicy;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mta-sts cache list}. */
@Command(name = "list", description = "List the policies in the store, by domain.")
final class CacheList implements Callable<Integer> {

    private final Surroundings here;

    @Mixin
    private StoreOptions options = new StoreOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    CacheList(Surroundings here) {
        this.here = here;
    }

    @Override
    public Integer call() {
        Instant now = here.clock().instant();
        try (OpenStore open = options.reading(here)) {
            List<CachedPolicy> all = PolicyLine.all(open.store());
            all.forEach(policy ->
                    here.out().println(output.json() ? PolicyLine.json(policy, now) : PolicyLine.text(policy, now)));
            if (!output.json()) {
                long live = all.stream().filter(policy -> policy.isLive(now)).count();
                here.out().println(all.size() + (all.size() == 1 ? " policy, " : " policies, ") + live + " in force");
            }
        }
        here.out().flush();
        return ExitCode.OK;
    }
}
