// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.testkit.tls.TestCa.Spec;
import io.github.mtasts4j.tls.CertificateVerifier;
import io.github.mtasts4j.tls.PresentedChain;
import io.github.mtasts4j.tls.Revocation;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.security.cert.X509CRL;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is noticed of a revoked certificate in each mode, and that nobody is ever asked about it. */
final class RevocationTest {

    private static final DomainName MX = DomainName.of("mx.example.com");
    private static final Instant NOW = MovableClock.START;
    private static final String ACCEPTED = "accepted";
    private static final String REVOKED = "REVOKED revoked";
    private static final String UNKNOWN = "UNTRUSTED revocation-unknown";
    private static final String NO_STAPLE = "UNTRUSTED staple-missing";

    private enum Mode {
        OFF,
        STAPLED,
        SOFT,
        HARD;

        Revocation with(Supplier<List<X509CRL>> lists) {
            return switch (this) {
                case OFF -> Revocation.off();
                case STAPLED -> Revocation.stapled();
                case SOFT -> Revocation.soft(lists);
                case HARD -> Revocation.hard(lists);
            };
        }
    }

    /** What a verifier has before it. */
    private record Evidence(
            String name, Identity mx, Optional<byte[]> staple, Supplier<List<X509CRL>> lists, List<String> verdicts) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static final TestCa ROOT = TestCa.root("Root");
    private static final TestCa CA = ROOT.intermediate("Intermediate");
    private static final CertificateVerifier VERIFIER = CertificateVerifier.trusting(List.of(ROOT.certificate()));

    private static RevocationDesk deskOf(TestCa authority) {
        return new RevocationDesk(authority, NOW.minus(Duration.ofHours(1)), NOW.plus(Duration.ofDays(1)));
    }

    /** The verdicts are those of the modes off, stapled, soft and hard. */
    private static Stream<Evidence> evidence() {
        Identity mx = CA.issue("mx.example.com");
        Identity promising = CA.issue(new Spec().dns("mx.example.com").promisingStaple());
        RevocationDesk good = deskOf(CA);
        RevocationDesk bad = deskOf(CA).revoke(mx.certificate()).revoke(promising.certificate());
        RevocationDesk past = new RevocationDesk(CA, NOW.minus(Duration.ofDays(9)), NOW.minus(Duration.ofDays(2)))
                .revoke(mx.certificate());
        RevocationDesk future = new RevocationDesk(CA, NOW.plus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(2)))
                .revoke(mx.certificate());
        RevocationDesk forged = deskOf(CA.impostor()).revoke(mx.certificate());
        RevocationDesk rootsDesk = deskOf(ROOT).revoke(CA.certificate());
        byte[] staple = good.response(mx.certificate());
        byte[] another = good.response(promising.certificate());
        byte[] revoking = bad.response(mx.certificate());
        return Stream.of(
                of("nothing", mx, null, List.of(), ACCEPTED, ACCEPTED, ACCEPTED, UNKNOWN),
                of("a good staple", mx, staple, List.of(), ACCEPTED, ACCEPTED, ACCEPTED, ACCEPTED),
                of("a revoking staple", mx, revoking, List.of(), ACCEPTED, REVOKED, REVOKED, REVOKED),
                of(
                        "a revoking staple beside a good list",
                        mx,
                        revoking,
                        List.of(good.list()),
                        ACCEPTED,
                        REVOKED,
                        REVOKED,
                        REVOKED),
                of(
                        "a good staple beside a revoking list",
                        mx,
                        staple,
                        List.of(bad.list()),
                        ACCEPTED,
                        ACCEPTED,
                        REVOKED,
                        REVOKED),
                of(
                        "an expired staple",
                        mx,
                        past.response(mx.certificate()),
                        List.of(),
                        ACCEPTED,
                        ACCEPTED,
                        ACCEPTED,
                        UNKNOWN),
                of(
                        "a staple from the future",
                        mx,
                        future.response(mx.certificate()),
                        List.of(),
                        ACCEPTED,
                        ACCEPTED,
                        ACCEPTED,
                        UNKNOWN),
                of("a staple for another certificate", mx, another, List.of(), ACCEPTED, ACCEPTED, ACCEPTED, UNKNOWN),
                of(
                        "a forged staple",
                        mx,
                        forged.response(mx.certificate()),
                        List.of(),
                        ACCEPTED,
                        ACCEPTED,
                        ACCEPTED,
                        UNKNOWN),
                of("a staple of rubbish", mx, new byte[] {1, 2, 3}, List.of(), ACCEPTED, ACCEPTED, ACCEPTED, UNKNOWN),
                of("an empty staple", mx, new byte[0], List.of(), ACCEPTED, ACCEPTED, ACCEPTED, UNKNOWN),
                of("a good list", mx, null, List.of(good.list()), ACCEPTED, ACCEPTED, ACCEPTED, ACCEPTED),
                of("a revoking list", mx, null, List.of(bad.list()), ACCEPTED, ACCEPTED, REVOKED, REVOKED),
                of(
                        "a revoking list behind a good one",
                        mx,
                        null,
                        List.of(good.list(), bad.list()),
                        ACCEPTED,
                        ACCEPTED,
                        REVOKED,
                        REVOKED),
                of("an expired list", mx, null, List.of(past.list()), ACCEPTED, ACCEPTED, ACCEPTED, UNKNOWN),
                of("a list from the future", mx, null, List.of(future.list()), ACCEPTED, ACCEPTED, ACCEPTED, UNKNOWN),
                of("a forged list", mx, null, List.of(forged.list()), ACCEPTED, ACCEPTED, ACCEPTED, UNKNOWN),
                of(
                        "another authority's list",
                        mx,
                        null,
                        List.of(deskOf(ROOT).list()),
                        ACCEPTED,
                        ACCEPTED,
                        ACCEPTED,
                        UNKNOWN),
                of(
                        "a list that is silent on hosts",
                        mx,
                        null,
                        List.of(good.partialList()),
                        ACCEPTED,
                        ACCEPTED,
                        ACCEPTED,
                        UNKNOWN),
                of(
                        "a list that revokes the intermediate",
                        mx,
                        staple,
                        List.of(rootsDesk.list()),
                        ACCEPTED,
                        ACCEPTED,
                        REVOKED,
                        REVOKED),
                of("a staple promised and kept", promising, another, List.of(), ACCEPTED, ACCEPTED, ACCEPTED, ACCEPTED),
                of(
                        "a staple promised and missing",
                        promising,
                        null,
                        List.of(),
                        ACCEPTED,
                        NO_STAPLE,
                        NO_STAPLE,
                        NO_STAPLE),
                of(
                        "a staple promised, a list instead",
                        promising,
                        null,
                        List.of(good.list()),
                        ACCEPTED,
                        NO_STAPLE,
                        NO_STAPLE,
                        NO_STAPLE),
                of(
                        "a staple promised that revokes",
                        promising,
                        bad.response(promising.certificate()),
                        List.of(),
                        ACCEPTED,
                        REVOKED,
                        REVOKED,
                        REVOKED));
    }

    private static Evidence of(
            String name, Identity mx, byte @Nullable [] staple, List<X509CRL> lists, String... verdicts) {
        return new Evidence(name, mx, Optional.ofNullable(staple), () -> lists, List.of(verdicts));
    }

    @ParameterizedTest
    @MethodSource("evidence")
    void isNoticedAsTheModeSays(Evidence evidence) {
        assertThat(Stream.of(Mode.values()).map(mode -> verdict(mode, evidence)))
                .containsExactlyElementsOf(evidence.verdicts());
    }

    private static String verdict(Mode mode, Evidence evidence) {
        PresentedChain presented = new PresentedChain(
                evidence.mx().chain(), evidence.staple().stream().toList());
        return VERIFIER.withRevocation(mode.with(evidence.lists())).verify(presented, MX, NOW).stream()
                .map(problem -> problem.kind() + " " + problem.reason())
                .reduce((first, second) -> first + ", " + second)
                .orElse(ACCEPTED);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void aSourceOfListsThatThrowsProvidesNone(Mode mode) {
        Evidence evidence = new Evidence(
                "",
                CA.issue("mx.example.com"),
                Optional.empty(),
                () -> {
                    throw new IllegalStateException("no lists today");
                },
                List.of());

        assertThat(verdict(mode, evidence)).isEqualTo(mode == Mode.HARD ? UNKNOWN : ACCEPTED);
    }

    @Test
    void whatIsUntrustedAnywayIsNotAskedAbout() {
        Evidence evidence = of("", TestCa.selfSigned(new Spec().dns("mx.example.com")), null, List.of(), ACCEPTED);

        assertThat(verdict(Mode.HARD, evidence)).isEqualTo("UNTRUSTED self-signed");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void noAddressInACertificateIsEverContacted(Mode mode) throws Exception {
        TestCa ca = TestCa.root("root");
        try (ServerSocket trap = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            String url = "http://127.0.0.1:" + trap.getLocalPort() + "/";
            TestCa issuer = ca.intermediate("issuer", new Spec().pointingTo(url));
            Identity mx = issuer.issue(new Spec().dns("mx.example.com").pointingTo(url));
            CertificateVerifier verifier =
                    CertificateVerifier.trusting(List.of(ca.certificate())).withRevocation(mode.with(List::of));

            assertThat(verifier.verify(mx.chain(), MX, NOW)).hasSize(mode == Mode.HARD ? 1 : 0);
            // A missing intermediate is what caIssuers is for, elsewhere.
            assertThat(verifier.verify(List.of(mx.certificate()), MX, NOW)).hasSize(1);
            // A staple that cannot be used is where a client turns to the responder, elsewhere.
            assertThat(verifier.verify(new PresentedChain(mx.chain(), List.of(new byte[] {1})), MX, NOW))
                    .hasSize(mode == Mode.HARD ? 1 : 0);

            trap.setSoTimeout(1); // Whoever had connected would be in the backlog by now.
            assertThatThrownBy(trap::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }
}
