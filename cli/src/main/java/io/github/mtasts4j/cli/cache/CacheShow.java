// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.cache;

import io.github.mtasts4j.cli.ExitCode;
import io.github.mtasts4j.cli.Json;
import io.github.mtasts4j.cli.OutputOptions;
import io.github.mtasts4j.cli.Refusal;
import io.github.mtasts4j.cli.Surroundings;
import io.github.mtasts4j.cli.TypedName;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.policy.RemoteText;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code mta-sts cache show}. */
@Command(
        name = "show",
        description =
                "Show the policy that the store has of a domain, as it was published. Ends with 1 if it has none.")
final class CacheShow implements Callable<Integer> {

    private static final int LINE = 1024;

    private final Surroundings here;

    @Parameters(paramLabel = "DOMAIN", description = "The recipient domain.")
    private String domain = "";

    @Mixin
    private StoreOptions options = new StoreOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    CacheShow(Surroundings here) {
        this.here = here;
    }

    @Override
    public Integer call() {
        TypedName name = TypedName.parse(domain)
                .asOptional()
                .orElseThrow(() -> new Refusal("not a domain name: " + RemoteText.safe(domain)));
        try (OpenStore open = options.reading(here)) {
            Optional<CachedPolicy> policy = open.store().find(name.name());
            if (policy.isEmpty()) {
                here.out()
                        .println(
                                output.json()
                                        ? Json.object(json -> json.field("domain", name.name())
                                                .field("id", Optional.empty()))
                                        : "the store has no policy of " + name);
            } else {
                show(policy.get());
            }
            here.out().flush();
            return policy.isPresent() ? ExitCode.OK : ExitCode.FOUND;
        }
    }

    private void show(CachedPolicy policy) {
        Instant now = here.clock().instant();
        if (output.json()) {
            here.out().println(PolicyLine.json(policy, now));
            return;
        }
        here.out().println(PolicyLine.text(policy, now));
        here.out().println();
        policy.policy().lines().forEach(line -> here.out().println(RemoteText.safe(line, LINE)));
    }
}
