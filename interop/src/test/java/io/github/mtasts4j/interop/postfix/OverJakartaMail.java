// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.postfix;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.jakartamail.ClosedMx;
import io.github.mtasts4j.jakartamail.MxCandidate;
import io.github.mtasts4j.jakartamail.MxConnection;
import io.github.mtasts4j.jakartamail.MxConnector;
import io.github.mtasts4j.jakartamail.OpenMx;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** Angus Mail behind the library's module for Jakarta Mail. */
final class OverJakartaMail implements Sender {

    private final SendingSide side;

    OverJakartaMail(SendingSide side) {
        this.side = side;
    }

    @Override
    public Report send(String from, String recipient, String message) throws InterruptedException {
        PolicyDomain domain = PolicyDomain.ofRecipient(recipient);
        PolicyResolution policy = side.sts().resolve(domain);
        List<String> account = new ArrayList<>();
        for (DomainName mx : side.mxs().lookup(domain.asName().orElseThrow()).candidates()) {
            if (sendTo(new MxCandidate(policy, mx, side.dial().apply(mx)), from, recipient, message, account)) {
                return new Report(true, String.join("\n", account));
            }
        }
        return new Report(false, String.join("\n", account));
    }

    private boolean sendTo(MxCandidate candidate, String from, String recipient, String message, List<String> account) {
        try {
            MxConnection connection = connector().connect(candidate);
            account.add(connection.decision().explain());
            if (connection instanceof ClosedMx) {
                return false;
            }
            try (OpenMx open = connection.orDefer()) {
                MimeMessage mail = new MimeMessage(null, new ByteArrayInputStream(message.getBytes(ISO_8859_1)));
                open.send(from, mail, new InternetAddress(recipient));
                return true;
            }
        } catch (MessagingException e) {
            account.add(e.toString());
            return false;
        }
    }

    private MxConnector connector() throws MessagingException {
        Properties sender = new Properties();
        sender.setProperty("mail.smtp.localhost", "sender.example");
        return new MxConnector(side.sts(), side.tls(), sender);
    }
}
