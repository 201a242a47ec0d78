// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jakartamail;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.delivery.Channel;
import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.MxAttempt;
import io.github.mtasts4j.delivery.MxFact;
import io.github.mtasts4j.delivery.MxPlan;
import io.github.mtasts4j.delivery.TlsRequirement;
import io.github.mtasts4j.delivery.Violation;
import io.github.mtasts4j.tls.MxTls;
import io.github.mtasts4j.tls.TlsOutcome;
import jakarta.mail.NoSuchProviderException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Properties;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects to MX hosts over Jakarta Mail and judges each between STARTTLS and MAIL FROM. Safe for many threads.
 *
 * <pre>{@code
 * PolicyResolution policy = sts.resolve(PolicyDomain.ofRecipient("alice@example.com"));
 * for (DomainName mx : candidatesInOrder) {
 *   if (connector.connect(new MxCandidate(policy, mx)) instanceof OpenMx open) {
 *     try (open) { open.send("bob@sender.example", message, alice); return; }
 *   }
 * }
 * requeue();
 * }</pre>
 *
 * <p>Each connection has a {@link Session} of its own with properties of its own, so no two influence each other and nothing
 * of the JVM is touched. The provider is whichever serves the protocol {@code smtp} by the {@code mail.smtp.*} properties, such as Angus
 * Mail. From the sender's properties everything is taken over but what decides about TLS, sockets and passwords: {@code mail.smtp.ssl.*},
 * {@code starttls.*}, {@code auth*}, {@code sasl.*}, {@code user}, {@code password}, {@code host}, {@code port} and {@code ehlo}. A SOCKS proxy is
 * used, and {@code mail.smtp.starttls.required=true} means that no mail goes in the clear, whatever the policy. Timeouts are
 * those of the sender; without any a minute for the connection and five for each reply. A handshake as a whole has the time of one
 * reply, and a reply has at most 64 KiB until the host has been judged.
 */
public final class MxConnector {

    private static final Logger log = LoggerFactory.getLogger(MxConnector.class);

    private final MtaSts sts;
    private final MxTls tls;
    private final SenderProperties properties;
    private final SmtpExtensions extensions;

    /**
     * Makes a connector for a sender that does not do REQUIRETLS.
     *
     * @param sts decides
     * @param tls does STARTTLS
     * @param sender the sender's {@code mail.smtp.*} properties, {@code mail.smtp.localhost} in particular; copied
     * @throws NoSuchProviderException if there is no provider for {@code smtp}
     * @throws IllegalArgumentException if there is a {@code mail.smtp.socketFactory}
     */
    public MxConnector(MtaSts sts, MxTls tls, Properties sender) throws NoSuchProviderException {
        this(sts, tls, sender, SmtpExtensions.UNKNOWN);
    }

    /**
     * Makes a connector.
     *
     * @param sts decides
     * @param tls does STARTTLS
     * @param sender the sender's {@code mail.smtp.*} properties, {@code mail.smtp.localhost} in particular; copied
     * @param extensions finds out whether a host offers REQUIRETLS
     * @throws NoSuchProviderException if there is no provider for {@code smtp}
     * @throws IllegalArgumentException if there is a {@code mail.smtp.socketFactory}
     */
    public MxConnector(MtaSts sts, MxTls tls, Properties sender, SmtpExtensions extensions)
            throws NoSuchProviderException {
        this.sts = sts;
        this.tls = tls;
        this.properties = new SenderProperties(sender);
        this.extensions = extensions;
        Session.getInstance(new Properties()).getTransport("smtp"); // Better now than with the first message.
    }

    /**
     * Tries one host for one message: asks the plan, connects, has the provider do STARTTLS, judges once, and comes back in the
     * clear if the handshake failed and the decision leaves that to the sender's own rules. No MAIL, RCPT or DATA is sent. Waits for
     * the network as the properties say. Nothing that a remote party does makes it throw.
     *
     * @param candidate the host
     * @return {@link OpenMx} if the mail may go there, to be closed; {@link ClosedMx} otherwise
     */
    public MxConnection connect(MxCandidate candidate) {
        MxPlan plan = sts.plan(
                candidate.policy(),
                candidate.mx(),
                planned(candidate.dane()),
                candidate.requirement(),
                candidate.facts());
        return plan instanceof MxPlan.Skip skip
                ? closed(skip.decision(), new IOException("not contacted"))
                : contact(candidate);
    }

    private MxConnection contact(MxCandidate candidate) {
        Dial dial = Dial.withStartTls(candidate, tls, properties);
        DeliveryDecision decision = judge(candidate, dial);
        MxConnection connection = admit(decision, candidate, dial);
        if (connection instanceof ClosedMx) {
            dial.quit();
        }
        return connection;
    }

    private DeliveryDecision judge(MxCandidate candidate, Dial dial) {
        TlsOutcome outcome = dial.outcome();
        DaneOutcome dane = outcome.isContacted() ? judged(candidate.dane(), dial) : planned(candidate.dane());
        MxAttempt attempt = new MxAttempt(
                candidate.policy(),
                candidate.mx(),
                outcome,
                dane,
                candidate.requirement(),
                facts(candidate, dial),
                dial.facts());
        return sts.decide(attempt);
    }

    private MxConnection admit(DeliveryDecision decision, MxCandidate candidate, Dial dial) {
        if (!decision.mayDeliver()) {
            return closed(decision, dial.cause());
        }
        if (dial.isOverTls()) {
            return open(decision, dial, true);
        }
        if (properties.requireTls() || !isOpportunistic(decision)) {
            return closed(decision, new IOException("no TLS, and the sender's own rules demand it"));
        }
        return dial.transport().isPresent() ? open(decision, dial, false) : inTheClear(decision, candidate);
    }

    /** What opportunistic senders do when STARTTLS has ruined the connection. The decision is on one without TLS already. */
    private MxConnection inTheClear(DeliveryDecision decision, MxCandidate candidate) {
        return open(decision, Dial.inTheClear(candidate, tls, properties), false);
    }

    private MxConnection open(DeliveryDecision decision, Dial dial, boolean overTls) {
        dial.release();
        return dial.transport()
                .<MxConnection>map(transport -> new OpenMx(sts, decision, dial.session(), transport, overTls))
                .orElseGet(() -> closed(decision, dial.cause()));
    }

    private static boolean isOpportunistic(DeliveryDecision decision) {
        return decision instanceof DeliveryDecision.Deliver deliver
                ? deliver.channel() == Channel.OPPORTUNISTIC
                : decision instanceof DeliveryDecision.ReportOnly report && report.channel() == Channel.OPPORTUNISTIC;
    }

    private static DaneOutcome planned(DaneCheck check) {
        try {
            return check.planned();
        } catch (RuntimeException e) {
            log.error("{} threw; the host is not used", check, e);
            return DaneOutcome.ERROR;
        }
    }

    private static DaneOutcome judged(DaneCheck check, Dial dial) {
        try {
            return check.judge(dial.chain());
        } catch (RuntimeException e) {
            log.error("{} threw; the host is not used", check, e);
            return DaneOutcome.ERROR;
        }
    }

    private Set<MxFact> facts(MxCandidate candidate, Dial dial) {
        if (candidate.requirement() != TlsRequirement.REQUIRETLS
                || !dial.hasExtensionsOverTls() // What is offered in the clear is anybody's offer.
                || dial.transport().filter(this::offersRequireTls).isEmpty()) {
            return candidate.facts();
        }
        Set<MxFact> facts = EnumSet.of(MxFact.OFFERS_REQUIRETLS);
        facts.addAll(candidate.facts());
        return facts;
    }

    private boolean offersRequireTls(Transport transport) {
        try {
            return extensions.offers(transport, "REQUIRETLS");
        } catch (RuntimeException e) {
            log.error("{} threw; REQUIRETLS counts as not offered", extensions, e);
            return false;
        }
    }

    private static ClosedMx closed(DeliveryDecision decision, IOException trouble) {
        String why = decision.violations().stream()
                .findFirst()
                .map(Violation::detail)
                .orElse(String.valueOf(trouble.getMessage()));
        return new ClosedMx(new MxDeferredException(decision, why, trouble));
    }
}
