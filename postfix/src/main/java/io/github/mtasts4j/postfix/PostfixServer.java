// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.postfix;

import io.github.mtasts4j.MtaSts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers Postfix's {@code smtp_tls_policy_maps} over the socketmap protocol, so that it obeys the MTA-STS policies of the domains
 * it sends to (RFC 8461):
 *
 * <pre>{@code
 * PostfixMetrics metrics = new PostfixMetrics();
 * MtaSts sts = MtaSts.builder(txt, fetcher).store(store).listener(metrics).build();
 * PostfixServer server = PostfixServer.builder(sts).metrics(metrics).listen(new InetSocketAddress("127.0.0.1", 8461));
 * }</pre>
 *
 * <p>An {@code enforce} policy is answered with what the certificate has to be for; {@code testing}, {@code none} and no policy
 * with {@code NOTFOUND}, after which Postfix does what it would have done anyway. Where the library withholds mail, and where the
 * sender's own means fail, the answer is {@code TEMP}, and Postfix keeps the mail in its queue. The name of the map that
 * Postfix sends does not matter.
 *
 * <p>Each connection has a thread, which waits where a policy has to be found out and holds nobody else up. Peers are bounded in
 * number, time and size: 512 connections, of which the one that has been idle longest makes room for a new one; 2 minutes without
 * a request, 10 seconds for one to arrive or for a reply to be read; 10000 octets a request.
 */
public final class PostfixServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PostfixServer.class);

    private static final long BREATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long LAST_MOMENTS_MILLIS = 1_000;

    private final Endpoint endpoint;
    private final SocketAddress address;
    private final Responder responder;
    private final PostfixMetrics metrics;
    private final Limits limits;
    private final Executor executor;
    private final Connections connections;
    private final Thread acceptor;
    private final Thread watch;
    private final AtomicBoolean closed = new AtomicBoolean();

    private PostfixServer(Builder builder, Endpoint endpoint) throws IOException {
        this.endpoint = endpoint;
        this.address = endpoint.address();
        this.responder = new Responder(builder);
        this.metrics = builder.metrics;
        this.limits = builder.limits;
        this.executor = builder.executor == null ? new OwnThreads() : builder.executor;
        this.connections = new Connections(limits.connections());
        this.acceptor = Threads.daemon(this::acceptAll, "mtasts4j-postfix-acceptor");
        this.watch = Threads.daemon(this::watch, "mtasts4j-postfix-watch");
    }

    /**
     * Begins to build.
     *
     * @param sts says which policy applies; not closed by the server
     * @return a builder with defaults for everything else
     */
    public static Builder builder(MtaSts sts) {
        return new Builder(sts);
    }

    private PostfixServer start() {
        metrics.serving(true);
        acceptor.start();
        watch.start();
        log.info("answers Postfix at {}", address);
        return this;
    }

    /**
     * Where it listens.
     *
     * @return the address, with the port the system has chosen where it was asked to
     */
    public SocketAddress address() {
        return address;
    }

    private void acceptAll() {
        while (endpoint.isOpen()) {
            try {
                admit(endpoint.accept());
            } catch (IOException e) {
                if (endpoint.isOpen()) { // Too many open files, say: the next one may have more luck.
                    log.warn("cannot take a connection", e);
                    LockSupport.parkNanos(BREATHER_NANOS);
                }
            }
        }
    }

    private void admit(SocketChannel channel) throws IOException {
        if (!connections.makeRoom() || connections.isStopping()) {
            metrics.turnedAway();
            channel.close();
            return;
        }
        Connection connection = new Connection(channel, responder, metrics, limits, connections);
        connections.add(connection);
        metrics.connected();
        try {
            executor.execute(connection);
        } catch (RejectedExecutionException | OutOfMemoryError e) { // the latter: no more threads
            log.warn("no thread for a connection", e);
            connections.remove(connection);
            metrics.disconnected(ConnectionEnd.TURNED_AWAY);
            channel.close();
        }
    }

    private void watch() {
        long pause = Math.min(limits.idle().toNanos(), limits.request().toNanos()) / 4;
        long nanos = Math.max(TimeUnit.MILLISECONDS.toNanos(5), Math.min(pause, TimeUnit.SECONDS.toNanos(1)));
        while (!closed.get()) {
            LockSupport.parkNanos(nanos);
            connections.endOverdue();
        }
    }

    /**
     * Stops: takes no connection any more, ends those that wait for a request, lets the others finish within
     * {@link Builder#stopLimit}, and removes the file of its socket. Waits until its threads have ended. Once it has stopped, it
     * does nothing.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        metrics.serving(false);
        endpoint.close();
        join(acceptor);
        connections.stop(limits.stop().toNanos());
        LockSupport.unpark(watch);
        join(watch);
        joinOwnThreads();
        log.info("answers Postfix at {} no more", address);
    }

    /** Their connections have ended; all they have still to do is to end as well. */
    private void joinOwnThreads() {
        if (executor instanceof OwnThreads own) {
            try {
                own.join(LAST_MOMENTS_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How a {@link PostfixServer} is to be. Mutable, to be filled in one chain of calls. */
    public static final class Builder {

        final MtaSts sts;
        AnswerForm form = AnswerForm.PLAIN;

        @Nullable MxNames mxNames;

        @Nullable DaneCheck dane;

        UnaryOperator<String> toAscii = UnaryOperator.identity();
        PostfixMetrics metrics = new PostfixMetrics();
        private @Nullable Executor executor;
        private Set<PosixFilePermission> permissions = PosixFilePermissions.fromString("rw-rw----");
        private Limits limits = Limits.DEFAULT;

        private Builder(MtaSts sts) {
            this.sts = sts;
        }

        /**
         * Sets how policies are written; {@link AnswerForm#PLAIN} unless set, which every Postfix understands.
         *
         * @param value the form
         * @return this
         */
        public Builder form(AnswerForm value) {
            this.form = value;
            return this;
        }

        /**
         * Answers patterns such as {@code *.example.net} with the names of the hosts that they cover. Without it the plain form
         * has {@code .example.net}, which in Postfix means more than §4.1: names with any number of labels in front.
         *
         * @param value asks the DNS
         * @return this
         */
        public Builder mxNames(MxNames value) {
            this.mxNames = value;
            return this;
        }

        /**
         * Answers {@code dane-only} for next hops that DANE protects. To be set where Postfix does DANE, that is with
         * {@code smtp_dns_support_level = dnssec} and a resolver that validates; an answer of this server would switch it off
         * otherwise, against §2. Not to be set where Postfix does none: it would keep the mail.
         *
         * @param value asks the DNS
         * @return this
         */
        public Builder dane(DaneCheck value) {
            this.dane = value;
            return this;
        }

        /**
         * Converts names in U-labels, which Postfix asks for when it sends internationalised mail (RFC 6531), by UTS #46.
         * Without it they are taken for no names, and answered {@code NOTFOUND}.
         *
         * @param value gives the name in A-labels, or anything that is no name
         * @return this
         */
        public Builder toAscii(UnaryOperator<String> value) {
            this.toAscii = value;
            return this;
        }

        /**
         * Counts.
         *
         * @param value the counters of this server, and of no other
         * @return this
         */
        public Builder metrics(PostfixMetrics value) {
            this.metrics = value;
            return this;
        }

        /**
         * Sets what runs the connections, each in one task for as long as it is open; a daemon thread each unless set. From
         * JDK 21 on {@code Executors.newVirtualThreadPerTaskExecutor()} will do. Not closed by the server.
         *
         * @param value runs 512 tasks at a time, or as many connections as there may be
         * @return this
         */
        public Builder executor(Executor value) {
            this.executor = value;
            return this;
        }

        /**
         * Sets who may connect to a Unix domain socket: {@code rw-rw----} unless set, which is the owner and the group.
         *
         * @param value permissions as {@code ls} shows them, such as {@code rw-rw-rw-}
         * @return this
         * @throws IllegalArgumentException if they are none
         */
        public Builder permissions(String value) {
            this.permissions = PosixFilePermissions.fromString(value);
            return this;
        }

        /**
         * Sets how many connections there may be; 512 unless set.
         *
         * @param count at least one
         * @return this
         * @throws IllegalArgumentException if it is less
         */
        public Builder maxConnections(int count) {
            if (count < 1) {
                throw new IllegalArgumentException("at least one connection, not " + count);
            }
            this.limits = new Limits(count, limits.idle(), limits.request(), limits.answer(), limits.stop());
            return this;
        }

        /**
         * Sets how long a connection may wait for a request; 2 minutes unless set.
         *
         * @param value more than zero
         * @return this
         * @throws IllegalArgumentException if it is not
         */
        public Builder idleLimit(Duration value) {
            this.limits =
                    new Limits(limits.connections(), positive(value), limits.request(), limits.answer(), limits.stop());
            return this;
        }

        /**
         * Sets how long a request may take from its first octet to its last, and a reply to be read; 10 seconds unless set.
         *
         * @param value more than zero
         * @return this
         * @throws IllegalArgumentException if it is not
         */
        public Builder requestLimit(Duration value) {
            this.limits =
                    new Limits(limits.connections(), limits.idle(), positive(value), limits.answer(), limits.stop());
            return this;
        }

        /**
         * Sets how long {@link PostfixServer#close} waits for answers that are being found; 10 seconds unless set.
         *
         * @param value more than zero
         * @return this
         * @throws IllegalArgumentException if it is not
         */
        public Builder stopLimit(Duration value) {
            this.limits =
                    new Limits(limits.connections(), limits.idle(), limits.request(), limits.answer(), positive(value));
            return this;
        }

        private static Duration positive(Duration value) {
            if (value.isZero() || value.isNegative()) {
                throw new IllegalArgumentException("more than zero, not " + value);
            }
            return value;
        }

        /**
         * Starts to listen at a port. Whoever can reach it can ask, so let it be on loopback.
         *
         * @param address where; port 0 for one that the system chooses
         * @return the running server, to be closed
         * @throws IOException if it cannot listen there
         */
        public PostfixServer listen(InetSocketAddress address) throws IOException {
            return start(address);
        }

        /**
         * Starts to listen at a Unix domain socket. A file that a crash has left there is replaced; one that somebody listens
         * at is not, nor one that is no socket.
         *
         * @param address the path, of some hundred octets at most
         * @return the running server, to be closed
         * @throws IOException if it cannot listen there
         */
        public PostfixServer listen(UnixDomainSocketAddress address) throws IOException {
            return start(address);
        }

        private PostfixServer start(SocketAddress address) throws IOException {
            Endpoint endpoint = Endpoint.open(address, permissions);
            try {
                return new PostfixServer(this, endpoint).start();
            } catch (IOException | RuntimeException e) {
                endpoint.close();
                throw e;
            }
        }
    }
}
