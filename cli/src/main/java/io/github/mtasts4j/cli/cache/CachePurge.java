// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.cache;

import io.github.mtasts4j.cli.ExitCode;
import io.github.mtasts4j.cli.Json;
import io.github.mtasts4j.cli.OutputOptions;
import io.github.mtasts4j.cli.Refusal;
import io.github.mtasts4j.cli.Surroundings;
import io.github.mtasts4j.cli.TypedName;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.RemoteText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mta-sts cache purge}. */
@Command(
        name = "purge",
        description = {
            "Delete policies from the store.",
            "",
            "A domain whose policy is deleted is unprotected until it has been fetched again. To fetch a policy anew without a"
                    + " gap, use warm. A mail server that is running keeps what it has in memory."
        })
final class CachePurge implements Callable<Integer> {

    private final Surroundings here;

    @Parameters(paramLabel = "DOMAIN", arity = "0..*", description = "The domains to forget.")
    private List<String> domains = new ArrayList<>();

    @Option(names = "--expired", description = "Delete all policies that are no longer in force.")
    private boolean expired;

    @Mixin
    private StoreOptions options = new StoreOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    CachePurge(Surroundings here) {
        this.here = here;
    }

    @Override
    public Integer call() {
        if (domains.isEmpty() && !expired) {
            throw new Refusal("name a domain, or say --expired");
        }
        List<DomainName> named = domains.stream().map(CachePurge::name).toList();
        Instant now = here.clock().instant();
        try (OpenStore open = options.reading(here)) {
            for (CachedPolicy policy : PolicyLine.all(open.store())) {
                if (named.contains(policy.domain()) || (expired && !policy.isLive(now))) {
                    open.store().remove(policy.domain());
                    here.out()
                            .println(
                                    output.json()
                                            ? Json.object(json -> PolicyLine.hint(json, policy))
                                            : "deleted " + policy.domain() + ", mode "
                                                    + policy.policy().mode().keyword() + ", id " + policy.id());
                }
            }
        }
        here.out().flush();
        return ExitCode.OK;
    }

    private static DomainName name(String typed) {
        return TypedName.parse(typed)
                .asOptional()
                .map(TypedName::name)
                .orElseThrow(() -> new Refusal("not a domain name: " + RemoteText.safe(typed)));
    }
}
