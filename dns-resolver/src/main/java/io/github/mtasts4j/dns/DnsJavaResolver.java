// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.dns;

import io.github.mtasts4j.discovery.AddressLookup;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.dns.Reply.Failed;
import io.github.mtasts4j.policy.DomainName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.ResolverConfig;

/**
 * The recursive resolvers to ask, and how patiently. Build one and share it; it holds no socket and no thread, and may
 * be used by many threads at once.
 *
 * <p>A query is tried several times, over the servers in turn, each time with a new id from a new port; the last try goes
 * over TCP, where a forger who sees nothing can do nothing. NOERROR and NXDOMAIN are answers, anything else is a reason
 * for the next try. Each look-up has a deadline of its own that holds whatever the servers do.
 */
public final class DnsJavaResolver {

    private final List<InetSocketAddress> servers;
    private final Duration tryTimeout;
    private final int tries;
    private final Duration deadline;
    private final RandomGenerator random;
    private final Predicate<InetAddress> adTrusted;

    private DnsJavaResolver(Builder builder) {
        this.servers = builder.servers;
        this.tryTimeout = builder.tryTimeout;
        this.tries = builder.tries;
        this.deadline = builder.deadline;
        this.random = builder.random;
        this.adTrusted = builder.adTrusted;
    }

    /**
     * Begins with the resolvers the system is configured to use, such as those in {@code /etc/resolv.conf}. They are read
     * once; nothing else of that configuration is used, no search path above all.
     *
     * @return a builder
     */
    public static Builder system() {
        return new Builder(ResolverConfig.getCurrentConfig().servers());
    }

    /**
     * Begins with certain resolvers.
     *
     * @param servers their addresses and ports, in order of preference, at least one
     * @return a builder
     * @throws IllegalArgumentException if there is none, or one is not resolved to an address
     */
    public static Builder servers(InetSocketAddress... servers) {
        return new Builder(List.of(servers));
    }

    /**
     * Look-ups of TXT records.
     *
     * @return what an {@code MtaSts} needs for discovery
     */
    public TxtLookup txtLookup() {
        return new DnsJavaTxtLookup(this);
    }

    /**
     * Look-ups of addresses.
     *
     * @return what a policy fetcher needs
     */
    public AddressLookup addressLookup() {
        return new DnsJavaAddressLookup(this);
    }

    /**
     * Look-ups of MX records.
     *
     * @return what a mail server needs to find its candidates
     */
    public MxLookup mxLookup() {
        return new DnsJavaMxLookup(this, random);
    }

    /**
     * Look-ups of what DANE says of MX hosts (RFC 7672). They work with resolvers whose AD bit counts, see
     * {@link Builder#trustingAdFrom}; with others every host is {@link DaneLookup.Insecure}.
     *
     * @return what a mail server that does DANE needs, along with {@link #mxLookup()} of this resolver
     * @throws IllegalStateException if the AD bit counts from some of the resolvers and not from others: a signature that
     *     one finds bogus would be no matter to the next, and so whoever can forge a reply could switch DANE off
     */
    public DaneLookup daneLookup() {
        long trusted = servers.stream().filter(this::isAdTrusted).count();
        if (trusted > 0 && trusted < servers.size()) {
            throw new IllegalStateException("the AD bit counts from some of these resolvers and not from others: "
                    + servers + "; DANE needs all of them trusted");
        }
        return new DnsJavaDaneLookup(this);
    }

    private boolean isAdTrusted(InetSocketAddress server) {
        return adTrusted.test(server.getAddress());
    }

    /** Anybody can set a bit; it counts if it comes from a resolver that may be trusted (RFC 7672 §2.1.3). */
    DnsSecurity securityOf(Message message, InetSocketAddress server) {
        return isAdTrusted(server) && message.getHeader().getFlag(Flags.AD) ? DnsSecurity.SECURE : DnsSecurity.INSECURE;
    }

    /** When a look-up that begins now has to have ended. */
    Deadline newDeadline() {
        return Deadline.in(deadline);
    }

    /** One look-up for records of one type, with a deadline of its own. */
    RrsetLookup.Outcome find(DomainName name, int type) throws InterruptedException {
        return RrsetLookup.find(this, name, type, newDeadline());
    }

    /** Asks the servers in turn until one knows. */
    Reply ask(Record question, Deadline overall) throws InterruptedException {
        Reply reply = new Failed("dns-timeout", "the time for the look-up was over");
        for (int n = 0; n < tries && reply instanceof Failed && !overall.isOver(); n++) {
            InetSocketAddress server = servers.get(n % servers.size());
            Exchange exchange = new Exchange(server, question, overall.noLaterThanIn(tryTimeout));
            reply = n < tries - 1 || tries == 1
                    ? attempt(server, exchange::overUdp)
                    : attempt(server, exchange::overTcp);
        }
        return reply;
    }

    private Reply attempt(InetSocketAddress server, Question question) throws InterruptedException {
        try {
            Message message = question.ask();
            return Reply.of(message, securityOf(message, server), server);
        } catch (IOException | UnsupportedAddressTypeException e) { // the latter: an IPv6 server, and no IPv6 here
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            return Reply.of(e, server);
        }
    }

    @FunctionalInterface
    private interface Question {
        Message ask() throws IOException;
    }

    /** How a {@link DnsJavaResolver} is to be. Mutable, to be filled in one chain of calls. */
    public static final class Builder {

        private final List<InetSocketAddress> servers;
        private Duration tryTimeout = Duration.ofSeconds(3);
        private int tries = 3;
        private Duration deadline = Duration.ofSeconds(15);
        private RandomGenerator random = new Random();
        private Predicate<InetAddress> adTrusted = InetAddress::isLoopbackAddress;

        private Builder(List<InetSocketAddress> servers) {
            this.servers = List.copyOf(servers);
            if (servers.isEmpty() || servers.stream().anyMatch(InetSocketAddress::isUnresolved)) {
                throw new IllegalArgumentException("need resolved addresses of DNS servers: " + servers);
            }
        }

        /**
         * Sets for how long one try waits for its reply; 3 seconds unless set.
         *
         * @param timeout more than zero
         * @return this
         * @throws IllegalArgumentException if it is not more than zero
         */
        public Builder tryTimeout(Duration timeout) {
            this.tryTimeout = positive(timeout);
            return this;
        }

        /**
         * Sets how often a query is tried; 3 times unless set. The last of several tries goes over TCP.
         *
         * @param count at least one
         * @return this
         * @throws IllegalArgumentException if it is less than one
         */
        public Builder tries(int count) {
            if (count < 1) {
                throw new IllegalArgumentException("at least one try, not " + count);
            }
            this.tries = count;
            return this;
        }

        /**
         * Sets for how long a look-up takes at most, all tries and all CNAMEs together; 15 seconds unless set.
         *
         * @param total more than zero
         * @return this
         * @throws IllegalArgumentException if it is not more than zero
         */
        public Builder deadline(Duration total) {
            this.deadline = positive(total);
            return this;
        }

        /**
         * Sets what puts MX hosts of equal preference in order (RFC 5321 §5.1); nobody is harmed if it is guessed.
         *
         * @param generator a generator that several threads may use at once
         * @return this
         */
        public Builder random(RandomGenerator generator) {
            this.random = generator;
            return this;
        }

        /**
         * Sets whose AD bit counts, instead of that of every resolver on a loopback address. Whoever names a resolver here
         * says: it validates DNSSEC itself, and nobody can change what it says on the way here, as through a tunnel
         * (RFC 7672 §2.1.3). A forwarder passes on what anybody said to it, on loopback too.
         *
         * @param resolvers addresses of resolvers; none, if no resolver may be trusted
         * @return this
         */
        public Builder trustingAdFrom(InetAddress... resolvers) {
            this.adTrusted = Set.copyOf(List.of(resolvers))::contains;
            return this;
        }

        /**
         * Builds the resolver.
         *
         * @return a new resolver
         */
        public DnsJavaResolver build() {
            return new DnsJavaResolver(this);
        }

        private static Duration positive(Duration duration) {
            if (duration.isZero() || duration.isNegative()) {
                throw new IllegalArgumentException("more than zero, not " + duration);
            }
            return duration;
        }
    }
}
