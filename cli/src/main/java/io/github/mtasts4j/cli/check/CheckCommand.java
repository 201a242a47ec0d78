// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.check;

import io.github.mtasts4j.cli.ExitCode;
import io.github.mtasts4j.cli.InOrder;
import io.github.mtasts4j.cli.Json;
import io.github.mtasts4j.cli.NameSource;
import io.github.mtasts4j.cli.OutputOptions;
import io.github.mtasts4j.cli.Progress;
import io.github.mtasts4j.cli.Refusal;
import io.github.mtasts4j.cli.Surroundings;
import io.github.mtasts4j.cli.TypedName;
import io.github.mtasts4j.cli.cache.OpenStore;
import io.github.mtasts4j.cli.cache.SharedStoreOptions;
import io.github.mtasts4j.cli.finding.Finding;
import io.github.mtasts4j.cli.finding.FindingKind;
import io.github.mtasts4j.cli.finding.FindingText;
import io.github.mtasts4j.cli.net.Network;
import io.github.mtasts4j.cli.net.NetworkOptions;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.Parsed;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.policy.RemoteText;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mta-sts check}. */
@Command(
        name = "check",
        description = {
            "Look at a recipient domain as a sender sees it.",
            "",
            "Asks for the TXT record, fetches the policy, connects to every MX and has it do STARTTLS, and says what would"
                    + " become of mail, what is the matter and what to do about it. No mail is sent."
        },
        footer = {
            "",
            "Examples:",
            "  mta-sts check example.com",
            "  mta-sts check --expect enforce --brief --from domains.txt"
        })
public final class CheckCommand implements Callable<Integer> {

    private static final int MOST_JOBS = 200;

    private final Surroundings here;

    @Mixin
    private NameSource names = new NameSource();

    @Option(
            names = "--expect",
            paramLabel = "MODE",
            description = "End with 3 unless this mode is in force: enforce, testing or none.")
    private @Nullable ExpectedMode expected;

    @Option(names = "--strict", description = "End with 1 for warnings too.")
    private boolean strict;

    @Option(names = "--brief", description = "Write one line for each domain and one for each finding.")
    private boolean brief;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            defaultValue = "16",
            description = "Look at this many domains at a time. Default: ${DEFAULT-VALUE}.")
    private int jobs = 16;

    @Option(
            names = "--store",
            paramLabel = "URL",
            description =
                    "Compare with the policies in this store, such as file:/var/lib/mta-sts, to notice a policy that was"
                            + " changed without its id. The store is only read.")
    private @Nullable String store;

    @Mixin
    private SharedStoreOptions shared = new SharedStoreOptions();

    @Mixin
    private NetworkOptions network = new NetworkOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    /**
     * Makes the command.
     *
     * @param here where it runs
     */
    public CheckCommand(Surroundings here) {
        this.here = here;
    }

    /** What {@code --expect} takes, spelled as in a policy. */
    enum ExpectedMode {
        enforce,
        testing,
        none;

        Mode mode() {
            return switch (this) {
                case enforce -> Mode.ENFORCE;
                case testing -> Mode.TESTING;
                case none -> Mode.NONE;
            };
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        if (jobs < 1 || jobs > MOST_JOBS) {
            throw new Refusal("--jobs takes 1 to " + MOST_JOBS + ", not " + jobs);
        }
        AtomicInteger exit = new AtomicInteger(ExitCode.OK);
        Progress progress = new Progress(here, names.count());
        try (Stream<String> typed = names.open(here);
                OpenStore open = openStore();
                Network world = network.open(here);
                Inspector inspector = new Inspector(world, lookup(open), 2 * jobs)) {
            InOrder.run(
                    typed.iterator(),
                    jobs,
                    name -> {
                        Written written = check(name, inspector);
                        progress.step();
                        return written;
                    },
                    written -> {
                        progress.hide();
                        here.out().print(written.text());
                        here.out().flush();
                        exit.accumulateAndGet(written.exitCode(), ExitCode::worse);
                    });
        }
        progress.hide();
        return exit.get();
    }

    private OpenStore openStore() {
        return store == null ? OpenStore.none() : OpenStore.reading(store, shared, here);
    }

    private static Function<DomainName, Optional<CachedPolicy>> lookup(OpenStore open) {
        return domain -> open.store().find(domain);
    }

    private record Written(String text, int exitCode) {}

    private Written check(String typed, Inspector inspector) throws InterruptedException {
        Parsed<TypedName> name = TypedName.parse(typed);
        if (name instanceof Parsed.Malformed<TypedName> malformed) {
            return invalid(typed, malformed.detail());
        }
        DomainName domain = name.orElseThrow().name();
        if (domain.isSingleLabel()) {
            return invalid(typed, "a single label: no policy can be published for it");
        } else if (PolicyDomain.of(domain) instanceof PolicyDomain.None none) {
            return invalid(typed, none.detail());
        }
        CheckResult result = CheckResult.of(
                inspector.inspect(name.orElseThrow()),
                Optional.ofNullable(expected).map(ExpectedMode::mode));
        int exit = result.exitCode(strict);
        String text = output.json()
                ? CheckJson.of(result, exit) + "\n"
                : CheckText.of(result, output.colours(here), brief) + (brief ? "" : "\n");
        return new Written(text, exit);
    }

    private Written invalid(String typed, String detail) {
        String shown = RemoteText.safe(typed);
        Finding finding = Finding.of(FindingKind.NAME_INVALID, shown, detail);
        String text = output.json()
                ? Json.object(json -> json.field("domain", Optional.empty())
                                .field("typed", shown)
                                .field("at", here.clock().instant())
                                .number("exit", ExitCode.FOUND)
                                .field("state", "invalid")
                                .objects("findings", List.of(finding), FindingText::write))
                        + "\n"
                : shown + ": not checked\n" + FindingText.of(finding, output.colours(here), !brief)
                        + (brief ? "" : "\n");
        return new Written(text, ExitCode.FOUND);
    }
}
