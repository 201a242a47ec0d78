// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.check;

import io.github.mtasts4j.cli.ExitCode;
import io.github.mtasts4j.cli.Json;
import io.github.mtasts4j.cli.OutputOptions;
import io.github.mtasts4j.cli.Refusal;
import io.github.mtasts4j.cli.Surroundings;
import io.github.mtasts4j.cli.TypedName;
import io.github.mtasts4j.cli.net.Network;
import io.github.mtasts4j.cli.net.NetworkOptions;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.policy.Parsed;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code mta-sts explain}. */
@Command(
        name = "explain",
        description = {
            "Say why mail for a domain may or may not go to a host, clause by clause.",
            "",
            "Finds the policy and connects to the host as for a first delivery, and writes the decision in words. Ends with 1 if"
                    + " the policy forbids the delivery. The host need not be an MX of the domain."
        },
        footer = {"", "Example:", "  mta-sts explain example.com mx1.example.com"})
public final class ExplainCommand implements Callable<Integer> {

    private final Surroundings here;

    @Parameters(index = "0", paramLabel = "DOMAIN", description = "The recipient domain.")
    private String domain = "";

    @Parameters(index = "1", paramLabel = "MX", description = "The host, by the name in the MX record.")
    private String mx = "";

    @Mixin
    private NetworkOptions network = new NetworkOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    /**
     * Makes the command.
     *
     * @param here where it runs
     */
    public ExplainCommand(Surroundings here) {
        this.here = here;
    }

    @Override
    public Integer call() throws InterruptedException {
        TypedName name = name(domain);
        TypedName host = name(mx);
        try (Network world = network.open(here);
                Inspector inspector = new Inspector(world, any -> Optional.empty(), 1)) {
            CheckResult result = CheckResult.of(inspector.inspect(name, host.name()), Optional.empty());
            DeliveryDecision decision = result.verdicts().get(0).decision();
            write(result, decision);
            return decision.mayDeliver() || decision.violations().isEmpty() ? ExitCode.OK : ExitCode.FOUND;
        }
    }

    private static TypedName name(String typed) {
        Parsed<TypedName> parsed = TypedName.parse(typed);
        if (parsed instanceof Parsed.Malformed<TypedName> malformed) {
            throw new Refusal(malformed.detail());
        }
        return parsed.orElseThrow();
    }

    private void write(CheckResult result, DeliveryDecision decision) {
        DomainFacts facts = result.facts();
        boolean isMx =
                facts.mx().candidates().contains(result.verdicts().get(0).mx().host());
        if (!output.json()) {
            here.out().println(decision.explain());
            if (!isMx) {
                here.out().println("  note       the DNS does not name this host as an MX of the domain");
            }
            here.out().flush();
            return;
        }
        here.out()
                .println(Json.object(json -> json.field("domain", facts.name().name())
                        .field("mx", decision.attempt().mx())
                        .flag("isMx", isMx)
                        .field("decision", decision.verdict().name().toLowerCase(Locale.ROOT))
                        .flag("mayDeliver", decision.mayDeliver())
                        .objects(
                                "violations",
                                decision.violations(),
                                (inner, violation) -> inner.field(
                                                "kind", violation.kind().name())
                                        .field("clause", violation.kind().clause())
                                        .field("reason", violation.reason())
                                        .field("detail", violation.detail()))
                        .field("explanation", decision.explain())));
        here.out().flush();
    }
}
