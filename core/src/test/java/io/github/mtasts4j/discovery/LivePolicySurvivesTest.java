// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static io.github.mtasts4j.discovery.World.DOMAIN;
import static io.github.mtasts4j.discovery.World.found;
import static io.github.mtasts4j.discovery.World.policy;
import static io.github.mtasts4j.discovery.World.record;
import static io.github.mtasts4j.discovery.World.response;
import static io.github.mtasts4j.discovery.World.txt;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.tls.CertificateProblem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** §3.1 and §3.3: whatever fails, the live policy applies; without one the mail goes as if there were none. */
final class LivePolicySurvivesTest {

    private final World world = new World();

    /** A TXT answer, and the code and reason it amounts to; no code where the record is valid. */
    static List<Arguments> dnsFailures() {
        return List.of(
                Arguments.of(new TxtLookup.None(Duration.ZERO), FailureCode.TXT_GONE, "no-txt"),
                Arguments.of(new TxtLookup.None(Duration.ofDays(7)), FailureCode.TXT_GONE, "no-txt"),
                Arguments.of(txt("v=spf1 -all"), FailureCode.TXT_GONE, "no-txt"),
                Arguments.of(txt("v=spf1 -all", "v=STSv2; id=2;"), FailureCode.TXT_GONE, "no-txt"),
                Arguments.of(txt(""), FailureCode.TXT_GONE, "no-txt"),
                Arguments.of(World.servfail(), FailureCode.DNS_TRANSIENT, "dns-servfail"),
                Arguments.of(
                        new TxtLookup.Unavailable("dns-timeout", "no answer"),
                        FailureCode.DNS_TRANSIENT,
                        "dns-timeout"),
                Arguments.of(txt("v=STSv1; id=1;", "v=STSv1; id=2;"), FailureCode.DNS_MULTIPLE, "multiple-txt"),
                Arguments.of(txt("v=STSv1; id=1;", "v=STSv1; id=1;"), FailureCode.DNS_MULTIPLE, "multiple-txt"),
                Arguments.of(txt("v=STSv1;"), FailureCode.DNS_SYNTAX, "invalid-txt"),
                Arguments.of(txt("v=STSv1; id=not-an-id;"), FailureCode.DNS_SYNTAX, "invalid-txt"),
                Arguments.of(txt("v=STSv1; id=1; \u0000\u00ff"), FailureCode.DNS_SYNTAX, "invalid-txt"),
                Arguments.of(
                        txt("v=STSv1; id=1; x=" + "y".repeat(65_000) + ";"), FailureCode.DNS_LIMIT, "txt-too-large"));
    }

    /** What may come of a GET, and the code and reason it amounts to. */
    static List<Arguments> httpsFailures() {
        List<Arguments> all = new ArrayList<>();
        for (int status : new int[] {201, 203, 204, 206, 304, 400, 401, 403, 404, 410, 429, 500, 503}) {
            all.add(fails(response(status, GOOD), FailureCode.HTTP_STATUS, "http-" + status));
        }
        for (int status : new int[] {301, 302, 303, 307, 308}) {
            all.add(fails(response(status, GOOD), FailureCode.HTTP_STATUS, "http-redirect"));
        }
        all.add(fails(typed(), FailureCode.HTTP_MEDIA_TYPE, "media-type"));
        all.add(fails(typed("text/html"), FailureCode.HTTP_MEDIA_TYPE, "media-type"));
        all.add(fails(typed("text/plain", "text/plain"), FailureCode.HTTP_MEDIA_TYPE, "media-type"));
        all.add(fails(encoded("gzip"), FailureCode.HTTP_ENCODING, "content-encoding"));
        all.add(fails(encoded("identity", "br"), FailureCode.HTTP_ENCODING, "content-encoding"));
        all.add(fails(response(200, "a".repeat(65_537)), FailureCode.HTTP_TOO_LARGE, "too-large"));
        all.add(fails(new PolicyFetcher.TooLarge(65_536), FailureCode.HTTP_TOO_LARGE, "too-large"));
        all.add(fails(
                new PolicyFetcher.AddressForbidden("127.0.0.1"), FailureCode.ADDRESS_FORBIDDEN, "address-forbidden"));
        all.add(fails(new PolicyFetcher.TimedOut(Duration.ofSeconds(60)), FailureCode.HTTP_DEADLINE, "timeout"));
        all.add(fails(
                new PolicyFetcher.Unreachable("connection-refused", "refused"),
                FailureCode.HTTP_UNREACHABLE,
                "connection-refused"));
        all.add(fails(breach(PolicyFetcher.Breach.PROTOCOL), FailureCode.HTTP_PROTOCOL, "http-protocol"));
        all.add(fails(breach(PolicyFetcher.Breach.HEADERS), FailureCode.HTTP_LIMIT, "http-headers"));
        all.add(fails(breach(PolicyFetcher.Breach.FRAMING), FailureCode.HTTP_FRAMING, "http-framing"));
        all.add(fails(rejected(CertificateProblem.Kind.NAME_MISMATCH), FailureCode.CERT_NAME, "why"));
        all.add(fails(rejected(CertificateProblem.Kind.EXPIRED), FailureCode.CERT_EXPIRED, "why"));
        all.add(fails(rejected(CertificateProblem.Kind.UNTRUSTED), FailureCode.CERT_UNTRUSTED, "why"));
        all.add(fails(rejected(CertificateProblem.Kind.WEAK), FailureCode.CERT_WEAK, "why"));
        all.add(fails(rejected(CertificateProblem.Kind.REVOKED), FailureCode.CERT_REVOKED, "why"));
        all.add(fails(rejected(CertificateProblem.Kind.TOO_LARGE), FailureCode.CERT_LIMIT, "why"));
        all.add(fails(new PolicyFetcher.CertificateRejected(List.of()), FailureCode.CERT_UNTRUSTED, "unknown-ca"));
        all.add(fails(latin1("version: STSv1\nx: \u00e9\n"), FailureCode.POLICY_SYNTAX, "encoding"));
        all.add(fails(response(200, ""), FailureCode.POLICY_SYNTAX, "syntax"));
        all.add(fails(response(200, "<html>\n"), FailureCode.POLICY_SYNTAX, "syntax"));
        all.add(fails(response(200, "mode: none\nmax_age: 1\n"), FailureCode.POLICY_FIELD, "missing-version"));
        all.add(fails(response(200, "version: STSv2\n"), FailureCode.POLICY_FIELD, "unsupported-version"));
        all.add(fails(response(200, "version: STSv1\nmax_age: 1\n"), FailureCode.POLICY_FIELD, "missing-mode"));
        all.add(fails(response(200, "version: STSv1\nmode: Enforce\n"), FailureCode.POLICY_FIELD, "invalid-mode"));
        all.add(fails(response(200, "version: STSv1\nmode: none\n"), FailureCode.POLICY_FIELD, "missing-max-age"));
        all.add(fails(response(200, "version: STSv1\nmax_age: +5\n"), FailureCode.POLICY_FIELD, "invalid-max-age"));
        all.add(fails(policy("enforce", 86_400), FailureCode.POLICY_FIELD, "missing-mx"));
        all.add(fails(policy("enforce", 86_400, "*"), FailureCode.POLICY_FIELD, "invalid-mx"));
        all.add(fails(response(200, "x: " + "y".repeat(1100) + "\n"), FailureCode.POLICY_LIMIT, "limit"));
        return all;
    }

    private static final String GOOD = "version: STSv1\nmode: none\nmax_age: 86400\n";

    private static Arguments fails(PolicyFetcher.Result result, FailureCode code, String reason) {
        return Arguments.of(result, code, reason);
    }

    private static PolicyFetcher.Result typed(String... types) {
        return new PolicyFetcher.Response(
                200, List.of(types), List.of(), response(200, GOOD).body());
    }

    private static PolicyFetcher.Result encoded(String... codings) {
        return new PolicyFetcher.Response(
                200,
                List.of("text/plain"),
                List.of(codings),
                response(200, GOOD).body());
    }

    private static PolicyFetcher.Result latin1(String body) {
        return new PolicyFetcher.Response(
                200, List.of("text/plain"), List.of(), body.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static PolicyFetcher.Result breach(PolicyFetcher.Breach breach) {
        return new PolicyFetcher.ProtocolError(breach, "broken");
    }

    private static PolicyFetcher.Result rejected(CertificateProblem.Kind kind) {
        return new PolicyFetcher.CertificateRejected(List.of(new CertificateProblem(kind, "why", "why")));
    }

    @ParameterizedTest(name = "{1} {2}")
    @MethodSource("dnsFailures")
    void aLivePolicySurvivesEveryDnsAnswer(TxtLookup.Answer answer, FailureCode code, String reason)
            throws InterruptedException {
        survives(answer, world.https, code, reason);
    }

    @ParameterizedTest(name = "{1} {2}")
    @MethodSource("httpsFailures")
    void aLivePolicySurvivesEveryFetch(PolicyFetcher.Result result, FailureCode code, String reason)
            throws InterruptedException {
        survives(record("2"), result, code, reason);
    }

    private void survives(TxtLookup.Answer answer, PolicyFetcher.Result result, FailureCode code, String reason)
            throws InterruptedException {
        CachedPolicy before = found(world.resolve()).cached();
        world.clock.advance(Duration.ofHours(2));
        world.txt = answer;
        world.https = result;

        PolicyResolution.Found kept = found(world.recheck());

        assertThat(kept.cached()).isEqualTo(before);
        assertThat(kept.freshness()).isEqualTo(Freshness.KEPT);
        assertThat(World.failure(kept).code()).isEqualTo(code);
        assertThat(World.failure(kept).reason()).isEqualTo(reason);
        assertThat(World.failure(kept).at()).isEqualTo(world.clock.instant());
        PolicyResolution.Found warm = found(world.resolve());
        assertThat(warm.cached()).isEqualTo(before);
        assertThat(warm.freshness()).isEqualTo(Freshness.CACHED);
        assertThat(warm.failure()).isEqualTo(kept.failure());
        world.clock.set(before.expiresAt());
        assertThat(world.resolve().applicable()).as("to its last second").contains(before);
    }

    @ParameterizedTest(name = "{1} {2}")
    @MethodSource("dnsFailures")
    void withoutALivePolicyADnsFailureLeavesNone(TxtLookup.Answer answer, FailureCode code, String reason)
            throws InterruptedException {
        world.txt = answer;
        leavesNone(code, reason);
        expire();
        world.txt = answer;
        leavesNone(code, reason);
    }

    @ParameterizedTest(name = "{1} {2}")
    @MethodSource("httpsFailures")
    void withoutALivePolicyAFailedFetchLeavesNone(PolicyFetcher.Result result, FailureCode code, String reason)
            throws InterruptedException {
        world.https = result;
        leavesNone(code, reason);
        expire();
        world.https = result;
        leavesNone(code, reason);
    }

    private void leavesNone(FailureCode code, String reason) throws InterruptedException {
        PolicyResolution answer = world.resolve();

        assertThat(answer.domain()).isEqualTo(DOMAIN);
        assertThat(answer.applicable()).isEmpty();
        if (code == FailureCode.TXT_GONE) {
            assertThat(answer).isInstanceOf(PolicyResolution.Absent.class);
        } else {
            assertThat(World.failure(answer).code()).isEqualTo(code);
            assertThat(World.failure(answer).reason()).isEqualTo(reason);
            assertThat(World.failure(answer).toString()).matches("[ -~]+");
        }
        int asked = world.asked.size();
        assertThat(world.resolve()).as("remembered").isSameAs(answer);
        assertThat(world.asked).hasSize(asked);
    }

    private void expire() throws InterruptedException {
        world.clock.advance(Duration.ofHours(2));
        world.txt = record("1");
        world.https = policy("enforce", 100, "mx.example.com");
        assertThat(world.resolve().applicable()).isPresent();
        world.clock.advance(Duration.ofSeconds(101));
    }

    @Test
    void anAdapterThatThrowsIsAFailureLikeAnyOther() throws InterruptedException {
        CachedPolicy before = found(world.resolve()).cached();
        world.clock.advance(Duration.ofHours(2));
        world.duringLookup = () -> {
            throw new IllegalStateException("a bug");
        };
        assertThat(World.failure(world.recheck()).reason()).isEqualTo("internal");

        world.duringLookup = () -> {};
        world.txt = record("2");
        world.duringFetch = () -> {
            throw new IllegalStateException("a bug");
        };
        PolicyResolution answer = world.recheck();
        assertThat(World.failure(answer).code()).isEqualTo(FailureCode.INTERNAL);
        assertThat(answer.applicable()).contains(before);
    }

    @Test
    void anAdapterThatThrowsForAnUnknownDomainLeavesItWithoutPolicy() throws InterruptedException {
        world.duringFetch = () -> {
            throw new IllegalStateException("a bug");
        };
        assertThat(World.failure(world.resolve()).code()).isEqualTo(FailureCode.INTERNAL);
        world.resolver().invalidate(DOMAIN);
        world.duringLookup = world.duringFetch;
        assertThat(World.failure(world.resolve()).code()).isEqualTo(FailureCode.DNS_TRANSIENT);
    }

    @Test
    void aPolicyThatCouldNotBeUpdatedIsClearedOfTheFailureWhenItIsConfirmed() throws InterruptedException {
        world.resolve();
        world.txt = World.servfail();
        world.recheck();
        assertThat(world.resolve().failure()).isPresent();

        world.txt = record("1");
        world.recheck();

        assertThat(world.resolve().failure()).isEmpty();
    }
}
