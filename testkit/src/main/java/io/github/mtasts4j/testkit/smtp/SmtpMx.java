// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.smtp;

import io.github.mtasts4j.testkit.tls.Identity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;

/**
 * A mail exchanger on loopback: real SMTP (RFC 5321) with STARTTLS (RFC 3207), which takes mail from any sender and
 * remembers all it saw. It behaves well until it is told otherwise by {@link #behave}; that, the identities and the TLS
 * versions may change while it runs and count from the next command or handshake on. Safe for many threads.
 */
public final class SmtpMx implements AutoCloseable {

    private final ServerSocket listener;
    private final SniIdentities identities;
    private final SSLContext tls;
    private final Thread acceptor;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final Set<Thread> sessions = ConcurrentHashMap.newKeySet();

    private final List<String> serverNames = new CopyOnWriteArrayList<>();
    private final List<MxHandshake> handshakes = new CopyOnWriteArrayList<>();
    private final List<ReceivedCommand> commands = new CopyOnWriteArrayList<>();
    private final List<ReceivedMail> mails = new CopyOnWriteArrayList<>();

    private volatile List<MxFault> faults = List.of();
    private volatile List<String> tlsVersions = List.of("TLSv1.3", "TLSv1.2");

    private SmtpMx(ServerSocket listener, Identity identity) {
        this.listener = listener;
        this.identities = new SniIdentities(identity);
        this.tls = identities.newContext();
        this.acceptor = daemon(this::acceptAll, "smtp-mx-" + listener.getLocalPort());
    }

    /**
     * Starts a server on the loopback address, 127.0.0.1 as a rule, and a port the system chooses.
     *
     * @param identity what it presents unless an SNI asks for another
     * @return a server that is ready for connections
     */
    public static SmtpMx start(Identity identity) {
        return start(InetAddress.getLoopbackAddress(), identity);
    }

    /**
     * Starts a server on a port the system chooses.
     *
     * @param bindAddress where to listen, such as 127.0.0.2
     * @param identity what it presents unless an SNI asks for another
     * @return a server that is ready for connections
     * @throws UncheckedIOException if there is no such address here
     */
    public static SmtpMx start(InetAddress bindAddress, Identity identity) {
        return start(new InetSocketAddress(bindAddress, 0), identity);
    }

    /**
     * Starts a server where programs look for one, such as 127.0.0.2, port 25.
     *
     * @param address where
     * @param identity what it presents unless an SNI asks for another
     * @return a server that is ready for connections
     * @throws UncheckedIOException if it cannot listen there
     */
    public static SmtpMx start(InetSocketAddress address, Identity identity) {
        try {
            SmtpMx mx = new SmtpMx(new ServerSocket(address.getPort(), 50, address.getAddress()), identity);
            mx.acceptor.start();
            return mx;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Where it listens.
     *
     * @return address and port
     */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    /**
     * Sets what it does wrong from now on, in place of all it did wrong before.
     *
     * @param misbehaviour the faults; none for good behaviour
     * @return this
     */
    public SmtpMx behave(MxFault... misbehaviour) {
        faults = List.of(misbehaviour);
        return this;
    }

    /**
     * Presents another identity by default.
     *
     * @param identity the identity
     * @return this
     */
    public SmtpMx present(Identity identity) {
        identities.presentByDefault(identity);
        return this;
    }

    /**
     * Presents an identity of its own to clients that ask for a name.
     *
     * @param sni the server name, in the client's spelling
     * @param identity the identity
     * @return this
     */
    public SmtpMx present(String sni, Identity identity) {
        identities.present(sni, identity);
        return this;
    }

    /**
     * Restricts the TLS versions. What the runtime has disabled stays so; see {@link MxFault.InsteadOfTls#TLS_1_1}.
     *
     * @param versions JSSE's names, such as {@code TLSv1.2}
     * @return this
     */
    public SmtpMx speak(String... versions) {
        tlsVersions = List.of(versions);
        return this;
    }

    /**
     * The server names of all TLS ClientHellos, in order; also of handshakes that failed later.
     *
     * @return a snapshot, in the clients' spelling
     */
    public List<String> serverNames() {
        return List.copyOf(serverNames);
    }

    /**
     * All completed handshakes in order.
     *
     * @return a snapshot
     */
    public List<MxHandshake> handshakes() {
        return List.copyOf(handshakes);
    }

    /**
     * All commands of all connections in order, before and after TLS.
     *
     * @return a snapshot
     */
    public List<ReceivedCommand> commands() {
        return List.copyOf(commands);
    }

    /**
     * All messages that were taken, in order.
     *
     * @return a snapshot
     */
    public List<ReceivedMail> mails() {
        return List.copyOf(mails);
    }

    /** Ends all connections and threads, and waits for them. */
    @Override
    public void close() {
        closeQuietly(listener);
        join(acceptor);
        connections.forEach(SmtpMx::closeQuietly);
        sessions.forEach(SmtpMx::join);
    }

    static String text(SNIServerName name) {
        return new String(name.getEncoded(), StandardCharsets.US_ASCII);
    }

    List<MxFault> faults() {
        return faults;
    }

    List<String> tlsVersions() {
        return tlsVersions;
    }

    SSLContext tls() {
        return tls;
    }

    void record(SNIServerName name) {
        serverNames.add(text(name));
    }

    void record(MxHandshake handshake) {
        handshakes.add(handshake);
    }

    void record(ReceivedCommand command) {
        commands.add(command);
    }

    void record(ReceivedMail mail) {
        mails.add(mail);
    }

    private void acceptAll() {
        try {
            while (true) {
                serve(listener.accept());
            }
        } catch (IOException e) {
            closeQuietly(listener); // Which is how close() ends this loop.
        }
    }

    private void serve(Socket connection) {
        connections.add(connection);
        Thread session = daemon(() -> converse(connection), "smtp-mx-session-" + connection.getPort());
        session.start();
        sessions.add(session);
        sessions.removeIf(earlier -> !earlier.isAlive()); // Only here, so that close() misses none that still runs.
    }

    private void converse(Socket connection) {
        try {
            new SmtpMxSession(this, connection).run();
        } catch (IOException e) {
            // The client has gone, or what it sends is no SMTP: nothing that a server would complain about.
        } finally {
            closeQuietly(connection);
            connections.remove(connection);
        }
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            // It is out of use either way.
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
