// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.MxPlan;
import io.github.mtasts4j.delivery.ReuseKey;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.smtp.SendResult;
import io.github.mtasts4j.testkit.smtp.SmtpConnection;
import io.github.mtasts4j.tls.MxTls;
import io.github.mtasts4j.tls.TlsOutcome;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A sender that keeps its connections open and shares them between domains. For many threads. */
final class SharingSender implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final MtaSts sts;
    private final MxTls tls;
    private final InetSocketAddress address;
    private final Map<ReuseKey, Deque<Open>> idle = new HashMap<>();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger shared = new AtomicInteger();

    /** A connection with the decision that it was opened for. */
    private record Open(SmtpConnection connection, DeliveryDecision decision) {}

    /** Every MX of its world listens at one address. */
    SharingSender(MtaSts sts, MxTls tls, InetSocketAddress address) {
        this.sts = sts;
        this.tls = tls;
        this.address = address;
    }

    /** Whether the message is delivered; otherwise it is deferred. */
    boolean send(PolicyResolution policy, DomainName mx, String recipient) {
        Optional<Open> open = borrow(policy, mx).or(() -> open(policy, mx));
        return open.filter(connection -> deliver(connection, recipient)).isPresent();
    }

    // [sharing]
    private synchronized Optional<Open> borrow(PolicyResolution policy, DomainName mx) {
        for (Map.Entry<ReuseKey, Deque<Open>> alike : idle.entrySet()) {
            Open open = alike.getValue().poll();
            if (open == null) {
                continue;
            }
            if (sts.mayCarry(policy, mx, open.decision()).mayDeliver()) {
                shared.incrementAndGet();
                return Optional.of(open);
            }
            giveBack(open); // What one may not carry, none with this key may.
        }
        return Optional.empty();
    }

    private synchronized void giveBack(Open open) {
        open.decision()
                .reuseKey()
                .ifPresent(key ->
                        idle.computeIfAbsent(key, k -> new ArrayDeque<>()).push(open));
    }
    // [/sharing]

    private Optional<Open> open(PolicyResolution policy, DomainName mx) {
        if (sts.plan(policy, mx) instanceof MxPlan.Skip) {
            return Optional.empty();
        }
        opened.incrementAndGet();
        SmtpConnection connection = SmtpConnection.connect(address, TIMEOUT, TIMEOUT);
        TlsOutcome outcome = connection.startTls(tls, mx);
        DeliveryDecision decision = sts.decide(policy, mx, outcome);
        if (decision.mayDeliver() && connection.isUsable()) {
            return Optional.of(new Open(connection, decision));
        }
        connection.quit();
        return Optional.empty();
    }

    private boolean deliver(Open open, String recipient) {
        SendResult result = open.connection
                .approve()
                .send("bob@sender.example", List.of(recipient), "Subject: Hello\r\n\r\nHello.\r\n");
        giveBack(open);
        return result instanceof SendResult.Accepted;
    }

    /** How many connections were opened. */
    int opened() {
        return opened.get();
    }

    /** How often one was used again. */
    int shared() {
        return shared.get();
    }

    @Override
    public void close() {
        idle.values().forEach(alike -> alike.forEach(open -> open.connection.quit()));
    }
}
