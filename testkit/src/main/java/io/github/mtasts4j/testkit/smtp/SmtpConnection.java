// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.smtp;

import io.github.mtasts4j.delivery.SessionFacts;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.RemoteText;
import io.github.mtasts4j.tls.MxTls;
import io.github.mtasts4j.tls.TlsConnection;
import io.github.mtasts4j.tls.TlsOutcome;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * The client side of one connection to an MX, as a careful sender does it: strict about replies, bounded in what it
 * reads, STARTTLS after RFC 3207. Whatever the server does comes back as a value.
 *
 * <p>The order is connect, {@link #startTls}, judge, and only then {@link #approve}, which alone leads to a method that
 * sends mail. Not safe for many threads.
 */
public final class SmtpConnection implements AutoCloseable {

    /** The name in EHLO. */
    public static final String CLIENT_NAME = "sender.testkit";

    private final Socket socket;
    private final Duration readTimeout;
    private @Nullable SmtpDialogue dialogue;
    private SendResult.Broken trouble = new SendResult.Broken("not-usable", "no connection");
    private List<String> capabilities = List.of();
    private SessionFacts ends = SessionFacts.NONE;
    private String helo = "";
    private @Nullable TlsOutcome outcome;

    private SmtpConnection(Socket socket, Duration readTimeout) {
        this.socket = socket;
        this.readTimeout = readTimeout;
    }

    /**
     * Connects, reads the greeting and says EHLO, or HELO to a server that knows no EHLO. Waits for the connect timeout
     * and for up to three read timeouts. Where any of it fails, {@link #startTls} tells why.
     *
     * @param address where the server is
     * @param connectTimeout how long to wait for the connection
     * @param readTimeout how long to wait for each whole reply, and for the whole TLS handshake
     * @return the connection, to be closed; usable or not
     */
    public static SmtpConnection connect(InetSocketAddress address, Duration connectTimeout, Duration readTimeout) {
        Socket socket = new Socket();
        SmtpConnection connection = new SmtpConnection(socket, readTimeout);
        try {
            socket.setTcpNoDelay(true);
            socket.connect(address, Math.toIntExact(connectTimeout.toMillis()));
            connection.ends = SessionFacts.of(socket);
            connection.meet(new SmtpDialogue(socket, readTimeout));
        } catch (IOException e) {
            connection.giveUp(e);
        }
        return connection;
    }

    private void meet(SmtpDialogue server) throws IOException {
        SmtpReply greeting = server.reply();
        if (greeting.code() != 220) {
            throw new SmtpProtocolException("greeted with " + greeting);
        }
        introduceTo(server);
        dialogue = server;
    }

    /** RFC 5321 §3.2: who knows no EHLO gets a HELO, and offers nothing. */
    private void introduceTo(SmtpDialogue server) throws IOException {
        SmtpReply ehlo = server.ask("EHLO " + CLIENT_NAME);
        SmtpReply reply = ehlo.isPermanentFailure() ? server.ask("HELO " + CLIENT_NAME) : ehlo;
        if (!reply.isPositive()) {
            throw new SmtpProtocolException("EHLO answered with " + reply);
        }
        helo = reply.name();
        capabilities = ehlo.isPositive() ? ehlo.keywords() : List.of();
    }

    /**
     * What the server offers, by its latest answer to EHLO; what it said before TLS is forgotten.
     *
     * @return the keywords in capitals, without parameters
     */
    public List<String> capabilities() {
        return capabilities;
    }

    /**
     * What a TLS report may say of the session (RFC 8460 §4.4).
     *
     * @return both ends of the connection and what the server called itself in its latest answer to EHLO or HELO, as far as it
     *     came to that
     */
    public SessionFacts facts() {
        return helo.isEmpty() ? ends : ends.withHelo(helo);
    }

    /**
     * Whether mail could be sent over the connection as it stands, in the clear or not.
     *
     * @return whether it is open and the server has behaved
     */
    public boolean isUsable() {
        return dialogue != null;
    }

    /**
     * Tries STARTTLS, once; asked again it tells the same. Waits for the reply, the handshake and another EHLO.
     *
     * <p>After {@link TlsOutcome.NotOffered} and {@link TlsOutcome.Refused} the connection can still be used in the
     * clear, unless it was closed; after a handshake, whatever it proved, over TLS.
     *
     * @param tls how to do TLS
     * @param mx the name in the MX record
     * @return what came of it
     */
    public TlsOutcome startTls(MxTls tls, DomainName mx) {
        if (outcome == null) {
            outcome = tryStartTls(tls, mx);
        }
        return outcome;
    }

    /**
     * Does without TLS, as an opportunistic sender does in its second try at a server whose handshake fails. To be called
     * in place of {@link #startTls}.
     *
     * @return {@link TlsOutcome.NotAttempted}, or what {@link #startTls} has said already
     */
    public TlsOutcome declineTls() {
        if (outcome == null) {
            outcome = dialogue == null ? new TlsOutcome.NotConnected(trouble.detail()) : new TlsOutcome.NotAttempted();
        }
        return outcome;
    }

    private TlsOutcome tryStartTls(MxTls tls, DomainName mx) {
        SmtpDialogue server = dialogue;
        if (server == null) {
            return new TlsOutcome.NotConnected(trouble.detail());
        }
        if (!capabilities.contains("STARTTLS")) {
            return new TlsOutcome.NotOffered();
        }
        try {
            SmtpReply reply = server.ask("STARTTLS");
            if (reply.code() != 220) {
                return new TlsOutcome.Refused(reply.code());
            }
            return server.hasMore() ? injected() : handshake(tls, mx);
        } catch (IOException e) {
            giveUp(e);
            return trouble.reason().equals("connection-lost")
                    ? new TlsOutcome.Refused(0)
                    : new TlsOutcome.HandshakeFailed(trouble.reason(), trouble.detail());
        }
    }

    /** Taken for a reply that came over TLS this would be an attacker's word (CVE-2011-0411); it is not even read. */
    private TlsOutcome injected() {
        giveUp(new SmtpProtocolException("plaintext after the reply to STARTTLS"));
        return new TlsOutcome.HandshakeFailed("starttls-injection", trouble.detail());
    }

    private TlsOutcome handshake(MxTls tls, DomainName mx) {
        forgetServer();
        try {
            socket.setSoTimeout(Math.toIntExact(readTimeout.toMillis()));
            TlsConnection layered = tls.handshake(socket, mx, readTimeout);
            if (layered.socket().isClosed()) {
                trouble = new SendResult.Broken("not-usable", layered.outcome().toString());
            } else {
                meetAgain(layered.socket());
            }
            return layered.outcome();
        } catch (IOException e) {
            giveUp(e);
            return MxTls.failed(e);
        }
    }

    /** RFC 3207 §4.2: what was learned before TLS is discarded. A failure here takes nothing from the handshake. */
    private void meetAgain(SSLSocket layered) {
        try {
            SmtpDialogue server = new SmtpDialogue(layered, readTimeout);
            introduceTo(server);
            dialogue = server;
        } catch (IOException e) {
            giveUp(e);
        }
    }

    /**
     * The half of the connection that sends mail. To ask for it is to say: the outcome of {@link #startTls} has been
     * judged, and mail may go over this connection as it stands, be it in the clear.
     *
     * @return the sending half
     * @throws IllegalStateException if {@link #startTls} has not been called: there is nothing to judge by yet
     */
    public Approved approve() {
        if (outcome == null) {
            throw new IllegalStateException("STARTTLS has not been tried");
        }
        return new Approved();
    }

    /** Says QUIT where anybody still listens, and closes the connection. Waits for the reply. */
    public void quit() {
        SmtpDialogue server = dialogue;
        try {
            if (server != null) {
                server.ask("QUIT");
            }
        } catch (IOException e) {
            giveUp(e); // Nobody cares how a goodbye ends.
        }
        close();
    }

    @Override
    public void close() {
        forgetServer();
        try {
            socket.close();
        } catch (IOException e) {
            trouble = broken(e);
        }
    }

    private void forgetServer() {
        dialogue = null;
        capabilities = List.of();
    }

    private void giveUp(IOException cause) {
        close();
        trouble = broken(cause);
    }

    private static SendResult.Broken broken(IOException cause) {
        String detail = RemoteText.safe(String.valueOf(cause.getMessage()), 120);
        if (cause instanceof SocketTimeoutException) {
            return new SendResult.Broken("timeout", "the server went silent");
        }
        return new SendResult.Broken(
                cause instanceof SmtpProtocolException ? "smtp-protocol" : "connection-lost", detail);
    }

    /** A connection over which the caller has decided to send mail. */
    public final class Approved {

        private Approved() {}

        /**
         * Sends one message, to all of its recipients or to none: if one is refused, the transaction is reset. Waits
         * for a read timeout for each reply.
         *
         * @param from the reverse-path, empty for a bounce
         * @param recipients the forward-paths, at least one
         * @param data the message, one character for each octet; lines may end with LF or CRLF
         * @return what became of it
         * @throws IllegalArgumentException if there is no recipient, or an address cannot stand in a command
         */
        public SendResult send(String from, List<String> recipients, String data) {
            SmtpDialogue server = dialogue;
            Envelope envelope = new Envelope(from, recipients);
            if (server == null) {
                return trouble;
            }
            try {
                return send(server, envelope, data);
            } catch (IOException e) {
                giveUp(e);
                return trouble;
            }
        }

        private SendResult send(SmtpDialogue server, Envelope envelope, String data) throws IOException {
            Optional<SendResult> refusal = envelope.offerTo(server);
            if (refusal.isPresent()) {
                server.ask("RSET");
                return refusal.get();
            }
            server.write(stuffed(data));
            SmtpReply reply = server.ask(MxFault.END_OF_DATA);
            return reply.isPositive()
                    ? new SendResult.Accepted(reply.text())
                    : new SendResult.Refused(MxFault.END_OF_DATA, reply.code(), reply.text());
        }

        /** RFC 5321 §4.5.2, with every line end a CRLF: a bare one is where smuggled commands begin. */
        private String stuffed(String data) {
            StringBuilder text = new StringBuilder(data.length() + 16);
            data.lines()
                    .forEach(line -> text.append(line.startsWith(".") ? "." : "")
                            .append(line)
                            .append("\r\n"));
            return text.toString();
        }
    }

    private record Envelope(String from, List<String> recipients) {

        Envelope {
            recipients = List.copyOf(recipients);
            if (recipients.isEmpty()) {
                throw new IllegalArgumentException("no recipient");
            }
            check(from);
            recipients.forEach(Envelope::check);
        }

        private static void check(String path) {
            if (!path.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '<' && c != '>')) {
                throw new IllegalArgumentException("no address: " + RemoteText.safe(path));
            }
        }

        /** MAIL, RCPT and DATA, until one is refused. */
        Optional<SendResult> offerTo(SmtpDialogue server) throws IOException {
            Optional<SendResult> refusal = refusalOf(server, "MAIL FROM:<" + from + ">", 250);
            for (String recipient : recipients) {
                if (refusal.isEmpty()) {
                    refusal = refusalOf(server, "RCPT TO:<" + recipient + ">", 250);
                }
            }
            return refusal.isPresent() ? refusal : refusalOf(server, "DATA", 354);
        }

        private static Optional<SendResult> refusalOf(SmtpDialogue server, String command, int good)
                throws IOException {
            SmtpReply reply = server.ask(command);
            return reply.code() == good || (good == 250 && reply.code() == 251)
                    ? Optional.empty()
                    : Optional.of(new SendResult.Refused(command.substring(0, 4), reply.code(), reply.text()));
        }
    }
}
