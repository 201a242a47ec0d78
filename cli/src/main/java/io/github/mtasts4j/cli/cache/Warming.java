// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.cache;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.cli.ExitCode;
import io.github.mtasts4j.cli.Json;
import io.github.mtasts4j.cli.OutputOptions;
import io.github.mtasts4j.cli.Progress;
import io.github.mtasts4j.cli.Refusal;
import io.github.mtasts4j.cli.Surroundings;
import io.github.mtasts4j.cli.net.Network;
import io.github.mtasts4j.cli.net.NetworkOptions;
import io.github.mtasts4j.discovery.HealthEvent;
import io.github.mtasts4j.discovery.PrefetchSummary;
import io.github.mtasts4j.discovery.ResolverListener;
import io.github.mtasts4j.discovery.ResolverSettings;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import java.util.List;
import java.util.OptionalInt;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Finds out about many domains by the same way as any message, and leaves what it finds in the store. */
final class Warming {

    @Option(
            names = "--per-second",
            paramLabel = "N",
            defaultValue = "20",
            description = "Begin this many a second at most. Default: ${DEFAULT-VALUE}.")
    private int perSecond = 20;

    @Mixin
    private StoreOptions options = new StoreOptions();

    @Mixin
    private NetworkOptions network = new NetworkOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    int run(List<DomainName> domains, Surroundings here) throws InterruptedException {
        if (perSecond < 1) {
            throw new Refusal("--per-second takes 1 or more, not " + perSecond);
        }
        Progress progress = new Progress(here, OptionalInt.of(domains.size()));
        try (OpenStore open = options.writing(here);
                Network world = network.open(here);
                MtaSts sts = MtaSts.builder(world.txt(), world.fetcher())
                        .store(open.store())
                        .clock(world.clock())
                        .listener(refusals(here))
                        .settings(ResolverSettings.defaults().withFetchTimeout(world.timeout()))
                        .withoutRefresh()
                        .build()) {
            Iterable<PolicyDomain> counted = () -> domains.stream()
                    .peek(domain -> progress.step())
                    .map(PolicyDomain::of)
                    .iterator();
            PrefetchSummary summary = sts.prefetch(counted, perSecond);
            progress.hide();
            open.requireKept();
            write(summary, here);
            return summary.failed() > 0 ? ExitCode.UNKNOWN : ExitCode.OK;
        }
    }

    /** Rows that were signed with another key, or made by a later release, stay as they are. */
    private static ResolverListener refusals(Surroundings here) {
        return new ResolverListener() {
            @Override
            public void healthEvent(HealthEvent event) {
                if (event.kind() == HealthEvent.Kind.STORE_ROW_REFUSED) {
                    here.err()
                            .println("mta-sts: " + event.kind()
                                    + event.domain().map(domain -> " " + domain).orElse("") + ": " + event.detail());
                }
            }
        };
    }

    private void write(PrefetchSummary summary, Surroundings here) {
        here.out()
                .println(
                        output.json()
                                ? Json.object(json -> json.number("policies", summary.policies())
                                        .number("absent", summary.absent())
                                        .number("failed", summary.failed()))
                                : summary.policies() + " with a policy, " + summary.absent() + " without, "
                                        + summary.failed() + " could not be found out about");
        here.out().flush();
    }
}
