// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.https;

import io.github.mtasts4j.testkit.tls.Identity;
import io.github.mtasts4j.testkit.tls.OldTls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * The Policy Hosts of any number of domains, at one address: a real HTTPS server on 127.0.0.1 that does as it is told,
 * for better or worse. It chooses certificate and {@link Reply} by SNI, and takes down all that happens.
 *
 * <p>Domains are policy domains; the host {@code mta-sts.} of each is served. May be told otherwise at any time.
 */
public final class PolicyHost implements AutoCloseable {

    /** The head of an answer with a body in chunks. */
    public static final String CHUNKED =
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static final String PREFIX = "mta-sts.";
    private static final int SEND_BUFFER = 16 * 1024;
    private static final int BLOCK = 4096;
    private static final int MAX_HEAD = 64 * 1024;
    private static final int MAX_BODY = 1 << 20;

    private final ServerSocket listener;
    private final Map<String, Site> sites = new ConcurrentHashMap<>();
    private final Queue<Visit> visits = new ConcurrentLinkedQueue<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);

    private PolicyHost(ServerSocket listener) {
        this.listener = listener;
    }

    /**
     * Starts a server with no domains, on a port the system chooses.
     *
     * @return the running server
     */
    public static PolicyHost start() {
        return start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /**
     * Starts a server with no domains where programs look for one, such as 127.0.0.2, port 443.
     *
     * @param address where
     * @return the running server
     * @throws UncheckedIOException if it cannot listen there
     */
    public static PolicyHost start(InetSocketAddress address) {
        try {
            PolicyHost host = new PolicyHost(new ServerSocket(address.getPort(), 100, address.getAddress()));
            host.begin("policy-host", host::accept);
            return host;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Serves a domain's policy.
     *
     * @param domain the policy domain
     * @param identity what the server proves itself with when asked for {@code mta-sts.} and the domain
     * @param policy the policy's text
     * @return this
     */
    public PolicyHost serve(String domain, Identity identity, String policy) {
        return serve(domain, identity, Reply.policy(policy));
    }

    /**
     * Serves a domain something else.
     *
     * @param domain the policy domain
     * @param identity what the server proves itself with when asked for {@code mta-sts.} and the domain
     * @param reply what it does
     * @return this
     */
    public PolicyHost serve(String domain, Identity identity, Reply reply) {
        sites.put(PREFIX + domain, new Site(identity, identity.serverContext(), reply));
        return this;
    }

    /**
     * Changes what a domain's clients get; the certificate stays.
     *
     * @param domain a policy domain that is served
     * @param reply what the server does from now on
     * @return this
     * @throws IllegalArgumentException if the domain is not served
     */
    public PolicyHost respond(String domain, Reply reply) {
        sites.computeIfPresent(PREFIX + domain, (name, site) -> new Site(site.identity, site.context, reply));
        site(domain);
        return this;
    }

    /**
     * Changes the certificate of a domain; what its clients get stays.
     *
     * @param domain a policy domain that is served
     * @param identity what the server proves itself with from now on
     * @return this
     * @throws IllegalArgumentException if the domain is not served
     */
    public PolicyHost present(String domain, Identity identity) {
        return serve(domain, identity, site(domain).reply);
    }

    private Site site(String domain) {
        Site site = sites.get(PREFIX + domain);
        if (site == null) {
            throw new IllegalArgumentException(domain + " is not served here");
        }
        return site;
    }

    /**
     * Where the server listens.
     *
     * @return 127.0.0.1
     */
    public InetAddress address() {
        return listener.getInetAddress();
    }

    /**
     * Where the server listens.
     *
     * @return its port
     */
    public int port() {
        return listener.getLocalPort();
    }

    /**
     * Every TCP connection, to whatever domain.
     *
     * @return a snapshot, the oldest first
     */
    public List<Visit> visits() {
        return List.copyOf(visits);
    }

    /**
     * The TCP connections of clients that asked for a domain's Policy Host in their SNI.
     *
     * @param domain a policy domain
     * @return a snapshot, the oldest first
     */
    public List<Visit> visits(String domain) {
        return visits.stream()
                .filter(visit -> visit.serverName().equals(PREFIX + domain))
                .toList();
    }

    /**
     * The requests of clients that asked for a domain's Policy Host in their SNI.
     *
     * @param domain a policy domain
     * @return a snapshot, the oldest first
     */
    public List<SeenRequest> requests(String domain) {
        return visits(domain).stream()
                .flatMap(visit -> visit.requests().stream())
                .toList();
    }

    /**
     * Waits for requests to have come in.
     *
     * @param domain a policy domain
     * @param count how many requests there have to be
     * @param patience how long to wait at most
     * @return whether there are as many
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    public boolean awaitRequests(String domain, int count, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (requests(domain).size() < count && System.nanoTime() < end) {
            if (closed.await(2, TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        return requests(domain).size() >= count;
    }

    /** Closes every connection and ends every thread. */
    @Override
    public void close() {
        closed.countDown();
        quietly(listener::close);
        open.forEach(socket -> quietly(socket::close));
        for (Thread thread : threads) {
            try {
                thread.join(Duration.ofSeconds(5).toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void begin(String name, Runnable work) {
        Thread thread = new Thread(
                () -> {
                    work.run();
                    threads.remove(Thread.currentThread());
                },
                name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void accept() {
        while (closed.getCount() > 0) {
            try {
                Socket client = listener.accept();
                // As web servers have it: else an answer waits until a ticket is acknowledged.
                client.setTcpNoDelay(true);
                Visit visit = new Visit();
                visits.add(visit);
                open.add(client);
                begin("policy-host-visit", () -> receive(client, visit));
            } catch (IOException e) {
                return; // Closed.
            }
        }
    }

    private void receive(Socket client, Visit visit) {
        try (client) {
            if (closed.getCount() == 0) {
                return; // It came in while everything was being closed.
            }
            client.setSendBufferSize(
                    SEND_BUFFER); // So that what is written is what the client has asked for, or nearly.
            ClientHello hello = ClientHello.read(client.getInputStream());
            String name = hello.serverName();
            visit.greetedAs(name == null ? "" : name);
            Site site = name == null ? null : sites.get(name);
            if (site == null) {
                client.getOutputStream().write(OldTls.handshakeFailure());
            } else if (site.reply instanceof Reply.WithoutTls without
                    && without.sabotage() != Reply.Sabotage.HTTP_2_ONLY) {
                sabotage(client, without.sabotage());
            } else {
                new Conversation(client, visit, site, hello).hold();
            }
        } catch (IOException e) {
            // The client has gone, or the server is being closed; either way it is over.
        } finally {
            open.remove(client);
            visit.ended();
        }
    }

    private static void sabotage(Socket client, Reply.Sabotage sabotage) throws IOException {
        OutputStream out = client.getOutputStream();
        switch (sabotage) {
            case RESET -> client.setSoLinger(true, 0);
            case STALL -> awaitEnd(client.getInputStream());
            case TLS_1_1 -> {
                out.write(OldTls.serverHello());
                awaitEnd(client.getInputStream());
            }
            case RECORD_FLOOD -> flood(out);
            case ALERT -> out.write(OldTls.handshakeFailure());
            case PLAINTEXT -> out.write(latin1("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
            case HTTP_2_ONLY -> throw new IllegalArgumentException("needs TLS");
        }
    }

    /** Well-formed records that lead nowhere; ends when the client has gone. */
    private static void flood(OutputStream out) throws IOException {
        byte[] helloRequest = {22, 3, 3, 0, 4, 0, 0, 0, 0};
        while (true) {
            out.write(helloRequest);
        }
    }

    private static void awaitEnd(InputStream in) throws IOException {
        byte[] ignored = new byte[BLOCK];
        while (in.read(ignored) >= 0) {
            // Whatever it says.
        }
    }

    private static byte[] latin1(String octets) {
        return octets.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void quietly(Closing closing) {
        try {
            closing.close();
        } catch (IOException e) {
            // It is closed as well as it can be.
        }
    }

    private interface Closing {
        void close() throws IOException;
    }

    /** What one domain's clients get. One context for all of them, so that they could resume a session. */
    private record Site(Identity identity, SSLContext context, Reply reply) {}

    /** One connection from the ClientHello on. */
    private final class Conversation {

        private final Socket client;
        private final Visit visit;
        private final Site site;
        private final ClientHello hello;

        Conversation(Socket client, Visit visit, Site site, ClientHello hello) {
            this.client = client;
            this.visit = visit;
            this.site = site;
            this.hello = hello;
        }

        void hold() throws IOException {
            SSLSocket tls = (SSLSocket) site.context
                    .getSocketFactory()
                    .createSocket(client, new ByteArrayInputStream(hello.octets()), true);
            if (site.reply instanceof Reply.WithoutTls) {
                SSLParameters parameters = tls.getSSLParameters();
                parameters.setApplicationProtocols(new String[] {"h2"});
                tls.setSSLParameters(parameters);
            }
            tls.startHandshake();
            visit.handshakeCompleted();
            converse(tls);
        }

        private void converse(SSLSocket tls) throws IOException {
            boolean more = true;
            while (more) {
                String head = head(tls.getInputStream());
                if (head == null) {
                    return;
                }
                SeenRequest request = new SeenRequest(visit.serverName(), head, "");
                visit.received(new SeenRequest(visit.serverName(), head, body(request, tls.getInputStream())));
                more = answer(tls);
            }
        }

        private @Nullable String head(InputStream in) throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (head.size() < MAX_HEAD) {
                int octet = in.read();
                if (octet < 0) {
                    return null;
                }
                head.write(octet);
                String text = head.toString(StandardCharsets.ISO_8859_1);
                if (text.endsWith("\r\n\r\n")) {
                    return text.substring(0, text.length() - 4);
                }
            }
            return null;
        }

        private String body(SeenRequest request, InputStream in) throws IOException {
            String length = request.header("Content-Length").orElse("0");
            int octets = length.matches("\\d{1,7}") ? Math.min(Integer.parseInt(length), MAX_BODY) : 0;
            return new String(in.readNBytes(octets), StandardCharsets.ISO_8859_1);
        }

        /** Whether to wait for another request. */
        private boolean answer(SSLSocket tls) throws IOException {
            OutputStream out = tls.getOutputStream();
            if (site.reply instanceof Reply.Octets octets) {
                write(out, octets.octets());
                return end(tls, octets.ending());
            } else if (site.reply instanceof Reply.Endless endless) {
                write(out, endless.head());
                String block = endless.again().repeat(BLOCK / endless.again().length() + 1);
                while (closed.getCount() > 0) {
                    write(out, block);
                }
            } else if (site.reply instanceof Reply.Drip drip) {
                write(out, drip.head());
                drip(out, drip);
            } else {
                awaitEnd(tls.getInputStream());
            }
            return false;
        }

        private boolean end(SSLSocket tls, Reply.Ending ending) throws IOException {
            if (ending == Reply.Ending.CLOSE) {
                tls.close();
            } else if (ending == Reply.Ending.CUT) {
                client.close();
            }
            return ending == Reply.Ending.KEEP_ALIVE;
        }

        private void drip(OutputStream out, Reply.Drip drip) throws IOException {
            try {
                for (int i = 0; !closed.await(drip.pause().toMillis(), TimeUnit.MILLISECONDS); i++) {
                    write(
                            out,
                            drip.again()
                                    .substring(
                                            i % drip.again().length(),
                                            i % drip.again().length() + 1));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void write(OutputStream out, String octets) throws IOException {
            byte[] all = latin1(octets);
            for (int from = 0; from < all.length; from += BLOCK) {
                int length = Math.min(BLOCK, all.length - from);
                out.write(all, from, length);
                visit.wrote(length);
            }
            out.flush();
        }
    }
}
