// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.discovery.PolicyFetcher.CertificateRejected;
import io.github.mtasts4j.discovery.PolicyFetcher.Request;
import io.github.mtasts4j.discovery.PolicyFetcher.Response;
import io.github.mtasts4j.discovery.PolicyFetcher.Result;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.testkit.https.PolicyHost;
import io.github.mtasts4j.testkit.tls.Identity;
import io.github.mtasts4j.testkit.tls.TestCa;
import io.github.mtasts4j.testkit.tls.TestCa.Spec;
import io.github.mtasts4j.tls.CertificateProblem;
import io.github.mtasts4j.tls.CertificateProblem.Kind;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collections;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which certificates prove that a server is the Policy Host (§3.3), in real handshakes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PolicyHostCertificateTest {

    private static final String DOMAIN = "example.com";
    private static final String HOST = "mta-sts.example.com";
    private static final String POLICY = "version: STSv1\n";

    private final TestCa ca = TestCa.root("Certificate CA");
    private final PolicyHost server = PolicyHost.start();
    private final ApachePolicyFetcher fetcher = Fetching.from(server, ca);

    @AfterAll
    void end() {
        fetcher.close();
        server.close();
    }

    @Test
    void aCertificateFromATrustedCAForAnotherNameMustFail() throws Exception {
        isRejected(ca.issue("mta-sts.example.org"), Kind.NAME_MISMATCH);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.com",
                "www.example.com",
                "mta-sts.example.com.evil.example",
                "mta-sts.example.com.",
                "*.example.com.",
                "mta-sts.example.com\u0000.evil.example",
                "mta_sts.example.com",
                "127.0.0.1",
                "m*.example.com",
                "mta-*.example.com",
                "*sts.example.com",
                "*mta-sts.example.com",
                "xn--*.example.com",
                "mta-sts.*.com",
                "*.*.com",
                "*.*.example.com",
                "*.com",
                "*",
                "*.",
                "*.mta-sts.example.com",
                ".example.com",
                " mta-sts.example.com"
            })
    void aDNSIDThatIsNotTheNameNorAWholeLeftMostLabelAboveItProvesNothing(String dnsId) throws Exception {
        isRejected(ca.issue(dnsId), Kind.NAME_MISMATCH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mta-sts.example.com", "*.example.com", "MTA-STS.Example.COM", "*.EXAMPLE.com"})
    void aDNSIDThatIsTheNameOrAWildcardForItsFirstLabelIsEnough(String dnsId) throws Exception {
        isAccepted(ca.issue("other.example", dnsId));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bad")
    void aBadCertificateIsRejectedDuringTheHandshake(String what, Identity identity, Kind kind) throws Exception {
        isRejected(identity, kind);
    }

    Stream<Arguments> bad() {
        TestCa narrow = ca.intermediate("Narrow CA", new Spec().permitting("example.org"));
        TestCa last = ca.intermediate("Last CA", new Spec().authority(0)).intermediate("One too many");
        TestCa oldCa = ca.intermediate("Old CA", new Spec().expired());
        Identity viaIntermediate = ca.intermediate("Intermediate CA").issue(HOST);
        return Stream.of(
                bad("common name only", ca.issue(new Spec().commonName(HOST)), Kind.NAME_MISMATCH),
                bad(
                        "common name beside an IP",
                        ca.issue(new Spec().commonName(HOST).ip("127.0.0.1")),
                        Kind.NAME_MISMATCH),
                bad(
                        "common name beside e-mail",
                        ca.issue(new Spec().commonName(HOST).email("a@example.com")),
                        Kind.NAME_MISMATCH),
                bad(
                        "common name beside DNS-ID",
                        ca.issue(new Spec().commonName(HOST).dns("example.org")),
                        Kind.NAME_MISMATCH),
                bad("an IP only", ca.issue(new Spec().ip("127.0.0.1")), Kind.NAME_MISMATCH),
                bad("expired", ca.issue(new Spec().dns(HOST).expired()), Kind.EXPIRED),
                bad("not yet valid", ca.issue(new Spec().dns(HOST).notYetValid()), Kind.UNTRUSTED),
                bad("untrusted", TestCa.root("Stranger").issue(HOST), Kind.UNTRUSTED),
                bad(
                        "untrusted with a familiar name",
                        TestCa.root("Certificate CA").issue(HOST),
                        Kind.UNTRUSTED),
                bad("self-signed", TestCa.selfSigned(new Spec().dns(HOST)), Kind.UNTRUSTED),
                bad("missing intermediate", viaIntermediate.presenting(viaIntermediate.certificate()), Kind.UNTRUSTED),
                bad("expired intermediate", oldCa.issue(HOST), Kind.UNTRUSTED),
                bad("name constraint", narrow.issue(HOST), Kind.UNTRUSTED),
                bad("path length", last.issue(HOST), Kind.UNTRUSTED),
                bad("for clients only", ca.issue(new Spec().dns(HOST).clientOnly()), Kind.UNTRUSTED),
                bad("an authority's own", ca.issue(new Spec().dns(HOST).authority(-1)), Kind.UNTRUSTED),
                bad(
                        "unknown critical extension",
                        ca.issue(new Spec().dns(HOST).unknownCriticalExtension()),
                        Kind.UNTRUSTED),
                bad("SHA-1", ca.issue(new Spec().dns(HOST).signedWith("SHA1withECDSA")), Kind.WEAK),
                bad("RSA-1024", ca.issue(new Spec().dns(HOST).rsa(1024)), Kind.WEAK),
                bad("too many names", ca.issue(new Spec().dns(names(1001))), Kind.TOO_LARGE),
                bad("far too many names", ca.issue(new Spec().dns(names(10_000))), Kind.TOO_LARGE),
                bad("a chain of 11", longChain(11), Kind.TOO_LARGE),
                bad("a chain of 50", longChain(50), Kind.TOO_LARGE));
    }

    private static Arguments bad(String what, Identity identity, Kind kind) {
        return Arguments.of(what, identity, kind);
    }

    private static String[] names(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> i == 0 ? HOST : "h" + i + ".b")
                .toArray(String[]::new);
    }

    private Identity longChain(int length) {
        Identity identity = ca.issue(HOST);
        return identity.presenting(
                Collections.nCopies(length, identity.certificate()).toArray(X509Certificate[]::new));
    }

    @Test
    void aChainOverAnIntermediateIsAccepted() throws Exception {
        isAccepted(ca.intermediate("Upper CA").intermediate("Lower CA").issue(HOST));
    }

    @Test
    void aChainWithTheRootInItIsAccepted() throws Exception {
        Identity identity = ca.issue(HOST);
        isAccepted(identity.presenting(identity.certificate(), ca.certificate()));
    }

    @Test
    void anRSACertificateOf2048BitsIsAccepted() throws Exception {
        isAccepted(ca.issue(new Spec().dns(HOST).rsa(2048)));
    }

    @Test
    void everyProblemIsReportedAtOnce() throws Exception {
        Identity identity =
                TestCa.root("Stranger").issue(new Spec().dns("example.org").expired());
        CertificateRejected rejected = (CertificateRejected) get(identity);
        assertThat(rejected.problems())
                .extracting(CertificateProblem::kind)
                .contains(Kind.EXPIRED, Kind.UNTRUSTED, Kind.NAME_MISMATCH);
    }

    @Test
    void aSessionIsNeverResumedSoACertificateIsJudgedByTheTimeOfEachRequest() throws Exception {
        isAccepted(ca.issue(HOST));
        Request now = Fetching.request(DOMAIN);
        Request later = new Request(
                now.domain(),
                now.host(),
                now.timeout(),
                now.maxBodyOctets(),
                MovableClock.START.plus(Duration.ofDays(365 * 20)));
        assertThat(fetcher.fetch(later)).isInstanceOf(CertificateRejected.class);
        assertThat(fetcher.fetch(now)).isInstanceOf(Response.class);
    }

    private void isAccepted(Identity identity) throws InterruptedException {
        assertThat(get(identity)).isInstanceOf(Response.class);
    }

    private void isRejected(Identity identity, Kind kind) throws InterruptedException {
        int before = server.requests(DOMAIN).size();
        Result result = get(identity);
        assertThat(result)
                .isInstanceOfSatisfying(
                        CertificateRejected.class,
                        rejected -> assertThat(rejected.problems())
                                .extracting(CertificateProblem::kind)
                                .contains(kind));
        assertThat(server.requests(DOMAIN)).hasSize(before);
    }

    private Result get(Identity identity) throws InterruptedException {
        server.serve(DOMAIN, identity, POLICY);
        return fetcher.fetch(Fetching.request(DOMAIN));
    }
}
