// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.dns.DnsServer;
import io.github.mtasts4j.testkit.https.PolicyHost;
import io.github.mtasts4j.testkit.smtp.ReceivedMail;
import io.github.mtasts4j.testkit.smtp.SmtpMx;
import io.github.mtasts4j.testkit.tls.TestCa;
import io.github.mtasts4j.tls.CertificateVerifier;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A little internet on loopback: one authority that everybody trusts, one that nobody does, a DNS server, a policy host
 * and as many MX hosts as there are names. Everything is real but the addresses.
 *
 * <p>A scenario reads as the attack does:
 *
 * <pre>{@code
 * RecipientDomain bank = world.domain("bank.example").mx("mx.bank.example").enforces("mx.bank.example");
 * sender.send("a@sender.example", "b@bank.example", "Hello");   // learns the policy
 * bank.mxForgedAs("mx.evil.example");                             // the attacker owns the DNS
 * sender.send("a@sender.example", "b@bank.example", "Hello");   // stays in the queue
 * }</pre>
 */
public final class StsWorld implements AutoCloseable {

    private final MovableClock clock = new MovableClock();
    private final TestCa ca = TestCa.root("Test Root");
    private final TestCa untrustedCa = TestCa.root("Root of Nobody's Trust");
    private final Places places;
    private final DnsServer dns;
    private final PolicyHost policyHost;
    private final Map<String, SmtpMx> mxs = new ConcurrentHashMap<>();
    private final Map<String, RecipientDomain> domains = new ConcurrentHashMap<>();

    private StsWorld(Places places) {
        this.places = places;
        this.dns = DnsServer.start(places.common(53));
        this.policyHost = PolicyHost.start(places.common(443));
    }

    /**
     * Starts a world without domains.
     *
     * @return a running world, to be closed
     */
    public static StsWorld start() {
        return new StsWorld(new Places.Anywhere());
    }

    /**
     * Starts a world without domains for programs that cannot be told other ports than the usual: 53 for the DNS and 443
     * for policies at this address, and 25 for MX hosts, which have one of the next addresses each. On Linux it is for root.
     *
     * @param first the first of addresses nobody uses, such as 127.9.8.1
     * @return a running world, to be closed
     * @throws java.io.UncheckedIOException if it cannot listen there
     */
    public static StsWorld startOnUsualPorts(InetAddress first) {
        return new StsWorld(new Places.Usual(first));
    }

    /** Where the servers of a world listen. */
    private interface Places {

        /** For the one server of a protocol. */
        InetSocketAddress common(int port);

        /** For one server of several. */
        InetSocketAddress next(int port);

        /** On 127.0.0.1, and ports that the system chooses. */
        record Anywhere() implements Places {
            @Override
            public InetSocketAddress common(int port) {
                return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            }

            @Override
            public InetSocketAddress next(int port) {
                return common(port);
            }
        }

        /** On the ports that the protocols have. */
        record Usual(InetAddress first, AtomicInteger taken) implements Places {
            Usual(InetAddress first) {
                this(first, new AtomicInteger());
            }

            @Override
            public InetSocketAddress common(int port) {
                return new InetSocketAddress(first, port);
            }

            @Override
            public InetSocketAddress next(int port) {
                byte[] octets = first.getAddress();
                octets[octets.length - 1] += (byte) taken.incrementAndGet();
                try {
                    return new InetSocketAddress(InetAddress.getByAddress(octets), port);
                } catch (UnknownHostException e) {
                    throw new IllegalStateException(e); // It has as many octets as the first.
                }
            }
        }
    }

    /**
     * The time in this world.
     *
     * @return a clock to give to the sender and to move
     */
    public MovableClock clock() {
        return clock;
    }

    /**
     * The authority that senders in this world trust.
     *
     * @return the authority
     */
    public TestCa ca() {
        return ca;
    }

    /**
     * An authority that no sender trusts.
     *
     * @return the authority
     */
    public TestCa untrustedCa() {
        return untrustedCa;
    }

    /**
     * What a sender verifies certificates with, at Policy Hosts and at MX hosts.
     *
     * @return a verifier that trusts {@link #ca}
     */
    public CertificateVerifier verifier() {
        return CertificateVerifier.trusting(List.of(ca.certificate()));
    }

    /**
     * The DNS, for faults and for what the other methods do not say.
     *
     * @return the server
     */
    public DnsServer dns() {
        return dns;
    }

    /**
     * The host of all policies.
     *
     * @return the server
     */
    public PolicyHost policyHost() {
        return policyHost;
    }

    /**
     * A recipient's domain, made on first mention; it has no records yet.
     *
     * @param name a domain name
     * @return the domain
     */
    public RecipientDomain domain(String name) {
        return domains.computeIfAbsent(name, n -> new RecipientDomain(this, n));
    }

    /**
     * An MX host, started on first mention with a good certificate for its name and an address in the DNS.
     *
     * @param host its name
     * @return the running server
     */
    public SmtpMx mx(String host) {
        return mxs.computeIfAbsent(host, name -> {
            SmtpMx mx = SmtpMx.start(places.next(25), ca.issue(name));
            dns.host(name, mx.address().getAddress().getHostAddress());
            return mx;
        });
    }

    /**
     * Where an MX host listens: the {@link SimulatedSender.Dialer} of this world.
     *
     * @param host its name
     * @return its address and port
     */
    public InetSocketAddress addressOf(DomainName host) {
        return mx(host.toString()).address();
    }

    /**
     * Everything that was delivered anywhere.
     *
     * @param recipient the recipient's address
     * @return the messages
     */
    public List<ReceivedMail> mailsTo(String recipient) {
        return mxs.values().stream()
                .flatMap(mx -> mx.mails().stream())
                .filter(mail -> mail.recipients().contains(recipient))
                .toList();
    }

    /** Stops all servers. */
    @Override
    public void close() {
        mxs.values().forEach(SmtpMx::close);
        policyHost.close();
        dns.close();
    }
}
