// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.dns.DnsServer;
import io.github.mtasts4j.testkit.https.PolicyHost;
import io.github.mtasts4j.testkit.smtp.ReceivedMail;
import io.github.mtasts4j.testkit.smtp.SmtpMx;
import io.github.mtasts4j.testkit.tls.TestCa;
import io.github.mtasts4j.tls.CertificateVerifier;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

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

    static final String LOOPBACK = "127.0.0.1";

    private final MovableClock clock = new MovableClock();
    private final TestCa ca = TestCa.root("Test Root");
    private final TestCa untrustedCa = TestCa.root("Root of Nobody's Trust");
    private final DnsServer dns = DnsServer.start();
    private final PolicyHost policyHost = PolicyHost.start();
    private final Map<String, SmtpMx> mxs = new ConcurrentHashMap<>();
    private final Map<String, RecipientDomain> domains = new ConcurrentHashMap<>();

    private StsWorld() {}

    /**
     * Starts a world without domains.
     *
     * @return a running world, to be closed
     */
    public static StsWorld start() {
        return new StsWorld();
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
            dns.host(name, LOOPBACK);
            return SmtpMx.start(ca.issue(name));
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
