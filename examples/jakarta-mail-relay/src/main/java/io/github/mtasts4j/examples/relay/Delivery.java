// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.relay;

import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.dns.MxLookup;
import io.github.mtasts4j.jakartamail.ClosedMx;
import io.github.mtasts4j.jakartamail.MxCandidate;
import io.github.mtasts4j.jakartamail.MxConnection;
import io.github.mtasts4j.jakartamail.MxConnector;
import io.github.mtasts4j.jakartamail.OpenMx;
import io.github.mtasts4j.policy.DomainName;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.InternetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;

/** One attempt to deliver a message: walks the MX hosts of its recipient's domain in their order. */
final class Delivery {

    private final MxConnector connector;
    private final MxLookup mxs;
    private final Function<DomainName, InetSocketAddress> dial;

    /**
     * Makes it.
     *
     * @param connector judges each host between STARTTLS and MAIL FROM
     * @param mxs finds the hosts
     * @param dial finds where they listen; a real sender tries each address of a host in turn
     */
    Delivery(MxConnector connector, MxLookup mxs, Function<DomainName, InetSocketAddress> dial) {
        this.connector = connector;
        this.mxs = mxs;
        this.dial = dial;
    }

    Outcome attempt(Letter letter, Message message, PolicyResolution policy) throws InterruptedException {
        Optional<DomainName> domain = policy.domain().asName();
        if (domain.isEmpty()) {
            return new Outcome.Refused("this relay delivers to domains only, not to " + policy.domain());
        }
        MxLookup.Answer answer = mxs.lookup(domain.get());
        if (answer instanceof MxLookup.NullMx || answer instanceof MxLookup.NoSuchDomain) {
            return new Outcome.Refused(domain.get() + " takes no mail");
        }
        return walk(letter, message, policy, answer.candidates());
    }

    // [walk]
    private Outcome walk(Letter letter, Message message, PolicyResolution policy, Iterable<DomainName> candidates) {
        StringBuilder why = new StringBuilder();
        for (DomainName mx : candidates) { // §8.4: walk as usual, no pre-filter
            MxConnection connection = connector.connect(new MxCandidate(policy, mx, dial.apply(mx)));
            if (connection instanceof ClosedMx closed) {
                why.append(closed).append('\n'); // Not contacted, not connected, or not let through: the next one.
                continue;
            }
            try (OpenMx open = connection.orDefer()) {
                open.send(letter.from(), message, new InternetAddress(letter.recipient()));
                return new Outcome.Delivered();
            } catch (MessagingException e) {
                if (isPermanent(e)) {
                    return new Outcome.Refused(mx + ": " + e.getMessage());
                }
                why.append(mx).append(": ").append(e.getMessage()).append('\n');
            }
        }
        return new Outcome.Deferred(policy, why.toString());
    }
    // [/walk]

    /** A 5yz reply to MAIL, RCPT, DATA or the message itself; nothing else is for good. */
    private static boolean isPermanent(MessagingException failure) {
        for (Exception e = failure; e instanceof MessagingException next; e = next.getNextException()) {
            if (replyCode(e) >= 500) {
                return true;
            }
        }
        return false;
    }

    private static int replyCode(Exception failure) {
        if (failure instanceof SMTPAddressFailedException address) {
            return address.getReturnCode();
        }
        return failure instanceof SMTPSendFailedException send ? send.getReturnCode() : 0;
    }
}
