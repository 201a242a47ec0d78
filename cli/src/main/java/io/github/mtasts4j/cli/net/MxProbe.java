// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.net;

import io.github.mtasts4j.cli.net.MxContact.Stage;
import io.github.mtasts4j.discovery.AddressLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.RemoteText;
import io.github.mtasts4j.tls.MxTls;
import io.github.mtasts4j.tls.PresentedChain;
import io.github.mtasts4j.tls.TlsConnection;
import io.github.mtasts4j.tls.TlsOutcome;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Connects to a server as a sender would, and looks at it: an MX up to STARTTLS, a policy host up to its certificate. */
public final class MxProbe {

    private static final int MAX_ADDRESSES = 4;

    private final Network network;

    /**
     * Makes a probe.
     *
     * @param network how to reach the world
     */
    public MxProbe(Network network) {
        this.network = network;
    }

    /**
     * Looks at an MX: EHLO, STARTTLS, the handshake, QUIT. Waits for each no longer than the network's limit.
     *
     * @param mx its name
     * @param answer its addresses
     * @return what came of it
     */
    public MxContact contact(DomainName mx, AddressLookup.Answer answer) {
        if (answer instanceof AddressLookup.Unavailable unavailable) {
            return MxContact.none(Stage.ADDRESS_UNKNOWN, unavailable.detail(), List.of());
        } else if (answer instanceof AddressLookup.None none) {
            return MxContact.none(Stage.NO_ADDRESS, none.detail(), List.of());
        }
        List<InetAddress> all = ((AddressLookup.Addresses) answer).values();
        List<InetAddress> permitted =
                all.stream().filter(address -> network.permits(mx, address)).toList();
        if (permitted.isEmpty()) {
            return MxContact.none(Stage.ADDRESS_FORBIDDEN, "all its addresses are private: " + list(all), List.of());
        }
        return contactFirst(mx, permitted);
    }

    private MxContact contactFirst(DomainName mx, List<InetAddress> addresses) {
        List<String> failed = new ArrayList<>();
        for (InetAddress address : addresses.stream().limit(MAX_ADDRESSES).toList()) {
            InetSocketAddress at = new InetSocketAddress(address, network.smtpPort(mx));
            try (Socket socket = connect(at)) {
                return talk(socket, at, mx, failed);
            } catch (IOException e) {
                failed.add(address.getHostAddress() + " " + inWords(e));
            }
        }
        return MxContact.none(Stage.UNREACHABLE, String.join("; ", failed), failed);
    }

    private Socket connect(InetSocketAddress at) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(at, Math.toIntExact(network.timeout().toMillis()));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private MxContact talk(Socket socket, InetSocketAddress at, DomainName mx, List<String> failed) {
        SmtpDialogue server = new SmtpDialogue(socket, network.timeout());
        List<String> keywords;
        try {
            keywords = greet(server, socket);
        } catch (IOException e) {
            return new MxContact(
                    Stage.NO_SMTP,
                    Optional.of(at),
                    inWords(e),
                    new TlsOutcome.NotConnected(inWords(e)),
                    Optional.empty(),
                    failed);
        }
        try {
            if (!keywords.contains("STARTTLS")) {
                quit(server);
                return session(at, new TlsOutcome.NotOffered(), Optional.empty(), failed);
            }
            SmtpDialogue.Reply reply = server.ask("STARTTLS");
            if (reply.code() != 220) {
                quit(server);
                return session(at, new TlsOutcome.Refused(reply.code()), Optional.empty(), failed);
            }
            if (server.hasMore()) { // Somebody wants this to be taken for a reply over TLS.
                TlsOutcome injected =
                        new TlsOutcome.HandshakeFailed("starttls-injection", "plaintext after the reply to STARTTLS");
                return session(at, injected, Optional.empty(), failed);
            }
            return handshake(socket, at, mx, failed);
        } catch (IOException e) {
            return session(at, MxTls.failed(e), Optional.empty(), failed);
        }
    }

    private List<String> greet(SmtpDialogue server, Socket socket) throws IOException {
        SmtpDialogue.Reply greeting = server.reply();
        if (greeting.code() != 220) {
            throw new SmtpDialogue.NotSmtp("it turns us away: " + greeting.text());
        }
        String name = network.helo(socket.getLocalAddress());
        SmtpDialogue.Reply ehlo = server.ask("EHLO " + name);
        if (ehlo.isPositive()) {
            return ehlo.keywords();
        }
        SmtpDialogue.Reply helo = server.ask("HELO " + name);
        if (!helo.isPositive()) {
            throw new SmtpDialogue.NotSmtp("it turns us away: " + helo.text());
        }
        return List.of();
    }

    private MxContact handshake(Socket socket, InetSocketAddress at, DomainName mx, List<String> failed)
            throws IOException {
        TlsConnection layered = network.tls().handshake(socket, mx, network.timeout());
        try (Socket closed = layered.socket()) {
            Optional<Certificates> shown = closed.isClosed() ? Optional.empty() : shown(layered);
            if (!closed.isClosed()) {
                quit(new SmtpDialogue(closed, network.timeout()));
            }
            return session(at, layered.outcome(), shown, failed);
        }
    }

    /** Only what the handshake left behind is looked at; nothing here waits. */
    private static Optional<Certificates> shown(TlsConnection layered) {
        var session = layered.socket().getSession();
        return Optional.of(new Certificates(
                session.getProtocol(), PresentedChain.of(session).certificates()));
    }

    private static MxContact session(
            InetSocketAddress at, TlsOutcome outcome, Optional<Certificates> certificates, List<String> failed) {
        return new MxContact(Stage.SESSION, Optional.of(at), outcome.toString(), outcome, certificates, failed);
    }

    /** A goodbye; the reply is not waited for, and nobody minds if it does not arrive. */
    private static boolean quit(SmtpDialogue server) {
        try {
            server.say("QUIT");
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * What a policy host shows in a TLS handshake. No request is sent.
     *
     * @param host its name
     * @param answer its addresses
     * @return the certificates; empty if there was no handshake
     */
    public Optional<Certificates> certificatesOf(DomainName host, AddressLookup.Answer answer) {
        if (!(answer instanceof AddressLookup.Addresses addresses)) {
            return Optional.empty();
        }
        return addresses.values().stream()
                .filter(address -> network.permits(host, address))
                .limit(MAX_ADDRESSES)
                .map(address -> certificatesAt(address, host))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<Certificates> certificatesAt(InetAddress address, DomainName host) {
        try (Socket socket = connect(new InetSocketAddress(address, network.httpsPort(host)))) {
            TlsConnection layered = network.tls().handshake(socket, host, network.timeout());
            try (Socket closed = layered.socket()) {
                return closed.isClosed() ? Optional.empty() : shown(layered);
            }
        } catch (IOException e) {
            return Optional.empty(); // The fetch has told what is to be told of it.
        }
    }

    private static String inWords(IOException e) {
        if (e instanceof SocketTimeoutException) {
            return "did not answer in time";
        } else if (e instanceof NoRouteToHostException) {
            return "cannot be reached from here (no route)";
        } else if (e instanceof ConnectException) {
            return String.valueOf(e.getMessage()).contains("refused")
                    ? "refuses the connection"
                    : "cannot be reached from here";
        }
        return RemoteText.safe(String.valueOf(e.getMessage()), 160);
    }

    private static String list(List<InetAddress> addresses) {
        return String.join(
                ", ",
                addresses.stream()
                        .limit(MAX_ADDRESSES)
                        .map(InetAddress::getHostAddress)
                        .toList());
    }
}
