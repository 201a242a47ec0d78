// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jakartamail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.testkit.contract.StartTlsContract;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.util.Properties;
import org.junit.jupiter.api.Timeout;

/** Angus Mail behind {@link MxConnector}, before the sixteen servers. */
@Timeout(60)
final class JakartaStartTlsTest extends StartTlsContract {

    @Override
    protected boolean send(Errand errand) throws Exception {
        Properties sender = new Properties();
        sender.setProperty("mail.smtp.localhost", "sender.example");
        String patience = String.valueOf(errand.patience().toMillis());
        sender.setProperty("mail.smtp.connectiontimeout", patience);
        sender.setProperty("mail.smtp.timeout", patience);
        MxConnector connector = new MxConnector(errand.sts(), errand.tls(), sender);
        PolicyResolution policy = errand.sts().resolve(PolicyDomain.ofRecipient(errand.recipient()));
        MxConnection connection = connector.connect(new MxCandidate(policy, errand.mx(), errand.address()));
        if (connection instanceof ClosedMx) {
            return false;
        }
        try (OpenMx open = connection.orDefer()) {
            MimeMessage message = new MimeMessage(
                    open.session(), new ByteArrayInputStream(errand.message().getBytes(ISO_8859_1)));
            open.send(errand.sender(), message, new InternetAddress(errand.recipient()));
            return true;
        }
    }
}
