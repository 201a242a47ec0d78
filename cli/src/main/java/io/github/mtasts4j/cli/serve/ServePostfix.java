// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.serve;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.cli.ExitCode;
import io.github.mtasts4j.cli.Json;
import io.github.mtasts4j.cli.OutputOptions;
import io.github.mtasts4j.cli.Refusal;
import io.github.mtasts4j.cli.Surroundings;
import io.github.mtasts4j.cli.TypedName;
import io.github.mtasts4j.cli.cache.OpenStore;
import io.github.mtasts4j.cli.cache.SharedStoreOptions;
import io.github.mtasts4j.cli.net.Network;
import io.github.mtasts4j.cli.net.NetworkOptions;
import io.github.mtasts4j.discovery.FilePolicyOverrides;
import io.github.mtasts4j.discovery.PolicyOverrides;
import io.github.mtasts4j.discovery.ResolverSettings;
import io.github.mtasts4j.postfix.AnswerForm;
import io.github.mtasts4j.postfix.PostfixMetrics;
import io.github.mtasts4j.postfix.PostfixServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mta-sts serve postfix}. */
@Command(
        name = "postfix",
        description = {
            "Answer Postfix's smtp_tls_policy_maps, so that it obeys the policies of the domains it sends to.",
            "",
            "In main.cf: smtp_tls_policy_maps = socketmap:inet:127.0.0.1:8461:postfix. Runs until it is told to stop (SIGTERM),"
                    + " and finishes what it has begun. See docs/postfix.md."
        })
final class ServePostfix implements Callable<Integer> {

    private final Surroundings here;

    @Option(
            names = "--listen",
            paramLabel = "PLACE",
            defaultValue = "inet:127.0.0.1:8461",
            description =
                    "Where Postfix asks: inet:ADDRESS:PORT, or unix: and the path of a socket. Whoever can reach it can"
                            + " ask. Default: ${DEFAULT-VALUE}.")
    private String listen = "";

    @Option(
            names = "--metrics",
            paramLabel = "ADDRESS:PORT",
            description = "Serve /metrics for Prometheus and /health there, such as 127.0.0.1:8462.")
    private @Nullable String metrics;

    @Option(
            names = "--store",
            paramLabel = "URL",
            description =
                    "Keep policies there, as an attacker waits for the restart of a server that does not: file: and a"
                            + " directory, made if need be, or a store that machines share, which may be down:"
                            + " jdbc:postgresql://HOST/DATABASE, jdbc:sqlite:FILE or redis://HOST.")
    private @Nullable String store;

    @Mixin
    private SharedStoreOptions shared = new SharedStoreOptions();

    @Option(
            names = "--attributes",
            description =
                    "Answer with the attributes of Postfix 3.10 and later, which hold a host to the whole policy.")
    private boolean attributes;

    @Option(
            names = "--dane",
            description = "Let DANE go first, for a Postfix that does DANE; the resolver has to validate.")
    private boolean dane;

    @Option(
            names = "--overrides",
            paramLabel = "FILE",
            description =
                    "The operator's own rules for single domains, read again when they change; see docs/overrides.md.")
    private @Nullable Path overrides;

    @Mixin
    private NetworkOptions network = new NetworkOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    ServePostfix(Surroundings here) {
        this.here = here;
    }

    @Override
    public Integer call() {
        ListenAddress place = ListenAddress.parse(listen);
        PostfixMetrics counts = new PostfixMetrics();
        // Before anything is made that would go on with another one.
        Optional<String> cryptography = NativeCryptography.use();
        try (Running stop = Running.untilTold();
                OpenStore open = store == null ? OpenStore.none() : OpenStore.serving(store, shared, here);
                Network world = network.open(here);
                MtaSts sts = sts(world, open, counts);
                PostfixServer server = place.open(server(sts, world, counts));
                Pages pages = Pages.at(metrics, counts)) {
            tell(server, pages, cryptography);
            stop.await();
            return ExitCode.OK;
        } catch (IOException e) {
            throw new Refusal(
                    "cannot listen at " + listen + (metrics == null ? "" : " or " + metrics) + ": " + e.getMessage(),
                    e);
        }
    }

    private MtaSts sts(Network world, OpenStore open, PostfixMetrics counts) {
        MtaSts.Builder builder = MtaSts.builder(world.txt(), world.fetcher())
                .clock(world.clock())
                .listener(counts)
                .settings(ResolverSettings.defaults().withFetchTimeout(world.timeout()))
                .overrides(rules());
        return store == null ? builder.build() : builder.store(open.store()).build();
    }

    private PolicyOverrides rules() {
        try {
            return overrides == null
                    ? PolicyOverrides.NONE
                    : FilePolicyOverrides.of(overrides, here.clock(), FilePolicyOverrides.Listener.NONE);
        } catch (FilePolicyOverrides.BrokenFileException e) {
            throw new Refusal("cannot use " + overrides + ": " + e.getMessage(), e);
        }
    }

    private PostfixServer.Builder server(MtaSts sts, Network world, PostfixMetrics counts) {
        PostfixServer.Builder builder = PostfixServer.builder(sts)
                .form(attributes ? AnswerForm.STS_ATTRIBUTES : AnswerForm.PLAIN)
                .metrics(counts)
                .mxNames(domain -> world.mx().lookup(domain).candidates())
                .toAscii(ServePostfix::toAscii);
        return dane ? builder.dane(daneIn(world)) : builder;
    }

    private static DaneOfNextHop daneIn(Network world) {
        try {
            return new DaneOfNextHop(world.mx(), world.dane());
        } catch (IllegalStateException e) {
            throw new Refusal("--dane: " + e.getMessage(), e);
        }
    }

    private static String toAscii(String typed) {
        return TypedName.parse(typed)
                .asOptional()
                .map(name -> name.name().toString())
                .orElse(typed);
    }

    private void tell(PostfixServer server, Pages pages, Optional<String> cryptography) {
        String at = ListenAddress.show(server.address());
        String text = "answers Postfix at " + at
                + pages.address().map(where -> ", metrics at " + where).orElse("")
                + cryptography.map(name -> ", cryptography by " + name).orElse("");
        here.out()
                .println(
                        output.json()
                                ? Json.object(json -> {
                                    json.field("listening", at);
                                    pages.address().ifPresent(where -> json.field("metrics", where));
                                    cryptography.ifPresent(name -> json.field("cryptography", name));
                                })
                                : text);
        here.out().flush();
    }
}
