// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.Freshness;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.PolicyParser;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.testkit.smtp.MxHandshake;
import io.github.mtasts4j.testkit.smtp.SmtpConnection;
import io.github.mtasts4j.testkit.smtp.SmtpMx;
import io.github.mtasts4j.testkit.tls.CertificateRows.Row;
import io.github.mtasts4j.testkit.tls.TestCa.Spec;
import io.github.mtasts4j.tls.CertificateProblem;
import io.github.mtasts4j.tls.CertificateVerifier;
import io.github.mtasts4j.tls.MxTls;
import io.github.mtasts4j.tls.TlsOutcome;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.X509CertSelector;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every certificate of {@link CertificateRows}, judged as such, after a real handshake and in a resumed session, with the
 * same result on every JDK; and what that means for the mail in each mode of a policy.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CertificateMatrixTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final CertificateRows certificates = new CertificateRows();
    private final List<Row> rows = certificates.all();
    private final MovableClock clock = new MovableClock();
    private final CertificateVerifier verifier = CertificateVerifier.trusting(List.of(certificates.trusted()));
    private final MxTls tls = new MxTls(verifier, clock);
    private final SmtpMx mx = SmtpMx.start(rows.get(0).identity());
    private final MtaSts sts = MtaSts.builder(
                    host -> {
                        throw new AssertionError("nothing is resolved here");
                    },
                    request -> {
                        throw new AssertionError("nothing is fetched here");
                    })
            .build();

    @AfterAll
    void stop() {
        sts.close();
        mx.close();
    }

    private List<Row> rows() {
        return rows;
    }

    @ParameterizedTest
    @MethodSource("rows")
    void judgesTheChain(Row row) {
        assertThat(kinds(verifier.verify(row.identity().chain(), DomainName.of(row.host()), clock.instant())))
                .containsExactlyInAnyOrderElementsOf(row.problems());
    }

    /** Whether a handshake completes with them is the runtime's choice, and not the same in all of them. */
    @Test
    void keysOfKindsThatAreGivenUpAreWeakWhateverTheirLength() throws Exception {
        TestCa ca = TestCa.root("Root");
        KeyPairGenerator dsa = KeyPairGenerator.getInstance("DSA");
        dsa.initialize(2048);
        CertificateVerifier trusting = CertificateVerifier.trusting(List.of(ca.certificate()));
        DomainName host = DomainName.of(CertificateRows.MX);

        for (Spec spec : List.of(
                new Spec().dns(CertificateRows.MX).keys(dsa.generateKeyPair()),
                new Spec().dns(CertificateRows.MX).p224())) {
            assertThat(kinds(trusting.verify(ca.issue(spec).chain(), host, clock.instant())))
                    .containsExactly("WEAK weak-key");
        }
        KeyPair ed25519 = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Identity modern = ca.issue(new Spec().dns(CertificateRows.MX).keys(ed25519));
        assertThat(trusting.verify(modern.chain(), host, clock.instant())).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void judgesTheSameByATrustManager(Row row) throws Exception {
        CertificateVerifier managed = CertificateVerifier.trusting(manager());

        assertThat(kinds(managed.verify(row.identity().chain(), DomainName.of(row.host()), clock.instant())))
                .containsExactlyInAnyOrderElementsOf(row.problems());
    }

    /** One that keeps to this test's time, as it keeps to the system's elsewhere. */
    private X509TrustManager manager() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("root", certificates.trusted());
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(store, new X509CertSelector());
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(clock.instant()));
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(new CertPathTrustManagerParameters(parameters));
        return (X509TrustManager) factory.getTrustManagers()[0];
    }

    @ParameterizedTest
    @MethodSource("rows")
    void judgesTheSameOverTls12(Row row) {
        isJudgedAsTheRowSays(row, fresh(row, "TLSv1.2"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void judgesTheSameOverTls13(Row row) {
        isJudgedAsTheRowSays(row, fresh(row, "TLSv1.3"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void judgesTheSameInAResumedSessionOfTls12(Row row) throws Exception {
        isJudgedAsTheRowSays(row, resumed(row, "TLSv1.2"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void judgesTheSameInAResumedSessionOfTls13(Row row) throws Exception {
        isJudgedAsTheRowSays(row, resumed(row, "TLSv1.3"));
    }

    private void isJudgedAsTheRowSays(Row row, TlsOutcome outcome) {
        assertThat(describe(outcome)).containsExactlyInAnyOrderElementsOf(row.overTls());
        for (Mode mode : Mode.values()) {
            assertThat(decide(mode, row, outcome)).as("mode %s", mode).isEqualTo(expected(mode, row));
        }
    }

    private TlsOutcome fresh(Row row, String version) {
        mx.present(row.identity()).speak(version);
        try (SmtpConnection connection = SmtpConnection.connect(mx.address(), PATIENCE, PATIENCE)) {
            return connection.startTls(tls, DomainName.of(row.host()));
        }
    }

    /** A sender whose own TLS accepts all and remembers its sessions, as a careless one does. */
    private TlsOutcome resumed(Row row, String version) throws Exception {
        mx.present(row.identity()).speak(version);
        CarelessSender sender = new CarelessSender(tls, mx.address(), DomainName.of(row.host()));
        int before = mx.handshakes().size();
        TlsOutcome first = sender.outcome();
        TlsOutcome second = sender.outcome();

        List<MxHandshake> handshakes = mx.handshakes();
        assertThat(handshakes.subList(before, handshakes.size()))
                .as("only what JSSE refuses to read comes to no session")
                .extracting(MxHandshake::resumed)
                .isEqualTo(row.exceedsJsse() ? List.of() : List.of(false, true));
        assertThat(describe(second)).isEqualTo(describe(first));
        return second;
    }

    /** What is to become of the mail, by the certificate's row and RFC 8461 §5 alone. */
    private static String expected(Mode mode, Row row) {
        boolean verified = row.overTls().equals(List.of("verified"));
        return switch (mode) {
            case NONE -> "deliver OPPORTUNISTIC";
            case TESTING -> verified ? "deliver AUTHENTICATED" : "report";
            case ENFORCE -> verified ? "deliver AUTHENTICATED" : "defer";
        };
    }

    private String decide(Mode mode, Row row, TlsOutcome outcome) {
        DomainName host = DomainName.of(row.host());
        DeliveryDecision decision = sts.decide(policy(mode, host), host, outcome);
        if (decision instanceof DeliveryDecision.Deliver deliver) {
            return "deliver " + deliver.channel();
        }
        return decision instanceof DeliveryDecision.ReportOnly ? "report" : "defer";
    }

    private PolicyResolution policy(Mode mode, DomainName host) {
        String pattern = host.isLetterDigitHyphen() ? host.toString() : "*.example.com";
        String text = "version: STSv1\nmode: " + mode.keyword() + "\nmx: " + pattern + "\nmax_age: 86400\n";
        CachedPolicy cached = new CachedPolicy(
                DomainName.of("example.com"),
                "1",
                new PolicyParser(Grammar.STRICT).parse(text.getBytes(US_ASCII)).orElseThrow(),
                clock.instant());
        return new PolicyResolution.Found(cached, Freshness.CACHED, Optional.empty());
    }

    private static List<String> describe(TlsOutcome outcome) {
        if (outcome instanceof TlsOutcome.CertificateRejected rejected) {
            return kinds(rejected.problems());
        }
        if (outcome instanceof TlsOutcome.HandshakeFailed failed) {
            return List.of("failed " + failed.reason());
        }
        if (outcome instanceof TlsOutcome.SniNotSendable) {
            return List.of("cannot send SNI");
        }
        return List.of(outcome instanceof TlsOutcome.Verified ? "verified" : outcome.toString());
    }

    private static List<String> kinds(List<CertificateProblem> problems) {
        return problems.stream()
                .map(problem -> problem.kind() + " " + problem.reason())
                .toList();
    }
}
