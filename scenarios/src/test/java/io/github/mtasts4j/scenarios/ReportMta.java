// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import io.github.mtasts4j.dns.DnsJavaResolver;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.StsWorld;
import io.github.mtasts4j.testkit.smtp.SendResult;
import io.github.mtasts4j.testkit.smtp.SmtpConnection;
import io.github.mtasts4j.tls.MxTls;
import io.github.mtasts4j.tls.TlsOutcome;
import io.github.mtasts4j.tlsreport.MailAddress;
import io.github.mtasts4j.tlsreport.send.MailTransport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** A transport for reports alone: TLS if it can be had, in the clear if not, and no policy is asked (RFC 8460 §3). */
record ReportMta(StsWorld world, DnsJavaResolver dns, MxTls tls) implements MailTransport {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Override
    public Answer submit(MailAddress from, MailAddress to, byte[] message) throws InterruptedException {
        Answer answer = new Answer(Verdict.TEMPORARY, "there is no MX");
        for (DomainName mx : dns.mxLookup().lookup(to.domain()).candidates()) {
            answer = answerOf(offer(mx, from, to, message));
            if (answer.verdict() != Verdict.TEMPORARY) {
                return answer;
            }
        }
        return answer;
    }

    private SendResult offer(DomainName mx, MailAddress from, MailAddress to, byte[] message) {
        try (SmtpConnection smtp = connect(mx)) {
            TlsOutcome outcome = smtp.startTls(tls, mx);
            if (smtp.isUsable() || outcome instanceof TlsOutcome.NotConnected) {
                return send(smtp, from, to, message);
            }
        }
        try (SmtpConnection smtp = connect(mx)) { // The handshake has ruined the connection; once more without.
            smtp.declineTls();
            return send(smtp, from, to, message);
        }
    }

    private SmtpConnection connect(DomainName mx) {
        return SmtpConnection.connect(world.addressOf(mx), PATIENCE, PATIENCE);
    }

    private static SendResult send(SmtpConnection smtp, MailAddress from, MailAddress to, byte[] message) {
        String data = new String(message, StandardCharsets.ISO_8859_1);
        SendResult result = smtp.approve().send(from.toString(), List.of(to.toString()), data);
        smtp.quit();
        return result;
    }

    private static Answer answerOf(SendResult result) {
        if (result instanceof SendResult.Accepted accepted) {
            return new Answer(Verdict.ACCEPTED, accepted.reply());
        } else if (result instanceof SendResult.Refused refused) {
            return new Answer(refused.code() >= 500 ? Verdict.PERMANENT : Verdict.TEMPORARY, refused.toString());
        }
        return new Answer(Verdict.TEMPORARY, result.toString());
    }
}
