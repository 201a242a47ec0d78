// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jakartamail;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.policy.DomainName;
import jakarta.mail.Address;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;

/**
 * A connection over which the mail may go, as it stands. Closing it says QUIT. Not safe for many threads.
 *
 * <p>It is good for the delivery attempt that it was opened for. Once closed it cannot be connected again: another connection
 * would not have been judged.
 */
public final class OpenMx implements MxConnection, AutoCloseable {

    private final MtaSts sts;
    private final DeliveryDecision decision;
    private final Session session;
    private final Transport transport;
    private final boolean overTls;

    OpenMx(MtaSts sts, DeliveryDecision decision, Session session, Transport transport, boolean overTls) {
        this.sts = sts;
        this.decision = decision;
        this.session = session;
        this.transport = transport;
        this.overTls = overTls;
    }

    @Override
    public DeliveryDecision decision() {
        return decision;
    }

    @Override
    public OpenMx orDefer() {
        return this;
    }

    /**
     * Whether the mail goes over TLS, whoever the peer may be.
     *
     * @return false if it goes in the clear
     */
    public boolean isOverTls() {
        return overTls;
    }

    /**
     * The session of this connection and of no other: what {@code mail.smtp.dsn.notify} and the like are set on for one message.
     *
     * @return the session
     */
    public Session session() {
        return session;
    }

    /**
     * The provider's transport, connected: for what {@link #send} cannot say, after a cast to its class.
     *
     * @return the transport; to be closed by {@link #close}
     */
    public Transport transport() {
        return transport;
    }

    /**
     * Sends a message. Waits as the properties of the connector say.
     *
     * @param from the envelope sender, such as {@code bob@sender.example}; empty for the null reverse-path of a bounce. An
     *     Angus {@code SMTPMessage} with an envelope sender of its own wins.
     * @param message the message
     * @param recipients the envelope's recipients, at least one
     * @throws MessagingException what the provider says of the transaction, such as {@code SendFailedException}; also for whatever
     *     it throws unchecked
     */
    public void send(String from, Message message, Address... recipients) throws MessagingException {
        session.getProperties().setProperty("mail.smtp.from", from.isEmpty() ? "<>" : from);
        try {
            transport.sendMessage(message, recipients);
        } catch (RuntimeException e) {
            throw new MessagingException("the transport failed: " + e, e);
        }
    }

    /**
     * Whether this connection may carry mail of another domain too, by a decision on that domain ({@link MtaSts#mayCarry}). That
     * the server still listens is another question: {@link Transport#isConnected()}. Does not wait.
     *
     * @param other what {@code MtaSts.resolve} said of the other domain for its attempt
     * @param mx which of the other domain's MX hosts the mail is to go to
     * @return the decision; if it is not to deliver, open a connection of its own
     */
    public DeliveryDecision mayCarry(PolicyResolution other, DomainName mx) {
        return sts.mayCarry(other, mx, decision);
    }

    /** Says QUIT and closes the connection. What goes wrong with that is no news: the mail is where it is. */
    @Override
    public void close() {
        Dial.quit(transport);
    }

    @Override
    public String toString() {
        return decision.attempt().mx() + (overTls ? " over TLS" : " in the clear");
    }
}
