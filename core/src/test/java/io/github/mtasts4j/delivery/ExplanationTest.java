// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.FailureCode;
import io.github.mtasts4j.discovery.Freshness;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.StsFailure;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.policy.PolicyParser;
import io.github.mtasts4j.tls.CertificateProblem;
import io.github.mtasts4j.tls.TlsOutcome;
import io.github.mtasts4j.tls.VerifiedPeer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a postmaster reads who has a stuck message and no RFC at hand. */
final class ExplanationTest {

    private static final DomainName DOMAIN = DomainName.of("example.com");
    private static final DomainName MX = DomainName.of("mx.example.com");
    private static final DomainName OTHER = DomainName.of("mx.elsewhere.example");
    private static final Instant FETCHED = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void aDeferredMessageIsExplainedInFull() {
        assertThat(explain(found("enforce", Freshness.CACHED, null), OTHER, new TlsOutcome.NotContacted()))
                .isEqualTo("""
                        DEFER: mx.elsewhere.example must not have mail for example.com (RFC 8461 §4.1)
                          domain     example.com
                          MX tried   mx.elsewhere.example
                          MX allowed mx.example.com, *.example.net
                          policy     mode enforce, id 20260101
                          fetched    2026-01-01T00:00:00Z, in force until 2026-01-08T00:00:00Z
                          TLS        not contacted
                          violated   RFC 8461 §4.1: mx.elsewhere.example is not listed in the policy, which lists mx.example.com, *.example.net
                          re-check   the DNS has not been asked for a new policy in this attempt, or has not answered
                          next       try the next MX; if there is none left, keep the message in the queue with status 4.7.0; before it may be bounced the DNS has to be asked for a new policy (RFC 8461 §5); if the domain's mail has moved, its owner has to publish a new policy and a new id""");
    }

    @Test
    void afterARecheckItSaysThatTheMessageMayBeBounced() {
        String text = explain(found("enforce", Freshness.CONFIRMED, null), MX, new TlsOutcome.NotOffered());

        assertThat(text)
                .contains("re-check   the DNS was asked for a new policy in this attempt, and this is the latest one")
                .contains("status 4.7.4; it may be bounced when the queue's own time limit is reached")
                .contains("RFC 8461 §4.2: STARTTLS not offered")
                .doesNotContain("before it may be bounced");
    }

    @Test
    void aPolicyThatCouldNotBeUpdatedIsNamedWithTheFailure() {
        StsFailure failure = new StsFailure(FailureCode.DNS_TRANSIENT, "dns-servfail", "SERVFAIL", FETCHED);
        String text = explain(
                found("enforce", Freshness.KEPT, failure),
                MX,
                new TlsOutcome.CertificateRejected(List.of(
                        new CertificateProblem(CertificateProblem.Kind.EXPIRED, "expired", "it expired yesterday"),
                        new CertificateProblem(CertificateProblem.Kind.NAME_MISMATCH, "name", "it is for a.example"))));

        assertThat(text)
                .contains("discovery  DNS_TRANSIENT (dns-servfail): SERVFAIL; the policy stays in force all the same")
                .contains("violated   RFC 8461 §4.2: it expired yesterday")
                .contains("violated   RFC 8461 §4.2: it is for a.example")
                .contains("status 4.7.5; before it may be bounced");
    }

    @Test
    void aReportOnlyDeliverySaysWhatWouldHaveStoppedIt() {
        assertThat(explain(found("testing", Freshness.CACHED, null), OTHER, new TlsOutcome.NotOffered()))
                .startsWith("REPORT ONLY: the policy is violated, but its mode is testing (RFC 8461 §5)")
                .contains("violated   RFC 8461 §4.1")
                .contains("violated   RFC 8461 §4.2")
                .contains("next       deliver as usual; the domain learns of it by TLS reporting (RFC 8460)")
                .doesNotContain("re-check");
    }

    @Test
    void aDeliverySaysWhyItIsOne() {
        TlsOutcome verified = new TlsOutcome.Verified(VerifiedPeer.assertedBy("test", MX));
        assertThat(explain(found("enforce", Freshness.CACHED, null), MX, verified))
                .startsWith("DELIVER: the MX is listed and its certificate is verified (RFC 8461 §4)")
                .contains("next       send the message over this session")
                .doesNotContain("violated");
        assertThat(explain(found("none", Freshness.CACHED, null), OTHER, new TlsOutcome.NotOffered()))
                .startsWith("DELIVER: the policy's mode is none (RFC 8461 §5)")
                .endsWith("next       deliver as without MTA-STS");
        PolicyResolution absent = new PolicyResolution.Absent(new PolicyDomain.Named(DOMAIN));
        assertThat(explain(absent, OTHER, new TlsOutcome.NotOffered()))
                .startsWith("DELIVER: no policy applies (RFC 8461 §3.3)")
                .contains("domain     example.com")
                .doesNotContain("policy     mode");
    }

    @Test
    void aPolicyThatCouldNotBeHadIsNamed() {
        StsFailure failure =
                new StsFailure(FailureCode.HTTP_STATUS, "http-404", "the Policy Host answered 404", FETCHED);
        PolicyResolution unusable = new PolicyResolution.Unusable(new PolicyDomain.Named(DOMAIN), failure);

        assertThat(explain(unusable, MX, new TlsOutcome.NotOffered()))
                .contains("discovery  HTTP_STATUS (http-404): the Policy Host answered 404; "
                        + "the mail goes as without a policy (RFC 8461 §3.3)");
    }

    @Test
    void aHostThatCouldNotBeReachedIsNoPolicysFault() {
        assertThat(explain(
                        found("enforce", Freshness.CACHED, null),
                        MX,
                        new TlsOutcome.NotConnected("connection refused")))
                .startsWith("DEFER: the MX could not be reached; no policy is involved")
                .contains("TLS        not connected: connection refused")
                .contains("status 4.4.1; it may be bounced when")
                .doesNotContain("re-check");
    }

    @Test
    void aFailingDaneCheckIsNamed() {
        PolicyResolution policy = found("testing", Freshness.CACHED, null);
        MxAttempt attempt = new MxAttempt(policy, MX, new TlsOutcome.NotContacted(), DaneOutcome.FAILED);
        assertThat(new DeliveryJudge(DanePrecedence.BOTH_MUST_HOLD)
                        .decide(attempt)
                        .explain())
                .contains("DANE       FAILED")
                .contains("(RFC 8461 §2)")
                .doesNotContain("re-check");
    }

    @Test
    void whateverAPluginPutsIntoADetailOnlyPrintableLinesComeOut() {
        String nasty = "\u001b[31mred\r\nBcc: all\u202e\u0000 caf\u00e9";
        PolicyResolution policy =
                found("enforce", Freshness.KEPT, new StsFailure(FailureCode.HTTP_UNREACHABLE, "x", nasty, FETCHED));

        String text = explain(policy, MX, new TlsOutcome.HandshakeFailed("x", nasty));

        assertThat(text.lines()).allSatisfy(line -> assertThat(line).matches("[ -~§]+"));
        assertThat(text.lines().filter(line -> line.startsWith("Bcc"))).isEmpty();
    }

    @Test
    void ofManyPatternsTheFirstAreNamedAndTheRestCounted() {
        StringBuilder body = new StringBuilder("version: STSv1\nmode: enforce\nmax_age: 604800\n");
        for (int i = 1; i <= 20; i++) {
            body.append("mx: mx").append(i).append(".example.com\n");
        }
        assertThat(explain(found(body.toString(), Freshness.CACHED, null, "1"), OTHER, new TlsOutcome.NotContacted()))
                .contains("mx8.example.com and 12 more")
                .doesNotContain("mx9.example.com");
    }

    private static String explain(PolicyResolution policy, DomainName mx, TlsOutcome tls) {
        MxAttempt attempt = new MxAttempt(policy, mx, tls, DaneOutcome.NOT_APPLICABLE);
        return new DeliveryJudge(DanePrecedence.BOTH_MUST_HOLD).decide(attempt).explain();
    }

    private static PolicyResolution found(String mode, Freshness freshness, @Nullable StsFailure failure) {
        String body = "version: STSv1\nmode: " + mode + "\nmx: mx.example.com\nmx: *.example.net\nmax_age: 604800\n";
        return found(body, freshness, failure, "20260101");
    }

    private static PolicyResolution found(String body, Freshness freshness, @Nullable StsFailure failure, String id) {
        Policy policy = new PolicyParser(Grammar.STRICT)
                .parse(body.getBytes(StandardCharsets.US_ASCII))
                .orElseThrow();
        return new PolicyResolution.Found(
                new CachedPolicy(DOMAIN, id, policy, FETCHED), freshness, Optional.ofNullable(failure));
    }
}
