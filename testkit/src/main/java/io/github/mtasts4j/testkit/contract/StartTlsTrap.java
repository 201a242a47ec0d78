// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.contract;

import static io.github.mtasts4j.testkit.smtp.MxFault.refuses;
import static io.github.mtasts4j.testkit.smtp.MxFault.refusesStartTls;

import io.github.mtasts4j.testkit.smtp.MxFault;
import io.github.mtasts4j.testkit.smtp.MxFault.AddsTo;
import io.github.mtasts4j.testkit.smtp.MxFault.AfterHandshake;
import io.github.mtasts4j.testkit.smtp.MxFault.Always;
import io.github.mtasts4j.testkit.smtp.MxFault.Answers;
import io.github.mtasts4j.testkit.smtp.MxFault.HangsUpAt;
import io.github.mtasts4j.testkit.smtp.MxFault.InsteadOfTls;
import io.github.mtasts4j.testkit.smtp.MxFault.OffersOverTls;
import io.github.mtasts4j.testkit.smtp.MxFault.OverTls;
import io.github.mtasts4j.testkit.smtp.MxFault.StaysSilentAt;
import io.github.mtasts4j.testkit.smtp.SmtpMx;
import io.github.mtasts4j.tls.TlsOutcome;
import io.github.mtasts4j.tls.TlsOutcome.HandshakeFailed;
import io.github.mtasts4j.tls.TlsOutcome.NotConnected;
import io.github.mtasts4j.tls.TlsOutcome.NotOffered;
import io.github.mtasts4j.tls.TlsOutcome.Refused;
import io.github.mtasts4j.tls.TlsOutcome.Verified;
import java.util.List;
import java.util.Set;

/**
 * Sixteen servers that make STARTTLS (RFC 3207) hard, each with what a sender has to come to. Their certificate is good in
 * every case: what is wrong is the dialogue around the handshake. {@link StartTlsContract} runs a client against all of
 * them; for a test of your own, {@link #setOn} makes any {@link SmtpMx} behave so.
 *
 * <p>Under {@code enforce} mail goes over verified TLS or not at all, whatever the trap. The {@link Fate} says the rest.
 */
@SuppressWarnings("ImmutableEnumChecker") // Set.of and List.of of values: immutable, though the checker cannot see it.
public enum StartTlsTrap {

    /**
     * An EHLO reply in plaintext comes in one segment with the 220, as if it had come over TLS (CVE-2011-0411). The server
     * then does a good handshake and says nothing more: who goes on has believed the forged reply. To discard it is as good
     * as to give up (STS-4.2-7).
     */
    REPLY_INJECTED_WITH_220(
            Fate.NEVER_OVER_THIS_CONNECTION,
            Set.of(HandshakeFailed.class, Verified.class),
            new Answers("STARTTLS", "220 go\r\n" + Text.FORGED_EHLO),
            new OverTls(new StaysSilentAt("EHLO"))),

    /** The same in a segment of its own, before the server has read an octet of the handshake. */
    REPLY_INJECTED_AFTER_220(
            Fate.NEVER_OVER_THIS_CONNECTION,
            Set.of(HandshakeFailed.class, Verified.class),
            new AddsTo("STARTTLS", Text.FORGED_EHLO),
            new OverTls(new StaysSilentAt("EHLO"))),

    /** The 220 to STARTTLS comes with the answer to EHLO, before anybody has asked. */
    REPLY_BEFORE_STARTTLS(
            Fate.NEVER_OVER_THIS_CONNECTION,
            Set.of(HandshakeFailed.class, Refused.class, NotConnected.class),
            new Answers("EHLO", "250-mx.testkit\r\n250 STARTTLS\r\n220 go"),
            new Answers("STARTTLS", "220 go")),

    /** STARTTLS is not offered, or somebody has taken it out of the reply. */
    NOT_OFFERED(Fate.BY_OWN_RULES, Set.of(NotOffered.class, Refused.class), Always.NO_STARTTLS),

    /** The keyword in lower case, and a 220 in two lines: rare, and as valid as any (RFC 5321 §2.4, §4.2.1). */
    VALID_BUT_UNUSUAL(
            Fate.DELIVERED_OVER_TLS,
            Set.of(Verified.class),
            new Answers("EHLO", "250-mx.testkit\r\n250 starttls"),
            new OverTls(new Answers("EHLO", "250 mx.testkit")),
            new Answers("STARTTLS", "220-go\r\n220 ahead")),

    /** The reply to STARTTLS begins with 220 and ends with 454, which is no reply at all (RFC 5321 §4.2.1). */
    REPLY_OF_TWO_CODES(
            Fate.NEVER_OVER_THIS_CONNECTION,
            Set.of(HandshakeFailed.class, Refused.class),
            new Answers("STARTTLS", "220-go\r\n454 or rather not")),

    /** STARTTLS is refused for now; 501, 502 and 554 are the same to a policy. */
    REFUSED(Fate.BY_OWN_RULES, Set.of(Refused.class), refusesStartTls(454)),

    /** STARTTLS is answered with 250, which sounds well and starts no TLS. */
    ANSWERED_WITH_250(Fate.BY_OWN_RULES, Set.of(Refused.class), new Answers("STARTTLS", "250 fine")),

    /** The connection is closed at STARTTLS. */
    CONNECTION_CLOSED(
            Fate.NEVER_OVER_THIS_CONNECTION, Set.of(Refused.class, HandshakeFailed.class), new HangsUpAt("STARTTLS")),

    /** A line of SMTP comes where the ServerHello belongs. */
    PLAINTEXT_FOR_SERVER_HELLO(Fate.NEVER_OVER_THIS_CONNECTION, Set.of(HandshakeFailed.class), InsteadOfTls.PLAINTEXT),

    /** The server answers the ClientHello with an alert. */
    ALERT(Fate.NEVER_OVER_THIS_CONNECTION, Set.of(HandshakeFailed.class), InsteadOfTls.ALERT),

    /** The server goes silent after the ClientHello and keeps the connection open: the client needs a deadline. */
    HANDSHAKE_STALLS(Fate.NEVER_OVER_THIS_CONNECTION, Set.of(HandshakeFailed.class), InsteadOfTls.SILENCE),

    /** What was offered before TLS is not offered any more, and STARTTLS is offered once again (RFC 3207 §4.2). */
    OTHER_CAPABILITIES_OVER_TLS(
            Fate.DELIVERED_OVER_TLS, Set.of(Verified.class), new OffersOverTls(List.of("STARTTLS"))),

    /** EHLO, and HELO too, are refused over TLS. */
    EHLO_REFUSED_OVER_TLS(
            Fate.NEVER_OVER_THIS_CONNECTION,
            Set.of(Verified.class),
            new OverTls(refuses("EHLO", 550)),
            new OverTls(refuses("HELO", 550))),

    /** TLS is ended properly right after the handshake, and an EHLO reply follows in plaintext. */
    TLS_ENDS_AFTER_HANDSHAKE(
            Fate.NEVER_OVER_THIS_CONNECTION,
            Set.of(Verified.class, HandshakeFailed.class),
            AfterHandshake.CLOSE_NOTIFY),

    /** The answer to EHLO has some megabytes, with the offer of STARTTLS at their end. */
    FLOOD(Fate.NEVER_OVER_THIS_CONNECTION, Set.of(NotConnected.class), MxFault.answersEhloWith(400_000));

    /** What becomes of a message, but for {@code enforce}, where it goes over verified TLS or not at all. */
    public enum Fate {
        /** Delivered over verified TLS, in every mode. */
        DELIVERED_OVER_TLS,
        /** In mode {@code testing} and without a policy the client's own rules count; it may deliver in the clear. */
        BY_OWN_RULES,
        /**
         * The same, but over another connection. This one carries no envelope, neither in the clear nor over TLS, in any
         * mode: nobody knows any more who speaks.
         */
        NEVER_OVER_THIS_CONNECTION
    }

    private final Fate fate;
    private final Set<Class<? extends TlsOutcome>> outcomes;
    private final List<MxFault> faults;

    StartTlsTrap(Fate fate, Set<Class<? extends TlsOutcome>> outcomes, MxFault... faults) {
        this.fate = fate;
        this.outcomes = outcomes;
        this.faults = List.of(faults);
    }

    /**
     * Makes a server behave so, from its next command on.
     *
     * @param mx the server; what it did wrong before it does no longer
     */
    public void setOn(SmtpMx mx) {
        mx.behave(faults.toArray(MxFault[]::new));
    }

    /**
     * What becomes of a message.
     *
     * @return its fate
     */
    public Fate fate() {
        return fate;
    }

    /**
     * What may be handed to {@code decide} about the first connection. Where it can be {@link NotConnected} a client may
     * also give up without asking.
     *
     * @return the kinds of outcome
     */
    public Set<Class<? extends TlsOutcome>> outcomes() {
        return outcomes;
    }

    private static final class Text {
        static final String FORGED_EHLO = "250-mx.testkit\r\n250-SIZE\r\n250 AUTH PLAIN LOGIN";
    }
}
