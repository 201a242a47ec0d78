// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.relay;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.delivery.BounceCheck;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.policy.PolicyDomain;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Properties;

/**
 * A relay: takes messages into a spool, tries each until an MX has taken it, and bounces when it must. A policy never makes
 * it bounce before the DNS was asked for a newer one.
 */
final class Relay {

    private final MtaSts sts;
    private final Spool spool;
    private final Delivery delivery;
    private final InstantSource clock;
    private final PrintStream log;

    Relay(MtaSts sts, Spool spool, Delivery delivery, InstantSource clock, PrintStream log) {
        this.sts = sts;
        this.spool = spool;
        this.delivery = delivery;
        this.clock = clock;
        this.log = log;
    }

    /** Tries everything that is due. */
    void runOnce() throws IOException, InterruptedException {
        for (Letter letter : spool.due(clock.instant())) {
            PolicyResolution policy = sts.resolve(PolicyDomain.ofRecipient(letter.recipient()));
            settle(letter, attempt(letter, policy));
        }
    }

    private Outcome attempt(Letter letter, PolicyResolution policy) throws IOException, InterruptedException {
        try (InputStream text = spool.open(letter)) {
            Message message = new MimeMessage(Session.getInstance(new Properties()), text);
            return delivery.attempt(letter, message, policy);
        } catch (MessagingException e) {
            return new Outcome.Refused("this is no message: " + e.getMessage());
        } catch (NoSuchFileException e) {
            return new Outcome.Refused("the message is lost: " + e.getMessage());
        }
    }

    private void settle(Letter letter, Outcome outcome) throws IOException, InterruptedException {
        if (outcome instanceof Outcome.Delivered) {
            log.println(letter.id() + " delivered");
            spool.remove(letter);
        } else if (outcome instanceof Outcome.Refused refused) {
            bounce(letter, refused.why());
        } else if (outcome instanceof Outcome.Deferred deferred) {
            if (RetrySchedule.isTimeUp(letter, clock.instant())) {
                giveUp(letter, deferred);
            } else {
                keep(letter, deferred.why());
            }
        }
    }

    // [bounce]
    /** The queue's time is up; whether a policy's is too, only the DNS can say (§5). */
    private void giveUp(Letter letter, Outcome.Deferred deferred) throws IOException, InterruptedException {
        BounceCheck check = sts.mayBounce(deferred.policy());
        log.println(letter.id() + " " + check.explain());
        switch (check.verdict()) {
            case MAY_BOUNCE, NO_POLICY_INVOLVED -> bounce(letter, deferred.why() + check.explain());
            case KEEP -> keep(letter, deferred.why());
            case TRY_AGAIN -> { // There is another policy: one more walk, with that.
                Outcome second = attempt(letter, check.latest());
                if (second instanceof Outcome.Deferred again) {
                    keep(letter, again.why()); // Its turn to be asked about comes with the next attempt.
                } else {
                    settle(letter, second);
                }
            }
        }
    }
    // [/bounce]

    private void keep(Letter letter, String why) throws IOException {
        Letter later = letter.deferredUntil(RetrySchedule.next(letter, clock.instant()));
        log.println(letter.id() + " deferred until " + later.due() + "\n" + why);
        spool.save(later);
    }

    /** The bounce is in the queue before the message is out of it. */
    private void bounce(Letter letter, String why) throws IOException {
        log.println(letter.id() + " bounced\n" + why);
        if (!letter.from().isEmpty()) { // RFC 5321 §6.1: nobody is told about a lost bounce.
            Instant now = clock.instant();
            spool.accept("", letter.from(), notice(letter, why).getBytes(StandardCharsets.UTF_8), now);
        }
        spool.remove(letter);
    }

    private static String notice(Letter letter, String why) {
        return "From: <mailer-daemon@localhost>\r\nTo: <" + letter.from() + ">\r\n"
                + "Subject: Your message could not be delivered\r\nAuto-Submitted: auto-replied\r\n"
                + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
                + "Your message to " + letter.recipient() + " could not be delivered:\r\n\r\n"
                + why.replace("\n", "\r\n") + "\r\n";
    }
}
