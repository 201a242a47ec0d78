// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.send;

import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tlsreport.HeaderField;
import io.github.mtasts4j.tlsreport.MailAddress;
import io.github.mtasts4j.tlsreport.ReportEnvelope;
import io.github.mtasts4j.tlsreport.ReportFormat;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one report to one destination and says what became of it.
 *
 * @param mail how mail goes, if it does
 * @param signer signs it
 * @param https how requests go, if they do
 * @param format in which form
 * @param limits remembers who cannot be reached
 */
record Delivery(
        @Nullable MailTransport mail,
        @Nullable ReportSigner signer,
        @Nullable HttpsTransport https,
        ReportFormat format,
        Limits limits) {

    private static final Logger log = LoggerFactory.getLogger(ReportSender.class);

    /** What became of it. */
    record Result(DeliveryOutcome outcome, String detail) {}

    Result byMail(ReportEnvelope envelope, MailAddress to, Instant now) throws InterruptedException {
        if (mail == null || signer == null) {
            return new Result(DeliveryOutcome.NOT_CONFIGURED, "no mail transport and signer");
        }
        byte[] message = ReportMessage.unsigned(envelope, to, now);
        Optional<HeaderField> signature = signer.sign(envelope.submitter(), message.clone());
        if (signature.isEmpty()) {
            return new Result(DeliveryOutcome.NOT_SIGNED, "no key of " + envelope.submitter());
        }
        Optional<String> objection = Signatures.objection(signature.get(), envelope.submitter());
        if (objection.isPresent()) {
            log.warn("A signature for {} is not used: {}", envelope.submitter(), objection.get());
            return new Result(DeliveryOutcome.FAILED_HERE, objection.get());
        }
        MailAddress from = envelope.report().contactInfo();
        return of(mail.submit(from, to, ReportMessage.signed(signature.get(), message)));
    }

    private static Result of(MailTransport.Answer answer) {
        DeliveryOutcome outcome = switch (answer.verdict()) {
            case ACCEPTED -> DeliveryOutcome.ACCEPTED;
            case TEMPORARY -> DeliveryOutcome.TRY_LATER;
            case PERMANENT -> DeliveryOutcome.REJECTED;
        };
        return new Result(outcome, answer.detail());
    }

    Result byHttps(ReportEnvelope envelope, DomainName host, String target, Instant now) throws InterruptedException {
        if (https == null) {
            return new Result(DeliveryOutcome.NOT_CONFIGURED, "no HTTPS transport");
        }
        if (!host.isLetterDigitHyphen()) {
            return new Result(DeliveryOutcome.ADDRESS_FORBIDDEN, host + " cannot be sent as SNI");
        }
        if (limits.isDown(host, now)) {
            return new Result(DeliveryOutcome.HOST_DOWN, host + " could not be reached a moment ago");
        }
        byte[] file = format.write(envelope.report());
        Result result = of(https.post(host, target, envelope.requestField().value(), file));
        if (result.outcome == DeliveryOutcome.UNREACHABLE || result.outcome == DeliveryOutcome.TIMED_OUT) {
            limits.notReached(host, now);
        } else {
            limits.reached(host);
        }
        return result;
    }

    private static Result of(PolicyFetcher.Result answer) {
        if (answer instanceof PolicyFetcher.Response response) {
            return new Result(ofStatus(response.status()), "HTTP " + response.status());
        } else if (answer instanceof PolicyFetcher.CertificateRejected rejected) {
            return new Result(
                    DeliveryOutcome.CERTIFICATE_REJECTED, rejected.problems().toString());
        } else if (answer instanceof PolicyFetcher.AddressForbidden forbidden) {
            return new Result(DeliveryOutcome.ADDRESS_FORBIDDEN, forbidden.detail());
        } else if (answer instanceof PolicyFetcher.TimedOut timedOut) {
            return new Result(
                    DeliveryOutcome.TIMED_OUT,
                    "no answer within " + timedOut.timeout().toSeconds() + " s");
        } else if (answer instanceof PolicyFetcher.Unreachable unreachable) {
            return new Result(DeliveryOutcome.UNREACHABLE, unreachable.reason() + ": " + unreachable.detail());
        } else if (answer instanceof PolicyFetcher.ProtocolError error) {
            return new Result(DeliveryOutcome.NOT_HTTP, error.detail());
        }
        return new Result(DeliveryOutcome.NOT_HTTP, "an answer that is too large");
    }

    /** RFC 8460 §5.4, §5.5. A redirect is not followed, but may be there by mistake, and be gone tomorrow. */
    private static DeliveryOutcome ofStatus(int status) {
        if (status >= 200 && status < 300) {
            return DeliveryOutcome.ACCEPTED;
        }
        boolean final4xx = status >= 400 && status < 500 && !List.of(408, 429).contains(status);
        return final4xx ? DeliveryOutcome.REJECTED : DeliveryOutcome.TRY_LATER;
    }
}
