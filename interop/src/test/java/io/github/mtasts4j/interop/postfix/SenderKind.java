// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.postfix;

import io.github.mtasts4j.examples.smtp.Backstage;
import io.github.mtasts4j.interop.postfix.Sender.Report;
import io.github.mtasts4j.testkit.SimulatedSender;
import io.github.mtasts4j.testkit.SimulatedSender.Attempt;
import io.github.mtasts4j.testkit.SimulatedSender.Delivery;
import io.github.mtasts4j.testkit.SimulatedSender.Fate;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A sender that is tried with Postfix. A new one is a new row of {@link #all}.
 *
 * @param name by which the tests call it
 * @param redials whether it connects once more, without TLS, where a handshake has ruined the connection and no policy
 *     stands in the way
 * @param staysAfterRefusal whether it goes on over a connection on which STARTTLS was refused
 * @param factory makes it of its parts
 */
record SenderKind(String name, boolean redials, boolean staysAfterRefusal, Function<SendingSide, Sender> factory) {

    static List<SenderKind> all() {
        return List.of(
                new SenderKind("testkit", true, true, SenderKind::testkit),
                new SenderKind("deliver-over-smtp", false, true, SenderKind::deliverOverSmtp),
                new SenderKind("netty-starttls", true, true, OverNetty::new),
                new SenderKind("jakarta-mail", true, false, OverJakartaMail::new));
    }

    Sender in(SendingSide side) {
        return factory.apply(side);
    }

    @Override
    public String toString() {
        return name;
    }

    static SimulatedSender simulated(SendingSide side) {
        return new SimulatedSender(
                side.sts(),
                side.tls(),
                domain -> side.mxs().lookup(domain).candidates(),
                side.dial()::apply,
                Duration.ofSeconds(30));
    }

    private static Sender testkit(SendingSide side) {
        SimulatedSender sender = simulated(side);
        return (from, recipient, message) -> {
            Delivery delivery = sender.send(from, recipient, message);
            String account =
                    delivery.attempts().stream().map(SenderKind::account).collect(Collectors.joining("\n"));
            return new Report(delivery.fate() == Fate.DELIVERED, account);
        };
    }

    private static String account(Attempt attempt) {
        return attempt.decision().explain()
                + attempt.mail().map(result -> "\n" + result).orElse("");
    }

    private static Sender deliverOverSmtp(SendingSide side) {
        return (from, recipient, message) -> {
            ByteArrayOutputStream account = new ByteArrayOutputStream();
            PrintStream log = new PrintStream(account, true, StandardCharsets.UTF_8);
            boolean delivered = new Backstage(side.sts(), side.tls(), side.mxs(), side.dial(), log)
                    .deliver(from, recipient, message);
            return new Report(delivered, account.toString(StandardCharsets.UTF_8));
        };
    }
}
