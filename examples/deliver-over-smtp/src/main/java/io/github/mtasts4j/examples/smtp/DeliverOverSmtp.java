// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.smtp;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.MxPlan;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.dns.DnsJavaResolver;
import io.github.mtasts4j.dns.MxLookup;
import io.github.mtasts4j.http.ApachePolicyFetcher;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.tls.CertificateVerifier;
import io.github.mtasts4j.tls.MxTls;
import io.github.mtasts4j.tls.TlsConnection;
import io.github.mtasts4j.tls.TlsOutcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;
import javax.net.ssl.SSLSocket;

/**
 * The smallest real sender: plain sockets, JDK TLS, one message, one attempt. What a mail server adds to it is a queue,
 * the fallback of opportunistic TLS to plaintext, and {@link MtaSts#recheck} before it ever bounces.
 *
 * <p>{@code DeliverOverSmtp bob@sender.example alice@example.com < message.eml} ends with 0 if an MX has taken the message
 * and with 75 (EX_TEMPFAIL) if it belongs back into the queue.
 */
public final class DeliverOverSmtp {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int TEMPORARY_FAILURE = 75;

    private final MtaSts sts;
    private final MxTls tls;
    private final MxLookup mxs;
    private final Function<DomainName, InetSocketAddress> dial;
    private final Duration timeout;
    private final PrintStream log;

    DeliverOverSmtp(
            MtaSts sts,
            MxTls tls,
            MxLookup mxs,
            Function<DomainName, InetSocketAddress> dial,
            Duration timeout,
            PrintStream log) {
        this.sts = sts;
        this.tls = tls;
        this.mxs = mxs;
        this.dial = dial;
        this.timeout = timeout;
        this.log = log;
    }

    /**
     * Sends the message on standard input.
     *
     * @param args sender and recipient
     * @throws IOException if standard input cannot be read
     * @throws InterruptedException if it was interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        String message = new String(System.in.readAllBytes(), StandardCharsets.ISO_8859_1);
        DnsJavaResolver dns = DnsJavaResolver.system().build();
        MxTls tls = new MxTls(CertificateVerifier.trustingSystem(), InstantSource.system());
        try (ApachePolicyFetcher fetcher = ApachePolicyFetcher.builder()
                        .addresses(dns.addressLookup())
                        .build();
                MtaSts sts = MtaSts.builder(dns.txtLookup(), fetcher).build()) {
            boolean taken = new DeliverOverSmtp(
                            sts,
                            tls,
                            dns.mxLookup(),
                            mx -> new InetSocketAddress(mx.toString(), 25),
                            TIMEOUT,
                            System.err)
                    .deliver(args[0], args[1], message);
            System.exit(taken ? 0 : TEMPORARY_FAILURE);
        }
    }

    /** One attempt at each MX in turn; whether one of them has taken the message. */
    boolean deliver(String sender, String recipient, String message) throws InterruptedException {
        PolicyDomain domain = PolicyDomain.ofRecipient(recipient);
        // [readme]
        PolicyResolution policy = sts.resolve(domain);
        for (DomainName mx : candidatesInOrder(domain)) { // §8.4: walk as usual, no pre-filter
            if (sts.plan(policy, mx) instanceof MxPlan.Skip skip) {
                log.println(skip.decision().explain());
                continue;
            }
            try (Session smtp = connect(mx)) {
                TlsOutcome outcome = smtp.startTls(mx);
                DeliveryDecision decision = sts.decide(policy, mx, outcome);
                if (decision.mayDeliver() && smtp.send(sender, recipient, message)) {
                    return true;
                }
                log.println(decision.explain());
            } catch (IOException e) {
                log.println(mx + ": " + e.getMessage());
            }
        }
        return false; // back into the queue; never bounced for the policy's sake without sts.mayBounce(policy)
        // [/readme]
    }

    private Iterable<DomainName> candidatesInOrder(PolicyDomain domain) throws InterruptedException {
        return mxs.lookup(domain.asName().orElseThrow()).candidates();
    }

    private Session connect(DomainName mx) throws IOException {
        Socket socket = new Socket();
        try {
            int millis = Math.toIntExact(timeout.toMillis());
            socket.connect(dial.apply(mx), millis);
            socket.setSoTimeout(millis);
            return new Session(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** SMTP with one server (RFC 5321, RFC 3207), without a buffer that could mix plaintext with TLS. */
    private final class Session implements AutoCloseable {

        private Socket socket;
        private final String capabilities;

        Session(Socket socket) throws IOException {
            this.socket = socket;
            expect(220, read());
            capabilities = expect(250, ask("EHLO sender.example"));
        }

        TlsOutcome startTls(DomainName mx) throws IOException {
            if (capabilities.lines().noneMatch(line -> line.matches("(?i)250[- ]STARTTLS"))) {
                return new TlsOutcome.NotOffered();
            }
            try {
                int code = code(ask("STARTTLS"));
                if (code != 220) {
                    return new TlsOutcome.Refused(code);
                }
            } catch (IOException e) {
                socket.close(); // Nobody knows what the server would make of the next command.
                return MxTls.failed(e);
            }
            if (socket.getInputStream().available() > 0) { // Somebody wants this to be taken for a reply over TLS.
                socket.close();
                return new TlsOutcome.HandshakeFailed("starttls-injection", "plaintext after the reply to STARTTLS");
            }
            TlsConnection layered = tls.handshake(socket, mx, timeout);
            socket = layered.socket();
            return layered.outcome();
        }

        boolean send(String sender, String recipient, String message) throws IOException {
            if (socket.isClosed()) { // Mail servers connect once more, without TLS, if nothing forbids it.
                throw new IOException("TLS has failed, and this sender does not come back without it");
            }
            if (socket instanceof SSLSocket) {
                expect(250, ask("EHLO sender.example")); // What was said before TLS does not count.
            }
            expect(250, ask("MAIL FROM:<" + sender + ">"));
            expect(250, ask("RCPT TO:<" + recipient + ">"));
            expect(354, ask("DATA"));
            StringBuilder data = new StringBuilder();
            message.lines()
                    .forEach(line -> data.append(line.startsWith(".") ? "." : "")
                            .append(line)
                            .append("\r\n"));
            return code(ask(data + ".")) == 250;
        }

        private String ask(String command) throws IOException {
            OutputStream out = socket.getOutputStream();
            out.write((command + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            return read();
        }

        /** A whole reply: lines "250-..." and a last one "250 ...", all with one code. */
        private String read() throws IOException {
            StringBuilder reply = new StringBuilder();
            String line;
            do {
                line = readLine(socket.getInputStream());
                boolean sameCode = reply.isEmpty() || line.startsWith(reply.substring(0, 3));
                if (!line.matches("[2-5][0-9][0-9]([ -].*)?\r") || !sameCode || reply.length() > 65_536) {
                    throw new IOException("the server does not speak SMTP");
                }
                reply.append(line.stripTrailing()).append('\n');
            } while (line.charAt(3) == '-');
            return reply.toString();
        }

        private String readLine(InputStream in) throws IOException {
            StringBuilder line = new StringBuilder();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0 || line.length() > 2048) {
                    throw new IOException("the server does not speak SMTP");
                }
                line.append((char) c);
            }
            return line.toString();
        }

        private String expect(int wanted, String reply) throws IOException {
            if (code(reply) != wanted) {
                throw new IOException("the server answered " + code(reply) + ", not " + wanted);
            }
            return reply;
        }

        private int code(String reply) {
            return Integer.parseInt(reply.substring(0, 3));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
