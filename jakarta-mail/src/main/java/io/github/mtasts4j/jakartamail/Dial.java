// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jakartamail;

import io.github.mtasts4j.delivery.SessionFacts;
import io.github.mtasts4j.policy.RemoteText;
import io.github.mtasts4j.tls.MxTls;
import io.github.mtasts4j.tls.PresentedChain;
import io.github.mtasts4j.tls.TlsOutcome;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One connection to one host by a session of its own. What came of STARTTLS is read from the sockets and not from the
 * provider's exceptions, whose words differ.
 */
final class Dial {

    private static final int LONGEST_DETAIL = 120;
    private static final int DONE = 250;

    private final MxCandidate candidate;
    private final ConnectionSockets sockets;
    private final Session session;
    private @Nullable Transport transport;
    private @Nullable Exception failure;

    private Dial(MxCandidate candidate, MxTls tls, SenderProperties properties, boolean startTls) {
        this.candidate = candidate;
        this.sockets = new ConnectionSockets(tls, candidate.mx(), properties.proxy(), properties.handshakeLimit());
        this.session = Session.getInstance(properties.forConnection(sockets, startTls));
    }

    /** Connects, says EHLO and does STARTTLS if the host offers it. Waits as the properties say. */
    static Dial withStartTls(MxCandidate candidate, MxTls tls, SenderProperties properties) {
        Dial dial = new Dial(candidate, tls, properties, true);
        dial.connect();
        return dial;
    }

    /** Connects and says EHLO, and leaves it at that. */
    static Dial inTheClear(MxCandidate candidate, MxTls tls, SenderProperties properties) {
        Dial dial = new Dial(candidate, tls, properties, false);
        dial.connect();
        return dial;
    }

    private void connect() {
        InetSocketAddress address = candidate.address();
        // By address, so that no resolver is asked again; the SNI is the socket's affair.
        String host = address.isUnresolved()
                ? address.getHostString()
                : address.getAddress().getHostAddress();
        try {
            transport = session.getTransport("smtp");
            transport.connect(host, address.getPort(), null, null);
            demandGreeting();
        } catch (MessagingException | RuntimeException e) {
            failure = e;
        }
    }

    /** A provider may go on in the clear, or with what the host offered there, or without noticing that it is gone. */
    private void demandGreeting() throws MessagingException {
        if (sockets.secured().isPresent()) {
            demandGreetingOverTls();
        } else if (replyToStartTls().isPresent()) {
            throw new MessagingException("no TLS came of STARTTLS");
        }
    }

    private void demandGreetingOverTls() throws MessagingException {
        int reply = replyOverTls("EHLO");
        if (reply != DONE && replyOverTls("HELO") != DONE) {
            throw new MessagingException(
                    reply == 0 ? "no reply to EHLO over TLS" : "EHLO over TLS was answered with " + reply);
        }
    }

    private OptionalInt replyToStartTls() {
        return sockets.inTheClear()
                .map(dialogue -> dialogue.replyTo("STARTTLS"))
                .orElse(OptionalInt.empty());
    }

    /** The code; 0 without one that counts. */
    private int replyOverTls(String verb) {
        return sockets.secured()
                .map(secured -> secured.dialogue().replyTo(verb))
                .orElse(OptionalInt.empty())
                .orElse(0);
    }

    /** Whether there is TLS, whoever the peer may be. Not so where JSSE refused to read a chain of certificates. */
    boolean isOverTls() {
        return sockets.secured().isPresent();
    }

    /** Whether what the provider takes for the host's extensions was said over TLS. */
    boolean hasExtensionsOverTls() {
        return replyOverTls("EHLO") == DONE;
    }

    /** The judgement is over. */
    void release() {
        sockets.release();
    }

    Session session() {
        return session;
    }

    /** The connected transport; empty if something went wrong. */
    Optional<Transport> transport() {
        return failure == null ? Optional.ofNullable(transport) : Optional.empty();
    }

    /** What a report may say of the connection. */
    SessionFacts facts() {
        return sockets.ends();
    }

    TlsOutcome outcome() {
        return sockets.outcome().orElseGet(this::withoutHandshake); // What breaks afterwards takes nothing from it.
    }

    private TlsOutcome withoutHandshake() {
        OptionalInt reply = replyToStartTls();
        if (reply.isPresent()) {
            return refused(reply.getAsInt());
        }
        return failure == null ? new TlsOutcome.NotOffered() : new TlsOutcome.NotConnected(detail());
    }

    private TlsOutcome refused(int reply) {
        TlsOutcome timedOut = MxTls.failed(ioException(failure));
        boolean silent = timedOut instanceof TlsOutcome.HandshakeFailed failed
                && failed.reason().equals("timeout");
        return reply == 0 && silent ? timedOut : new TlsOutcome.Refused(reply);
    }

    /** The peer's certificates, its own first; empty without TLS. */
    List<X509Certificate> chain() {
        return sockets.secured()
                .map(SecuredSocket::getSession)
                .map(session -> PresentedChain.of(session).certificates())
                .orElse(List.of());
    }

    /** What went wrong, as one printable line. */
    String detail() {
        String message = failure == null ? "" : String.valueOf(failure.getMessage());
        String cause = failure == null || failure.getCause() == null
                ? ""
                : ": " + failure.getCause().getMessage();
        return RemoteText.safe(message.strip().replace("\n", " ") + cause, LONGEST_DETAIL);
    }

    /** What went wrong, for who looks into causes. */
    IOException cause() {
        return new IOException(detail(), failure);
    }

    void quit() {
        if (transport != null) {
            quit(transport);
        }
    }

    static void quit(Transport transport) {
        try {
            transport.close();
        } catch (MessagingException | RuntimeException e) {
            // Nobody cares how a goodbye ends, and the socket is closed all the same.
        }
    }

    /** The one that is nearest to the socket. */
    private static IOException ioException(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException io) {
                return io;
            }
        }
        return new IOException(failure == null ? "no reply" : failure.getMessage());
    }
}
