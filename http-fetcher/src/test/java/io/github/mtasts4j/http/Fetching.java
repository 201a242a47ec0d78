// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import io.github.mtasts4j.discovery.AddressLookup;
import io.github.mtasts4j.discovery.PolicyFetcher.Request;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.testkit.https.PolicyHost;
import io.github.mtasts4j.testkit.tls.TestCa;
import io.github.mtasts4j.tls.CertificateVerifier;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Requests and fetchers as most tests want them. */
final class Fetching {

    static final int LIMIT = 65_536;
    static final Duration AMPLE = Duration.ofSeconds(30);

    private Fetching() {}

    static ApachePolicyFetcher from(PolicyHost server, TestCa ca) {
        return builder(server.port(), ca).build();
    }

    static ApachePolicyFetcher.Builder builder(int port, TestCa ca) {
        return ApachePolicyFetcher.builder()
                .port(port)
                .addresses(host -> addresses("127.0.0.1"))
                .trust(CertificateVerifier.trusting(List.of(ca.certificate())))
                .addressGuard(AddressGuard.publicOnly().allowing("127.0.0.0/8", "::1"));
    }

    static AddressLookup.Addresses addresses(String... literals) {
        return new AddressLookup.Addresses(
                Stream.of(literals).map(Fetching::address).toList());
    }

    static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (java.net.UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static Request request(String domain) {
        return request(domain, AMPLE);
    }

    static Request request(String domain, Duration timeout) {
        return new Request(
                DomainName.of(domain), DomainName.of("mta-sts." + domain), timeout, LIMIT, MovableClock.START);
    }
}
