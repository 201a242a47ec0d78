// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.delivery.Channel;
import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.MxAttempt;
import io.github.mtasts4j.delivery.MxFact;
import io.github.mtasts4j.delivery.MxPlan;
import io.github.mtasts4j.delivery.TlsRequirement;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.testkit.smtp.SendResult;
import io.github.mtasts4j.testkit.smtp.SmtpConnection;
import io.github.mtasts4j.tls.MxTls;
import io.github.mtasts4j.tls.TlsOutcome;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A sending mail server without a queue: takes one message, walks the MX hosts of its recipient as §5.1 and §8.4 say, over
 * real sockets, and tells what happened at each. Where the policy allows it, it falls back to plaintext as ordinary
 * opportunistic senders do.
 */
public final class SimulatedSender {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    private final MtaSts sts;
    private final MxTls tls;
    private final MxSource mxs;
    private final Dialer dialer;
    private final Duration readTimeout;

    /** Says which hosts take the mail of a domain. */
    @FunctionalInterface
    public interface MxSource {

        /**
         * The hosts, in the order to try them; for a domain without MX records, the domain itself.
         *
         * @param domain the recipient's domain
         * @return the names in the MX records
         * @throws InterruptedException if the thread was interrupted while it waited
         */
        List<DomainName> hostsOf(DomainName domain) throws InterruptedException;
    }

    /** Says where a host listens, since a test's hosts do not listen on port 25. */
    @FunctionalInterface
    public interface Dialer {

        /**
         * Where a host listens.
         *
         * @param mx the name in the MX record
         * @return its address and port
         */
        InetSocketAddress addressOf(DomainName mx);
    }

    /**
     * What happened at one MX.
     *
     * @param mx the name in the MX record
     * @param decision what MTA-STS said
     * @param mail what became of the message there; empty if it was not offered
     */
    public record Attempt(DomainName mx, DeliveryDecision decision, Optional<SendResult> mail) {}

    /** What became of a message. */
    public enum Fate {
        /** A host has taken it. */
        DELIVERED,
        /** A host that may have it refused it for good; that is not MTA-STS's affair. */
        REFUSED,
        /** Nobody has it; it stays in the queue. */
        DEFERRED
    }

    /**
     * What became of a message, and how.
     *
     * @param fate what became of it
     * @param resolution what was known of the policy in the end
     * @param attempts each MX that was looked at, in order
     */
    public record Delivery(Fate fate, PolicyResolution resolution, List<Attempt> attempts) {

        /**
         * Copies the list.
         *
         * @param fate what became of it
         * @param resolution what was known of the policy in the end
         * @param attempts each MX that was looked at, in order
         */
        public Delivery {
            attempts = List.copyOf(attempts);
        }

        /**
         * The last MX that was looked at, which is the one that took the message if any did.
         *
         * @return the attempt
         * @throws IllegalStateException if there was no MX to try
         */
        public Attempt last() {
            if (attempts.isEmpty()) {
                throw new IllegalStateException("there was no MX to try");
            }
            return attempts.get(attempts.size() - 1);
        }
    }

    /**
     * Makes a sender.
     *
     * @param sts decides
     * @param tls does STARTTLS
     * @param mxs finds the MX hosts
     * @param dialer finds where they listen
     * @param readTimeout how long to wait for a server's reply
     */
    public SimulatedSender(MtaSts sts, MxTls tls, MxSource mxs, Dialer dialer, Duration readTimeout) {
        this.sts = sts;
        this.tls = tls;
        this.mxs = mxs;
        this.dialer = dialer;
        this.readTimeout = readTimeout;
    }

    /**
     * Makes one delivery attempt. Waits for the network.
     *
     * @param from the envelope sender
     * @param recipient one recipient
     * @param data the message
     * @return what became of it
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    public Delivery send(String from, String recipient, String data) throws InterruptedException {
        return send(from, recipient, data, TlsRequirement.NONE);
    }

    /**
     * The same for a message that asks something of TLS, or is a TLS report. Of {@link TlsRequirement#REQUIRETLS} it knows that
     * the server offers it, and nothing of signed MX records.
     *
     * @param from the envelope sender
     * @param recipient one recipient
     * @param data the message
     * @param requirement what the message asks of TLS
     * @return what became of it
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    public Delivery send(String from, String recipient, String data, TlsRequirement requirement)
            throws InterruptedException {
        PolicyDomain domain = PolicyDomain.ofRecipient(recipient);
        Optional<DomainName> name = domain.asName();
        if (name.isEmpty()) {
            return new Delivery(Fate.DEFERRED, sts.resolve(domain), List.of());
        }
        List<DomainName> candidates = mxs.hostsOf(name.get());
        Mail mail = new Mail(from, recipient, data, requirement);
        PolicyResolution resolution = sts.resolve(domain);
        Delivery first = walk(resolution, candidates, mail);
        if (first.fate != Fate.DEFERRED || !isForbidden(first)) {
            return first;
        }
        // §5.1: the policy stood in the way, so look whether there is a newer one; if so, walk once more.
        PolicyResolution newer = sts.recheck(domain);
        return newer.applicable().equals(resolution.applicable())
                ? new Delivery(Fate.DEFERRED, newer, first.attempts)
                : walk(newer, candidates, mail);
    }

    private static boolean isForbidden(Delivery delivery) {
        return delivery.attempts.stream()
                .anyMatch(attempt -> !attempt.decision.mayDeliver()
                        && !attempt.decision.violations().isEmpty());
    }

    private Delivery walk(PolicyResolution resolution, List<DomainName> candidates, Mail mail) {
        List<Attempt> attempts = new ArrayList<>();
        for (DomainName mx : candidates) { // §8.4: the whole list, in its own order; a forbidden host counts as down.
            Attempt attempt = attempt(resolution, mx, mail);
            attempts.add(attempt);
            if (attempt.mail.orElse(null) instanceof SendResult.Accepted) {
                return new Delivery(Fate.DELIVERED, resolution, attempts);
            }
            if (attempt.mail.orElse(null) instanceof SendResult.Refused refused && refused.code() >= 500) {
                return new Delivery(Fate.REFUSED, resolution, attempts);
            }
        }
        return new Delivery(Fate.DEFERRED, resolution, attempts);
    }

    private Attempt attempt(PolicyResolution resolution, DomainName mx, Mail mail) {
        if (sts.plan(resolution, mx, DaneOutcome.NOT_APPLICABLE, mail.requirement, Set.of())
                instanceof MxPlan.Skip skip) {
            return new Attempt(mx, skip.decision(), Optional.empty());
        }
        try (SmtpConnection connection = connect(mx)) {
            TlsOutcome outcome = connection.startTls(tls, mx);
            Set<MxFact> facts =
                    connection.capabilities().contains("REQUIRETLS") ? Set.of(MxFact.OFFERS_REQUIRETLS) : Set.of();
            DeliveryDecision decision = sts.decide(new MxAttempt(
                    resolution, mx, outcome, DaneOutcome.NOT_APPLICABLE, mail.requirement, facts, connection.facts()));
            if (!decision.mayDeliver()) {
                connection.quit();
                return new Attempt(mx, decision, Optional.empty());
            }
            boolean dead = !connection.isUsable() && channelOf(decision) == Channel.OPPORTUNISTIC;
            return new Attempt(mx, decision, Optional.of(dead ? inTheClear(mx, mail) : mail.over(connection)));
        }
    }

    /** What opportunistic senders do when a handshake has ruined the connection: once more, without TLS. */
    private SendResult inTheClear(DomainName mx, Mail mail) {
        try (SmtpConnection connection = connect(mx)) {
            connection.declineTls();
            return mail.over(connection);
        }
    }

    private SmtpConnection connect(DomainName mx) {
        return SmtpConnection.connect(dialer.addressOf(mx), CONNECT_TIMEOUT, readTimeout);
    }

    private static Channel channelOf(DeliveryDecision decision) {
        if (decision instanceof DeliveryDecision.Deliver deliver) {
            return deliver.channel();
        }
        return decision instanceof DeliveryDecision.ReportOnly report ? report.channel() : Channel.AUTHENTICATED;
    }

    private record Mail(String from, String recipient, String data, TlsRequirement requirement) {

        SendResult over(SmtpConnection connection) {
            SendResult result = connection.approve().send(from, List.of(recipient), data);
            connection.quit();
            return result;
        }
    }
}
