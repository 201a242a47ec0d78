// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.dns;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.MxPlan;
import io.github.mtasts4j.delivery.Violation;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.testkit.dns.DnsFault;
import io.github.mtasts4j.testkit.dns.DnsServer;
import io.github.mtasts4j.testkit.tls.Identity;
import io.github.mtasts4j.testkit.tls.TestCa;
import io.github.mtasts4j.tls.TlsOutcome;
import io.github.mtasts4j.tls.VerifiedPeer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A mail server that does DANE and MTA-STS, as docs/embedding.md has it. */
class DaneEmbeddingTest {

    private static final DomainName DOMAIN = DomainName.of("example.com");
    private static final DomainName MX = DomainName.of("mx.example.com");
    private static final String TLSA = "_25._tcp.mx.example.com";
    private static final Identity SERVER = TestCa.root("Root").issue("mx.example.com");

    private final MovableClock clock = new MovableClock();
    private final DnsServer server = DnsServer.start();
    private final DnsJavaResolver dns =
            DnsJavaResolver.servers(server.address()).build();
    private final PolicyFetcher fetcher = request -> new PolicyFetcher.Response(
            200,
            List.of("text/plain"),
            List.of(),
            "version: STSv1\nmode: enforce\nmx: mx.example.com\nmax_age: 604800\n".getBytes(US_ASCII));
    private final MtaSts sts =
            MtaSts.builder(dns.txtLookup(), fetcher).clock(clock).build();

    @BeforeEach
    void setUpDomain() {
        server.signed("example.com").txt("_mta-sts.example.com", "v=STSv1; id=1;");
        server.mx("example.com", 10, "mx.example.com").host("mx.example.com", "192.0.2.1");
    }

    @AfterEach
    void stop() {
        sts.close();
        server.close();
    }

    @Test
    void aPeerThatMatchesIsDeliveredTo() throws Exception {
        server.tlsa(TLSA, 3, 0, 0, SERVER.certificate().getEncoded());

        assertThat(deliver(SERVER.chain()).mayDeliver()).isTrue();
    }

    @Test
    void aPeerThatMatchesNoneIsNotWhateverMtaStsSays() throws Exception {
        server.tlsa(TLSA, 3, 1, 1, new byte[32]);

        assertThat(deliver(SERVER.chain()))
                .isInstanceOfSatisfying(
                        DeliveryDecision.Defer.class,
                        defer -> assertThat(defer.violations())
                                .extracting(Violation::kind)
                                .containsExactly(Violation.Kind.DANE_FAILED));
    }

    @Test
    void aHostWhoseRecordsCannotBeLookedUpIsSkipped() throws Exception {
        server.fault(TLSA, DnsFault.SERVFAIL);

        MxLookup.Answer candidates = dns.mxLookup().lookup(DOMAIN);
        DaneLookup.Answer dane = dns.daneLookup().lookup(candidates, MX);

        assertThat(sts.plan(sts.resolve(PolicyDomain.ofRecipient("alice@example.com")), MX, dane.planned()))
                .isInstanceOf(MxPlan.Skip.class);
    }

    @Test
    void thePageShowsTheVeryCodeThatIsTestedHere() throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/github/mtasts4j/dns/DaneEmbeddingTest.java"));
        String page = Files.readString(Path.of("../docs/embedding.md"));
        String[] parts = source.split("// \\[/?dane]\n", -1);

        assertThat(parts).hasSize(5); // every other one is a region
        assertThat(page).contains(parts[1].stripTrailing().stripIndent());
        assertThat(page).contains(parts[3].stripTrailing().stripIndent());
    }

    @Test
    void anotherResolverMayBeTrusted() throws Exception {
        InetSocketAddress address = server.address();
        server.tlsa(TLSA, 3, 1, 1, new byte[32]);
        // [dane]
        DnsJavaResolver.Builder builder = DnsJavaResolver.servers(address).trustingAdFrom(address.getAddress());
        // [/dane]
        assertThat(builder.build().daneLookup().lookup(MX, DaneLookup.SMTP_PORT))
                .isInstanceOf(DaneLookup.Usable.class);
    }

    private DeliveryDecision deliver(List<X509Certificate> chain) throws InterruptedException {
        PolicyResolution policy = sts.resolve(PolicyDomain.ofRecipient("alice@example.com"));
        TlsOutcome tls = new TlsOutcome.Verified(VerifiedPeer.assertedBy("test", MX));
        // [dane]
        MxLookup.Answer candidates = dns.mxLookup().lookup(DOMAIN);
        DaneLookup.Answer dane = dns.daneLookup().lookup(candidates, MX);
        MxPlan plan = sts.plan(policy, MX, dane.planned());
        // Skip the host if the plan says so; otherwise STARTTLS, which gives an empty chain if there is no TLS.
        DeliveryDecision decision = sts.decide(policy, MX, tls, dane.outcome(chain, clock.instant(), DOMAIN));
        // [/dane]
        assertThat(plan).isInstanceOf(MxPlan.Connect.class);
        return decision;
    }
}
