// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.netty;

import static java.util.concurrent.CompletableFuture.completedFuture;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.delivery.Channel;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.MxPlan;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.dns.MxLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.policy.RemoteText;
import io.github.mtasts4j.tls.MxTls;
import io.github.mtasts4j.tls.TlsOutcome;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * A sender on Netty: one message, one attempt, no thread that waits for a server. A mail server adds a queue, and
 * {@link MtaSts#recheck} before it ever bounces.
 *
 * <p>Event loops move octets and decide; {@code plan} and {@code decide} are functions of their arguments. What waits
 * (the look-ups of policy and MX) and what computes for long (key exchange, verification of certificates) has threads of its own.
 */
public final class NettySender implements AutoCloseable {

    private final MtaSts sts;
    private final MxTls tls;
    private final MxLookup mxs;
    private final Function<DomainName, ? extends SocketAddress> dial;
    private final SenderThreads threads = new SenderThreads();
    private final SmtpConnector connector;

    /**
     * Makes a sender with threads of its own.
     *
     * @param sts decides; closed by its owner
     * @param tls does STARTTLS
     * @param mxs finds the MX hosts
     * @param dial where a host listens; called on the threads that may wait, so it may ask the DNS
     * @param patience how long to wait for a connection, for each reply, and for the handshake
     */
    public NettySender(
            MtaSts sts,
            MxTls tls,
            MxLookup mxs,
            Function<DomainName, ? extends SocketAddress> dial,
            Duration patience) {
        this.sts = sts;
        this.tls = tls;
        this.mxs = mxs;
        this.dial = dial;
        this.connector = new SmtpConnector(threads.loops(), patience);
    }

    /**
     * Makes one attempt to deliver a message. Does not wait.
     *
     * @param sender the reverse-path, empty for a bounce
     * @param recipient the forward-path, with a domain name and not an address literal
     * @param message the message, one character for each octet
     * @return what becomes of it; fails only if our own side does, or the sender is closed
     * @throws IllegalArgumentException if an address cannot stand in a command
     */
    public CompletionStage<DeliveryResult> deliver(String sender, String recipient, String message) {
        Mail mail = new Mail(sender, recipient, message);
        PolicyDomain domain = PolicyDomain.ofRecipient(recipient);
        CompletableFuture<List<DomainName>> candidates =
                CompletableFuture.supplyAsync(() -> candidatesInOrder(domain), threads.waiting());
        return sts.resolveAsync(domain, threads.waiting())
                .thenCombine(candidates, (policy, hosts) -> walk(policy, hosts.iterator(), mail, new ArrayList<>()))
                .thenCompose(Function.identity());
    }

    private List<DomainName> candidatesInOrder(PolicyDomain domain) {
        try {
            return mxs.lookup(domain.asName().orElseThrow()).candidates();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        }
    }

    /** §8.4: one host after the other, no pre-filter. */
    private CompletionStage<DeliveryResult> walk(
            PolicyResolution policy, Iterator<DomainName> hosts, Mail mail, List<String> reasons) {
        if (!hosts.hasNext()) {
            return completedFuture(new DeliveryResult.Queued(reasons));
        }
        return new Attempt(policy, hosts.next(), mail).make().thenCompose(result -> {
            if (!(result instanceof DeliveryResult.Queued queued)) {
                return completedFuture(result);
            }
            reasons.addAll(queued.reasons());
            return walk(policy, hosts, mail, reasons);
        });
    }

    /** Closes all connections, and ends all threads; waits for them. Attempts under way end as failures. */
    @Override
    public void close() {
        connector.close();
        threads.close();
    }

    /** One message at one host. */
    private final class Attempt {

        private final PolicyResolution policy;
        private final DomainName mx;
        private final Mail mail;

        Attempt(PolicyResolution policy, DomainName mx, Mail mail) {
            this.policy = policy;
            this.mx = mx;
            this.mail = mail;
        }

        CompletionStage<DeliveryResult> make() {
            if (sts.plan(policy, mx) instanceof MxPlan.Skip skip) {
                return completedFuture(queued(skip.decision().explain()));
            }
            return connect()
                    .handle((session, failure) -> failure == null ? over(session) : notConnected(failure))
                    .thenCompose(Function.identity());
        }

        private CompletableFuture<SmtpSession> connect() {
            return CompletableFuture.supplyAsync(() -> dial.apply(mx), threads.waiting())
                    .thenCompose(connector::connect);
        }

        private CompletionStage<DeliveryResult> over(SmtpSession session) {
            return startTls(session)
                    .thenCompose(outcome -> proceed(session, sts.decide(policy, mx, outcome)))
                    .whenComplete((result, failure) -> session.quit());
        }

        private CompletionStage<DeliveryResult> notConnected(Throwable failure) {
            return completedFuture(
                    queued(sts.decide(policy, mx, noConnection(failure)).explain()));
        }

        private CompletableFuture<TlsOutcome> startTls(SmtpSession session) {
            return session.introduce()
                    .thenCompose(introduction -> introduction.offersStartTls()
                            ? session.startTls(tls, mx, threads.crypto())
                            : completedFuture(new TlsOutcome.NotOffered()))
                    .exceptionally(NettySender::noConnection);
        }

        /** The moment that counts: after the handshake, before the first octet of the envelope. */
        private CompletionStage<DeliveryResult> proceed(SmtpSession session, DeliveryDecision decision) {
            if (!decision.mayDeliver()) {
                return completedFuture(queued(decision.explain()));
            }
            if (!session.isUsable()) {
                return isOpportunistic(decision) ? inTheClear() : completedFuture(queued(decision.explain()));
            }
            return send(session, decision);
        }

        /** What opportunistic senders do when a handshake has ruined the connection. Its like is never done where a policy is enforced. */
        private CompletionStage<DeliveryResult> inTheClear() {
            DeliveryDecision decision = sts.decide(policy, mx, new TlsOutcome.NotAttempted());
            if (!decision.mayDeliver()) {
                return completedFuture(queued(decision.explain()));
            }
            return connect()
                    .thenCompose(session -> session.introduce()
                            .thenCompose(introduction -> send(session, decision))
                            .whenComplete((result, failure) -> session.quit()))
                    .exceptionally(failure -> queued(reasonOf(failure)));
        }

        private CompletionStage<DeliveryResult> send(SmtpSession session, DeliveryDecision decision) {
            return session.send(mail).handle((answer, failure) -> {
                if (failure != null) {
                    return queued(reasonOf(failure));
                }
                if (answer.taken()) {
                    return new DeliveryResult.Taken(mx, decision);
                }
                String reply = RemoteText.safe(answer.reply().toString());
                return answer.reply().isPermanentFailure() ? new DeliveryResult.Rejected(mx, reply) : queued(reply);
            });
        }

        private DeliveryResult queued(String reason) {
            return new DeliveryResult.Queued(List.of(mx + ": " + reason));
        }
    }

    /** Not as far as EHLO: an ordinary failure, and no policy's concern. */
    private static TlsOutcome noConnection(Throwable failure) {
        return new TlsOutcome.NotConnected(reasonOf(failure));
    }

    private static String reasonOf(Throwable failure) {
        return RemoteText.safe(String.valueOf(SmtpSession.causeOf(failure).getMessage()));
    }

    private static boolean isOpportunistic(DeliveryDecision decision) {
        return (decision instanceof DeliveryDecision.Deliver deliver && deliver.channel() == Channel.OPPORTUNISTIC)
                || (decision instanceof DeliveryDecision.ReportOnly report
                        && report.channel() == Channel.OPPORTUNISTIC);
    }
}
