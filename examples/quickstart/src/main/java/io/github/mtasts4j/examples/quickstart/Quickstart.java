// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.quickstart;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.dns.DnsJavaResolver;
import io.github.mtasts4j.http.AddressGuard;
import io.github.mtasts4j.http.ApachePolicyFetcher;
import io.github.mtasts4j.testkit.SimulatedSender;
import io.github.mtasts4j.testkit.SimulatedSender.Delivery;
import io.github.mtasts4j.testkit.SimulatedSender.Fate;
import io.github.mtasts4j.testkit.StsWorld;
import io.github.mtasts4j.tls.MxTls;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends to a handful of domains on a little internet made for the purpose: real DNS messages, a real HTTPS policy host,
 * real SMTP servers with STARTTLS, and somebody who attacks them. Prints what became of each message and why.
 *
 * <p>Ends with 0 if every verdict is the one RFC 8461 demands, with 1 if not.
 */
public final class Quickstart {

    private static final Duration HOUR = Duration.ofHours(1);

    private final StsWorld world;
    private final SimulatedSender sender;

    private Quickstart(StsWorld world, SimulatedSender sender) {
        this.world = world;
        this.sender = sender;
    }

    /**
     * Runs it.
     *
     * @param args none
     * @throws InterruptedException if it was interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.exit(run(Scenario.all(), out) ? 0 : 1);
    }

    /**
     * Runs the scenarios and prints the table.
     *
     * @param scenarios what to send and what must become of it
     * @param out where to print
     * @return whether every verdict was the RFC's
     * @throws InterruptedException if it was interrupted
     */
    static boolean run(List<Scenario> scenarios, PrintStream out) throws InterruptedException {
        try (StsWorld world = StsWorld.start()) {
            // This is how a mail server puts the library together; only the addresses are those of a test.
            DnsJavaResolver dns = DnsJavaResolver.servers(world.dns().address()).build();
            try (ApachePolicyFetcher fetcher = ApachePolicyFetcher.builder()
                            .addresses(dns.addressLookup())
                            .addressGuard(AddressGuard.publicOnly().allowing("127.0.0.0/8"))
                            .trust(world.verifier())
                            .port(world.policyHost().port())
                            .build();
                    MtaSts sts = MtaSts.builder(dns.txtLookup(), fetcher)
                            .clock(world.clock())
                            .build()) {
                SimulatedSender sender = new SimulatedSender(
                        sts,
                        new MxTls(world.verifier(), world.clock()),
                        domain -> dns.mxLookup().lookup(domain).candidates(),
                        world::addressOf,
                        Duration.ofSeconds(5));
                return new Quickstart(world, sender).sendToAll(scenarios, out);
            }
        }
    }

    private boolean sendToAll(List<Scenario> scenarios, PrintStream out) throws InterruptedException {
        ResultTable table = new ResultTable();
        List<String> wrong = new ArrayList<>();
        for (Scenario scenario : scenarios) {
            scenario.owner().accept(world);
            if (scenario.attack().isPresent()) {
                send(scenario);
                world.clock().advance(HOUR);
                scenario.attack().get().accept(world);
            }
            int before = world.mailsTo(scenario.recipient()).size();
            Delivery delivery = send(scenario);
            boolean arrived = world.mailsTo(scenario.recipient()).size() > before;
            table.add(scenario, delivery);
            if (!isRight(scenario, delivery, arrived)) {
                wrong.add(scenario.domain());
            }
        }
        out.println(table);
        int total = scenarios.size();
        out.println((total - wrong.size()) + " of " + total + " verdicts are the ones RFC 8461 demands"
                + (wrong.isEmpty() ? "." : "; wrong: " + wrong));
        return wrong.isEmpty();
    }

    private Delivery send(Scenario scenario) throws InterruptedException {
        return sender.send("bob@sender.example", scenario.recipient(), "Subject: Hello\r\n\r\nHello, Alice.\r\n");
    }

    /** The verdict has to be right, and so has what the MX hosts have really received. */
    private static boolean isRight(Scenario scenario, Delivery delivery, boolean arrived) {
        boolean mayArrive = delivery.last().decision().mayDeliver();
        return delivery.last().decision().verdict() == scenario.expected()
                && arrived == mayArrive
                && (delivery.fate() == Fate.DELIVERED) == mayArrive;
    }
}
