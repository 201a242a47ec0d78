// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.cache;

import io.github.mtasts4j.cli.NameSource;
import io.github.mtasts4j.cli.Refusal;
import io.github.mtasts4j.cli.Surroundings;
import io.github.mtasts4j.cli.TypedName;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.RemoteText;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mta-sts cache warm}. */
@Command(
        name = "warm",
        description = {
            "Fetch the policies of domains into the store before there is mail for them.",
            "",
            "Closes the window in which the first message to a domain goes unprotected. Names that are no domains are refused."
        })
final class CacheWarm implements Callable<Integer> {

    private final Surroundings here;

    @Mixin
    private NameSource names = new NameSource();

    @Mixin
    private Warming warming = new Warming();

    CacheWarm(Surroundings here) {
        this.here = here;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (Stream<String> typed = names.open(here)) {
            List<DomainName> domains = typed.map(CacheWarm::name).distinct().toList();
            return warming.run(domains, here);
        }
    }

    private static DomainName name(String typed) {
        return TypedName.parse(typed)
                .asOptional()
                .map(TypedName::name)
                .orElseThrow(() -> new Refusal("not a domain name: " + RemoteText.safe(typed)));
    }
}
