// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.MxAttempt;
import io.github.mtasts4j.delivery.TlsRequirement;
import io.github.mtasts4j.delivery.Violation;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.FailureCode;
import io.github.mtasts4j.discovery.Freshness;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.PolicyOverride;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.StsFailure;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.policy.PolicyParser;
import io.github.mtasts4j.report.DiscoveryResult;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.tls.CertificateProblem;
import io.github.mtasts4j.tls.TlsOutcome;
import io.github.mtasts4j.tls.VerifiedPeer;
import io.github.mtasts4j.tlsreport.PolicyReport;
import io.github.mtasts4j.tlsreport.TlsReport;
import io.github.mtasts4j.tlsreport.collect.TlsReportCollector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever goes wrong, and what the day's report says of it: type, successes, failures, and for each failure its type and reason. */
final class ReportTableTest {

    private static final DomainName DOMAIN = DomainName.of("example.com");
    private static final PolicyDomain POLICY_DOMAIN = new PolicyDomain.Named(DOMAIN);
    private static final DomainName MX = DomainName.of("mx.example.com");
    private static final DomainName OTHER_MX = DomainName.of("mx.elsewhere.example");
    private static final DomainName ODD_MX = DomainName.of("m_x.example.com");
    private static final LocalDate DAY = LocalDate.of(2026, 1, 1);

    private static final Map<Violation.Kind, String> VIOLATIONS = rows(Violation.Kind.class, """
            POLICY_UNKNOWN              nothing
            POLICY_REQUIRED             nothing
            MX_NOT_LISTED               sts 0 1 validation-failure/sts-mx-mismatch
            STARTTLS_NOT_OFFERED        sts 0 1 starttls-not-supported/starttls-not-offered
            STARTTLS_REFUSED            sts 0 1 starttls-not-supported/454
            HANDSHAKE_FAILED            sts 0 1 validation-failure/tls-version
            TLS_NOT_ATTEMPTED           sts 0 1 validation-failure/tls-not-attempted
            SNI_NOT_SENDABLE            sts 0 1 validation-failure/sni-not-sendable
            CERTIFICATE_EXPIRED         sts 0 1 certificate-expired/reason
            CERTIFICATE_NOT_TRUSTED     sts 0 1 certificate-not-trusted/reason
            CERTIFICATE_NAME_MISMATCH   sts 0 1 certificate-host-mismatch/reason
            DANE_FAILED                 sts 1 0; tlsa 0 1 validation-failure/dane-no-match
            DANE_ERROR                  sts 1 0; tlsa 0 1 dnssec-invalid/dane-lookup
            DANE_WITHOUT_TLS            sts 0 1 starttls-not-supported/starttls-not-offered; tlsa 0 1 starttls-not-supported/dane-without-tls
            REQUIRETLS_NAME_UNPROVED    sts 1 0
            REQUIRETLS_PEER_UNPROVED    sts 0 1 certificate-expired/reason
            REQUIRETLS_NOT_OFFERED      sts 1 0
            """);

    /** With a live policy that outlives the failure, and for a session without one. */
    private static final Map<FailureCode, String> FAILURES = rows(FailureCode.class, """
            DOMAIN_INVALID              nothing | no-policy-found 1 0
            DNS_TRANSIENT               sts 0 0 sts-policy-fetch-error/reason | no-policy-found 1 0
            TXT_GONE                    sts 0 0 sts-policy-fetch-error/reason | no-policy-found 1 0
            DNS_MULTIPLE                sts 0 0 sts-policy-fetch-error/reason | no-policy-found 1 0
            DNS_SYNTAX                  sts 0 0 sts-policy-fetch-error/reason | no-policy-found 1 0
            DNS_LIMIT                   sts 0 0 sts-policy-fetch-error/reason | no-policy-found 1 0
            ADDRESS_FORBIDDEN           sts 0 0 sts-policy-fetch-error/reason | sts 0 1 sts-policy-fetch-error/reason
            HTTP_UNREACHABLE            sts 0 0 sts-policy-fetch-error/reason | sts 0 1 sts-policy-fetch-error/reason
            HTTP_DEADLINE               sts 0 0 sts-policy-fetch-error/reason | sts 0 1 sts-policy-fetch-error/reason
            HTTP_STATUS                 sts 0 0 sts-policy-fetch-error/reason | sts 0 1 sts-policy-fetch-error/reason
            HTTP_PROTOCOL               sts 0 0 sts-policy-fetch-error/reason | sts 0 1 sts-policy-fetch-error/reason
            HTTP_LIMIT                  sts 0 0 sts-policy-fetch-error/reason | sts 0 1 sts-policy-fetch-error/reason
            HTTP_FRAMING                sts 0 0 sts-policy-fetch-error/reason | sts 0 1 sts-policy-fetch-error/reason
            HTTP_TOO_LARGE              sts 0 0 sts-policy-fetch-error/reason | sts 0 1 sts-policy-fetch-error/reason
            HTTP_ENCODING               sts 0 0 sts-policy-fetch-error/reason | sts 0 1 sts-policy-fetch-error/reason
            HTTP_MEDIA_TYPE             sts 0 0 sts-policy-fetch-error/reason | sts 0 1 sts-policy-fetch-error/reason
            CERT_NAME                   sts 0 0 sts-webpki-invalid/reason | sts 0 1 sts-webpki-invalid/reason
            CERT_EXPIRED                sts 0 0 sts-webpki-invalid/reason | sts 0 1 sts-webpki-invalid/reason
            CERT_UNTRUSTED              sts 0 0 sts-webpki-invalid/reason | sts 0 1 sts-webpki-invalid/reason
            CERT_WEAK                   sts 0 0 sts-webpki-invalid/reason | sts 0 1 sts-webpki-invalid/reason
            CERT_REVOKED                sts 0 0 sts-webpki-invalid/reason | sts 0 1 sts-webpki-invalid/reason
            CERT_LIMIT                  sts 0 0 sts-webpki-invalid/reason | sts 0 1 sts-webpki-invalid/reason
            POLICY_SYNTAX               sts 0 0 sts-policy-invalid/reason | sts 0 1 sts-policy-invalid/reason
            POLICY_FIELD                sts 0 0 sts-policy-invalid/reason | sts 0 1 sts-policy-invalid/reason
            POLICY_LIMIT                sts 0 0 sts-policy-invalid/reason | sts 0 1 sts-policy-invalid/reason
            BACKING_OFF                 nothing | no-policy-found 1 0
            POLICY_STATE_UNKNOWN        nothing | no-policy-found 1 0
            POLICY_REQUIRED             nothing | no-policy-found 1 0
            WAIT_EXPIRED                nothing | no-policy-found 1 0
            OVERLOADED                  nothing | no-policy-found 1 0
            CLOSED                      nothing | no-policy-found 1 0
            INTERNAL                    nothing | no-policy-found 1 0
            """);

    private final MovableClock clock = new MovableClock(Instant.parse("2026-01-01T12:00:00Z"));
    private final TlsReportCollector collector =
            TlsReportCollector.builder(SessionCounter.US).clock(clock).build();
    private final MtaSts sts = MtaSts.builder(
                    domain -> new TxtLookup.None(Duration.ofMinutes(1)),
                    request -> new PolicyFetcher.Unreachable("test", "nobody is asked"))
            .recorder(collector)
            .clock(clock)
            .withoutRefresh()
            .build();

    @AfterEach
    void close() {
        sts.close();
        collector.close();
    }

    private static <E extends Enum<E>> Map<E, String> rows(Class<E> kinds, String table) {
        return table.lines()
                .map(line -> line.split("\\s+", 2))
                .collect(Collectors.toMap(row -> Enum.valueOf(kinds, row[0]), row -> row[1]));
    }

    // ---- what an MX does ----

    static Stream<Arguments> violations() {
        return Stream.of(Mode.ENFORCE, Mode.TESTING)
                .flatMap(mode -> Arrays.stream(Violation.Kind.values()).map(kind -> Arguments.of(kind, mode)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("violations")
    void eachViolationAppearsUnderItsType(Violation.Kind kind, Mode mode) {
        DeliveryDecision decision = sts.decide(attempt(kind, mode));

        assertThat(decision.violations()).extracting(Violation::kind).contains(kind);
        assertThat(reported()).isEqualTo(VIOLATIONS.get(kind));
    }

    private static MxAttempt attempt(Violation.Kind kind, Mode mode) {
        PolicyResolution policy = new PolicyResolution.Found(cached(mode), Freshness.CACHED, Optional.empty());
        return switch (kind) {
            case POLICY_UNKNOWN ->
                session(new PolicyResolution.Withheld(POLICY_DOMAIN, failure(FailureCode.POLICY_STATE_UNKNOWN)));
            case POLICY_REQUIRED ->
                session(new PolicyOverride(
                                DOMAIN, new PolicyOverride.Require(), MovableClock.START.plusSeconds(86_400), "test")
                        .over(new PolicyResolution.Absent(POLICY_DOMAIN), MovableClock.START));
            case MX_NOT_LISTED -> session(policy, OTHER_MX, verified(OTHER_MX), DaneOutcome.NOT_APPLICABLE);
            case STARTTLS_NOT_OFFERED -> session(policy, new TlsOutcome.NotOffered());
            case STARTTLS_REFUSED -> session(policy, new TlsOutcome.Refused(454));
            case HANDSHAKE_FAILED -> session(policy, new TlsOutcome.HandshakeFailed("tls-version", "too old"));
            case TLS_NOT_ATTEMPTED -> session(policy, new TlsOutcome.NotAttempted());
            case SNI_NOT_SENDABLE ->
                session(policy, ODD_MX, new TlsOutcome.SniNotSendable(ODD_MX), DaneOutcome.NOT_APPLICABLE);
            case CERTIFICATE_EXPIRED -> session(policy, rejected(CertificateProblem.Kind.EXPIRED));
            case CERTIFICATE_NOT_TRUSTED -> session(policy, rejected(CertificateProblem.Kind.UNTRUSTED));
            case CERTIFICATE_NAME_MISMATCH -> session(policy, rejected(CertificateProblem.Kind.NAME_MISMATCH));
            case DANE_FAILED -> session(policy, MX, verified(MX), DaneOutcome.FAILED);
            case DANE_ERROR -> session(policy, MX, verified(MX), DaneOutcome.ERROR);
            case DANE_WITHOUT_TLS -> session(policy, MX, new TlsOutcome.NotOffered(), DaneOutcome.PASSED);
            case REQUIRETLS_NAME_UNPROVED -> requireTls(testing(), verified(MX));
            case REQUIRETLS_PEER_UNPROVED -> requireTls(testing(), rejected(CertificateProblem.Kind.EXPIRED));
            case REQUIRETLS_NOT_OFFERED -> requireTls(policy, verified(MX));
        };
    }

    private static PolicyResolution testing() {
        return new PolicyResolution.Found(cached(Mode.TESTING), Freshness.CACHED, Optional.empty());
    }

    private static MxAttempt requireTls(PolicyResolution policy, TlsOutcome tls) {
        return new MxAttempt(policy, MX, tls, DaneOutcome.NOT_APPLICABLE, TlsRequirement.REQUIRETLS, Set.of());
    }

    private static MxAttempt session(PolicyResolution policy) {
        return session(policy, new TlsOutcome.NotOffered());
    }

    private static MxAttempt session(PolicyResolution policy, TlsOutcome tls) {
        return session(policy, MX, tls, DaneOutcome.NOT_APPLICABLE);
    }

    private static MxAttempt session(PolicyResolution policy, DomainName mx, TlsOutcome tls, DaneOutcome dane) {
        return new MxAttempt(policy, mx, tls, dane);
    }

    private static TlsOutcome verified(DomainName mx) {
        return new TlsOutcome.Verified(VerifiedPeer.assertedBy("test", mx));
    }

    private static TlsOutcome rejected(CertificateProblem.Kind kind) {
        return new TlsOutcome.CertificateRejected(List.of(new CertificateProblem(kind, "reason", "detail")));
    }

    // ---- what discovery does ----

    @ParameterizedTest
    @EnumSource(FailureCode.class)
    void eachFailureThatALivePolicyOutlivesAppearsUnderItsType(FailureCode code) {
        collector.discoveryFailed(new DiscoveryResult(DOMAIN, failure(code), Optional.of(cached(Mode.ENFORCE))));

        assertThat(reported()).isEqualTo(FAILURES.getOrDefault(code, "").split(" \\| ", -1)[0]);
    }

    @ParameterizedTest
    @EnumSource(FailureCode.class)
    void eachFailureWithoutAPolicyAppearsWithTheSessionThatItLeavesUnprotected(FailureCode code) {
        PolicyResolution unusable = new PolicyResolution.Unusable(POLICY_DOMAIN, failure(code));
        collector.discoveryFailed(new DiscoveryResult(DOMAIN, failure(code), Optional.empty()));
        sts.decide(session(unusable, verified(MX)));

        assertThat(reported()).isEqualTo(FAILURES.getOrDefault(code, "").split(" \\| ", -1)[1]);
    }

    @Test
    void noFailureOfAPolicyOfModeNoneIsReported() {
        for (FailureCode code : FailureCode.values()) {
            collector.discoveryFailed(new DiscoveryResult(DOMAIN, failure(code), Optional.of(cached(Mode.NONE))));
        }

        assertThat(reported()).isEqualTo("nothing");
    }

    // ---- the world ----

    private static StsFailure failure(FailureCode code) {
        return new StsFailure(code, "reason", "detail", Instant.parse("2026-01-01T12:00:00Z"));
    }

    private static CachedPolicy cached(Mode mode) {
        String text = "version: STSv1\nmode: " + mode.keyword() + "\nmx: *.example.com\nmax_age: 86400";
        return new CachedPolicy(
                DOMAIN,
                "1",
                new PolicyParser(Grammar.STRICT)
                        .parse(text.getBytes(StandardCharsets.UTF_8))
                        .orElseThrow(),
                MovableClock.START);
    }

    private String reported() {
        clock.set(Instant.parse("2026-01-02T00:01:00Z"));
        return collector
                .handOut(DAY)
                .flatMap(day -> day.report(DOMAIN))
                .map(TlsReport::policies)
                .orElse(List.of())
                .stream()
                .map(ReportTableTest::inWords)
                .collect(Collectors.collectingAndThen(
                        Collectors.joining("; "), words -> words.isEmpty() ? "nothing" : words));
    }

    private static String inWords(PolicyReport policy) {
        Set<String> words = policy.failures().stream()
                .peek(failure -> assertThat(failure.sessions()).isOne())
                .map(failure -> failure.key().resultType() + "/"
                        + failure.key().failureReasonCode().orElse(""))
                .collect(Collectors.toCollection(TreeSet::new));
        return (policy.policy().type().keyword() + " " + policy.sessions().successful() + " "
                        + policy.sessions().failed() + " " + String.join(" ", words))
                .strip();
    }
}
