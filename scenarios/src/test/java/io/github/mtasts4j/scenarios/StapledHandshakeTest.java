// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.github.mtasts4j.discovery.AddressLookup;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.http.AddressGuard;
import io.github.mtasts4j.http.ApachePolicyFetcher;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.testkit.https.PolicyHost;
import io.github.mtasts4j.testkit.smtp.SmtpConnection;
import io.github.mtasts4j.testkit.smtp.SmtpMx;
import io.github.mtasts4j.testkit.tls.Identity;
import io.github.mtasts4j.testkit.tls.RevocationDesk;
import io.github.mtasts4j.testkit.tls.TestCa;
import io.github.mtasts4j.testkit.tls.TestCa.Spec;
import io.github.mtasts4j.tls.CertificateProblem;
import io.github.mtasts4j.tls.CertificateVerifier;
import io.github.mtasts4j.tls.MxTls;
import io.github.mtasts4j.tls.Revocation;
import io.github.mtasts4j.tls.TlsOutcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OCSP responses that a real server fetches from a real responder and staples to a real handshake. */
@Timeout(60)
final class StapledHandshakeTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final DomainName MX = DomainName.of("mx.example.com");

    private final TestCa root = TestCa.root("Root");
    private final TestCa ca = root.intermediate("Intermediate");
    private final RevocationDesk desk = new RevocationDesk(
            ca, MovableClock.START.minus(Duration.ofDays(1)), MovableClock.START.plus(Duration.ofDays(3650)));
    private final AtomicInteger asked = new AtomicInteger();
    private HttpServer responder;
    private Identity identity;
    private SmtpMx mx;

    @BeforeEach
    void start() throws IOException {
        responder = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        identity = ca.issue(new Spec()
                .dns("mx.example.com", "mta-sts.example.com")
                .pointingTo("http://127.0.0.1:" + responder.getAddress().getPort() + "/"));
        responder.createContext("/", exchange -> {
            asked.incrementAndGet();
            byte[] response = desk.response(identity.certificate());
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, response.length);
            exchange.getResponseBody().write(response);
            exchange.close();
        });
        responder.start();
        mx = SmtpMx.start(identity);
    }

    @AfterEach
    void stop() {
        mx.close();
        responder.stop(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aGoodStapleIsAllThatTheStrictestModeNeeds(String version) {
        mx.speak(version);

        assertThat(outcome(Revocation.hard(List::of))).isInstanceOf(TlsOutcome.Verified.class);
        assertThat(asked).as("by the server, once; not by us").hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aRevokingStapleIsNoticed(String version) {
        mx.speak(version);
        desk.revoke(identity.certificate());

        assertThat(outcome(Revocation.stapled()))
                .isInstanceOfSatisfying(
                        TlsOutcome.CertificateRejected.class,
                        rejected -> assertThat(rejected.problems())
                                .extracting(CertificateProblem::kind)
                                .containsExactly(CertificateProblem.Kind.REVOKED));
        assertThat(outcome(Revocation.off())).isInstanceOf(TlsOutcome.Verified.class);
    }

    @Test
    void thePolicyHostIsJudgedTheSame() throws Exception {
        try (PolicyHost host = PolicyHost.start().serve("example.com", identity, "any")) {
            assertThat(fetch(host, Revocation.hard(List::of))).isInstanceOf(PolicyFetcher.Response.class);

            Identity bare = ca.issue("mta-sts.example.com");
            host.present("example.com", bare);
            assertThat(fetch(host, Revocation.hard(List::of))).isInstanceOf(PolicyFetcher.CertificateRejected.class);
            assertThat(fetch(host, Revocation.stapled())).isInstanceOf(PolicyFetcher.Response.class);
        }
    }

    @Test
    void aPolicyHostWhoseStapleRevokesIsRefused() throws Exception {
        desk.revoke(identity.certificate());
        try (PolicyHost host = PolicyHost.start().serve("example.com", identity, "any")) {
            assertThat(fetch(host, Revocation.stapled()))
                    .isInstanceOfSatisfying(
                            PolicyFetcher.CertificateRejected.class,
                            rejected -> assertThat(rejected.problems())
                                    .extracting(CertificateProblem::kind)
                                    .containsExactly(CertificateProblem.Kind.REVOKED));
            assertThat(fetch(host, Revocation.off())).isInstanceOf(PolicyFetcher.Response.class);
        }
    }

    private PolicyFetcher.Result fetch(PolicyHost host, Revocation revocation) throws InterruptedException {
        try (ApachePolicyFetcher fetcher = ApachePolicyFetcher.builder()
                .addresses(name -> new AddressLookup.Addresses(List.of(host.address())))
                .addressGuard(AddressGuard.publicOnly().allowing("127.0.0.0/8"))
                .port(host.port())
                .trust(trusting(revocation))
                .build()) {
            return fetcher.fetch(new PolicyFetcher.Request(
                    DomainName.of("example.com"),
                    DomainName.of("mta-sts.example.com"),
                    PATIENCE,
                    65_536,
                    MovableClock.START));
        }
    }

    private CertificateVerifier trusting(Revocation revocation) {
        return CertificateVerifier.trusting(List.of(root.certificate())).withRevocation(revocation);
    }

    private TlsOutcome outcome(Revocation revocation) {
        MxTls tls = new MxTls(trusting(revocation), new MovableClock());
        try (SmtpConnection connection = SmtpConnection.connect(mx.address(), PATIENCE, PATIENCE)) {
            return connection.startTls(tls, MX);
        }
    }
}
