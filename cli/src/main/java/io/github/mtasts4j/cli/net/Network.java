// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.net;

import io.github.mtasts4j.cli.Refusal;
import io.github.mtasts4j.cli.Surroundings;
import io.github.mtasts4j.discovery.AddressLookup;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.dns.DaneLookup;
import io.github.mtasts4j.dns.DnsJavaResolver;
import io.github.mtasts4j.dns.MxLookup;
import io.github.mtasts4j.http.AddressGuard;
import io.github.mtasts4j.http.ApachePolicyFetcher;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Parsed;
import io.github.mtasts4j.tls.CertificateVerifier;
import io.github.mtasts4j.tls.MxTls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The world as the command reaches it. Thread-safe; to be closed. */
public final class Network implements AutoCloseable {

    private static final int DNS_PORT = 53;
    private static final Duration LONGEST_TRY = Duration.ofSeconds(3);

    private final Duration timeout;
    private final InstantSource clock;
    private final Map<DomainName, Endpoint> overrides;
    private final AddressGuard guard;
    private final DnsJavaResolver dns;
    private final AddressLookup addresses;
    private final CertificateVerifier verifier;
    private final MxTls tls;
    private final int smtpPort;
    private final int httpsPort;
    private final Optional<String> helo;
    private final Map<Way, ApachePolicyFetcher> fetchers = new ConcurrentHashMap<>();

    Network(NetworkOptions options, Surroundings here) {
        this.timeout = seconds(options.timeout);
        this.clock = here.clock();
        this.smtpPort = port(options.smtpPort);
        this.httpsPort = port(options.httpsPort);
        this.helo = Optional.ofNullable(options.helo).map(Network::greeting);
        this.overrides = overrides(options.connectTo);
        this.guard = guard(options.allowed);
        this.dns = resolver(options.dns, timeout);
        AddressLookup asked = dns.addressLookup();
        this.addresses = host -> overrides.containsKey(host)
                ? new AddressLookup.Addresses(List.of(overrides.get(host).address()))
                : asked.lookup(host);
        this.verifier = Anchors.verifier(options.trust, options.trustAlso);
        this.tls = new MxTls(verifier, clock);
    }

    private static Duration seconds(int seconds) {
        if (seconds < 1 || seconds > 600) {
            throw new Refusal("--timeout takes 1 to 600 seconds, not " + seconds);
        }
        return Duration.ofSeconds(seconds);
    }

    private static int port(int number) {
        if (number < 1 || number > 65_535) {
            throw new Refusal("no such port: " + number);
        }
        return number;
    }

    private static String greeting(String name) {
        if (name.isEmpty() || !name.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            throw new Refusal("--helo takes a host name, not " + name);
        }
        return name;
    }

    /** Where no port is given it is 0: what is usual for the kind of host. */
    private static Map<DomainName, Endpoint> overrides(List<String> texts) {
        Map<DomainName, Endpoint> all = new HashMap<>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            Parsed<DomainName> host = DomainName.parseHost(equals < 0 ? text : text.substring(0, equals));
            if (equals < 0 || host.asOptional().isEmpty()) {
                throw new Refusal("--connect-to takes HOST=ADDRESS or HOST=ADDRESS:PORT, not " + text);
            }
            String target = text.substring(equals + 1);
            Endpoint endpoint = Endpoint.parse(target, 65_535);
            boolean hasPort = endpoint.port() != 65_535 || target.endsWith(":65535");
            all.put(host.orElseThrow(), hasPort ? endpoint : new Endpoint(endpoint.address(), 0));
        }
        return Map.copyOf(all);
    }

    private static AddressGuard guard(List<String> blocks) {
        try {
            return AddressGuard.publicOnly().allowing(blocks.toArray(String[]::new));
        } catch (IllegalArgumentException e) {
            throw new Refusal("--allow-address takes a block such as 10.0.0.0/8: " + e.getMessage(), e);
        }
    }

    private static DnsJavaResolver resolver(List<String> servers, Duration timeout) {
        Duration third = timeout.dividedBy(3);
        DnsJavaResolver.Builder builder = asking(servers)
                .tryTimeout(third.compareTo(LONGEST_TRY) < 0 ? third : LONGEST_TRY)
                .deadline(timeout);
        return canTrust(builder.build())
                ? builder.build()
                : builder.trustingAdFrom().build(); // Then DANE is not looked at.
    }

    private static DnsJavaResolver.Builder asking(List<String> servers) {
        try {
            return servers.isEmpty()
                    ? DnsJavaResolver.system()
                    : DnsJavaResolver.servers(servers.stream()
                            .map(server -> Endpoint.parse(server, DNS_PORT).socket())
                            .toArray(InetSocketAddress[]::new));
        } catch (IllegalArgumentException e) {
            throw new Refusal("this machine has no DNS resolver configured; name one with --dns", e);
        }
    }

    /** Of several resolvers, some of which are on this machine and some not, the word on DNSSEC is worth nothing. */
    private static boolean canTrust(DnsJavaResolver resolver) {
        try {
            return resolver.daneLookup() != null;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    /**
     * TXT records.
     *
     * @return the look-up
     */
    public TxtLookup txt() {
        return dns.txtLookup();
    }

    /**
     * MX records.
     *
     * @return the look-up
     */
    public MxLookup mx() {
        return dns.mxLookup();
    }

    /**
     * Addresses, those of {@code --connect-to} included.
     *
     * @return the look-up
     */
    public AddressLookup addresses() {
        return addresses;
    }

    /**
     * TLSA records.
     *
     * @return the look-up
     */
    public DaneLookup dane() {
        return dns.daneLookup();
    }

    /**
     * Fetches policies from wherever they are.
     *
     * @return the fetcher, which is closed with this network
     */
    public PolicyFetcher fetcher() {
        return request ->
                fetchers.computeIfAbsent(wayTo(request.host()), this::fetcherBy).fetch(request);
    }

    /** What policy hosts may be reached by: a port, and an address that was named for the host and may be private. */
    private record Way(int port, Optional<InetAddress> named) {}

    private Way wayTo(DomainName host) {
        return new Way(httpsPort(host), Optional.ofNullable(overrides.get(host)).map(Endpoint::address));
    }

    private ApachePolicyFetcher fetcherBy(Way way) {
        return ApachePolicyFetcher.builder()
                .addresses(addresses)
                .addressGuard(way.named()
                        .map(address -> guard.allowing(address.getHostAddress()))
                        .orElse(guard))
                .trust(verifier)
                .connectTimeout(timeout)
                .port(way.port())
                .userAgent("mta-sts (+https://github.com/mtasts4j/mtasts4j)")
                .build();
    }

    /**
     * The port of a policy host.
     *
     * @param host its name
     * @return 443, or what the options say
     */
    public int httpsPort(DomainName host) {
        return portOf(host, httpsPort);
    }

    /**
     * The port of an MX.
     *
     * @param host its name
     * @return 25, or what the options say
     */
    public int smtpPort(DomainName host) {
        return portOf(host, smtpPort);
    }

    private int portOf(DomainName host, int usual) {
        Endpoint override = overrides.get(host);
        return override == null || override.port() == 0 ? usual : override.port();
    }

    /**
     * Whether a host may be connected to at an address. Whoever names an address for a host means it.
     *
     * @param host which
     * @param address where to
     * @return whether the address is public, allowed, or named for this host
     */
    public boolean permits(DomainName host, InetAddress address) {
        Endpoint named = overrides.get(host);
        return guard.permits(address) || (named != null && named.address().equals(address));
    }

    /**
     * STARTTLS with an MX, and TLS with a policy host whose certificate is to be looked at.
     *
     * @return the client side
     */
    public MxTls tls() {
        return tls;
    }

    /**
     * Judges certificates.
     *
     * @return the verifier
     */
    public CertificateVerifier verifier() {
        return verifier;
    }

    /**
     * The time.
     *
     * @return now
     */
    public Instant now() {
        return clock.instant();
    }

    /**
     * The clock.
     *
     * @return the clock of the surroundings
     */
    public InstantSource clock() {
        return clock;
    }

    /**
     * How long to wait for anything.
     *
     * @return more than zero
     */
    public Duration timeout() {
        return timeout;
    }

    /**
     * What to say in EHLO.
     *
     * @param socketsOwn the address that a socket has at this end
     * @return the name that was given, or the address as a literal (RFC 5321 §4.1.3)
     */
    public String helo(InetAddress socketsOwn) {
        return helo.orElseGet(() -> socketsOwn.getAddress().length == 4
                ? "[" + socketsOwn.getHostAddress() + "]"
                : "[IPv6:" + socketsOwn.getHostAddress().replaceFirst("%.*", "") + "]");
    }

    @Override
    public void close() {
        fetchers.values().forEach(ApachePolicyFetcher::close);
    }
}
