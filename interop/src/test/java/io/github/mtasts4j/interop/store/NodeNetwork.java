// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.dns.DnsJavaResolver;
import io.github.mtasts4j.http.AddressGuard;
import io.github.mtasts4j.http.ApachePolicyFetcher;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tls.CertificateVerifier;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The DNS and the Policy Hosts as a node sees them: real for the first domains, played for thousands of others. */
final class NodeNetwork implements TxtLookup, PolicyFetcher {

    /** What somebody on the path does. */
    enum State {
        UP,
        /** The DNS fails. */
        SILENT,
        /** The DNS says that there are no records. */
        FORGED,
        /** Policy Hosts cannot be reached. */
        BLOCKED
    }

    private static final Duration TTL = Duration.ofMinutes(5);

    private final int real;
    private final TxtLookup realTxt;
    private final PolicyFetcher realFetcher;
    private final Map<ClusterDomain, ClusterDomain.Version> published = new ConcurrentHashMap<>();
    private volatile State state = State.UP;

    private NodeNetwork(int real, TxtLookup realTxt, PolicyFetcher realFetcher) {
        this.real = real;
        this.realTxt = realTxt;
        this.realFetcher = realFetcher;
    }

    static NodeNetwork of(NodePlace place) {
        DnsJavaResolver dns = DnsJavaResolver.servers(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), place.dnsPort()))
                .build();
        ApachePolicyFetcher fetcher = ApachePolicyFetcher.builder()
                .addresses(dns.addressLookup())
                .addressGuard(AddressGuard.publicOnly().allowing("127.0.0.0/8"))
                .trust(CertificateVerifier.trusting(List.of(certificate(Path.of(place.authority())))))
                .port(place.policyPort())
                .build();
        return new NodeNetwork(place.real(), dns.txtLookup(), fetcher);
    }

    private static X509Certificate certificate(Path file) {
        try (InputStream octets = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(octets);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (CertificateException e) {
            throw new IllegalArgumentException(e);
        }
    }

    void is(State now) {
        state = now;
    }

    /** Takes {@code number:version:mode}. */
    void publish(String text) {
        int colon = text.indexOf(':');
        published.put(
                new ClusterDomain(Integer.parseInt(text.substring(0, colon))),
                ClusterDomain.Version.parse(text.substring(colon + 1)));
    }

    private ClusterDomain.Version version(ClusterDomain domain) {
        return published.getOrDefault(domain, ClusterDomain.Version.FIRST);
    }

    @Override
    public Answer lookup(DomainName name) throws InterruptedException {
        ClusterDomain domain = ClusterDomain.of(name.parent().orElseThrow());
        if (domain.number() < real) {
            return realTxt.lookup(name);
        }
        String record = "v=STSv1; id=" + version(domain).id() + ";";
        return switch (state) {
            case SILENT -> new Unavailable("dns-servfail", "SERVFAIL");
            case FORGED -> new None(TTL);
            case UP, BLOCKED -> new Records(List.of(record.getBytes(StandardCharsets.US_ASCII)), TTL);
        };
    }

    @Override
    public Result fetch(Request request) throws InterruptedException {
        ClusterDomain domain = ClusterDomain.of(request.domain());
        if (domain.number() < real) {
            return realFetcher.fetch(request);
        }
        if (state != State.UP) {
            return new Unreachable("connect-refused", "nobody listens");
        }
        byte[] body = domain.policy(version(domain)).getBytes(StandardCharsets.UTF_8);
        return new Response(200, List.of("text/plain"), List.of(), body);
    }
}
