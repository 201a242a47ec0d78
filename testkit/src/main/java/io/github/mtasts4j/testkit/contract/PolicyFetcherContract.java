// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.PolicyFetcher.CertificateRejected;
import io.github.mtasts4j.discovery.PolicyFetcher.Request;
import io.github.mtasts4j.discovery.PolicyFetcher.Response;
import io.github.mtasts4j.discovery.PolicyFetcher.Result;
import io.github.mtasts4j.discovery.PolicyFetcher.TimedOut;
import io.github.mtasts4j.discovery.PolicyFetcher.TooLarge;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.testkit.https.HttpsFault;
import io.github.mtasts4j.testkit.https.PolicyHost;
import io.github.mtasts4j.testkit.https.Reply;
import io.github.mtasts4j.testkit.https.SeenRequest;
import io.github.mtasts4j.testkit.https.Visit;
import io.github.mtasts4j.testkit.tls.TestCa;
import io.github.mtasts4j.tls.CertificateProblem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link PolicyFetcher} has to do (§3.2, §3.3), against a real server. Extend it and say how to make the
 * fetcher; JUnit runs the rest.
 */
public abstract class PolicyFetcherContract {

    private static final String DOMAIN = "example.com";
    private static final String HOST = "mta-sts.example.com";
    private static final String POLICY = "version: STSv1\nmode: enforce\nmx: mx.example.com\nmax_age: 86400\n";
    private static final int LIMIT = 65_536;
    private static final Duration AMPLE = Duration.ofSeconds(30);

    private final TestCa ca = TestCa.root("Contract CA");
    private final PolicyHost server = PolicyHost.start();
    private PolicyFetcher fetcher = request -> new TimedOut(Duration.ZERO);

    /** For subclasses. */
    protected PolicyFetcherContract() {}

    /**
     * Makes the fetcher under test. It is closed after each test if it can be.
     *
     * @param host the server that has to be connected to whatever the Policy Host is called, at its address and port
     * @param authority the only one to trust
     * @return the fetcher
     */
    protected abstract PolicyFetcher open(PolicyHost host, TestCa authority);

    @BeforeEach
    final void begin() {
        server.serve(DOMAIN, ca.issue(HOST), POLICY);
        fetcher = open(server, ca);
    }

    @AfterEach
    final void end() throws Exception {
        server.close();
        if (fetcher instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }

    @Test
    final void theRequestIsAGETOfTheWellKnownPathWithHostAndSNIOfThePolicyHost() throws Exception {
        fetch(AMPLE);
        SeenRequest seen = server.requests(DOMAIN).get(0);
        assertThat(seen.requestLine()).isEqualTo("GET /.well-known/mta-sts.txt HTTP/1.1");
        assertThat(seen.serverName()).isEqualTo(HOST);
        assertThat(seen.header("Host")).contains(HOST);
    }

    @Test
    final void theRequestAsksForNoContentCodingAndNoUpgradeAndCarriesNoCookieOrCredentials() throws Exception {
        fetch(AMPLE);
        SeenRequest seen = server.requests(DOMAIN).get(0);
        assertThat(seen.headerNames())
                .doesNotContain("Accept-Encoding", "Cookie", "Authorization", "Upgrade", "Expect", "Referer");
    }

    @Test
    final void aPolicyComesBackOctetForOctet() throws Exception {
        Response response = (Response) fetch(AMPLE);
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.contentTypes()).containsExactly("text/plain");
        assertThat(response.contentEncodings()).isEmpty();
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).isEqualTo(POLICY);
    }

    @Test
    final void anyOtherStatusComesBackAsItIs() throws Exception {
        for (int status : new int[] {201, 204, 206, 304, 400, 401, 403, 404, 410, 429, 500, 503}) {
            server.respond(DOMAIN, Reply.raw("HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\n\r\n"));
            assertThat(((Response) fetch(AMPLE)).status()).isEqualTo(status);
        }
    }

    @Test
    final void noRedirectIsFollowed() throws Exception {
        for (int status : new int[] {301, 302, 303, 307, 308}) {
            int before = server.requests(DOMAIN).size();
            server.respond(DOMAIN, Reply.http(status, "", "Location: https://" + HOST + Request.PATH));
            assertThat(((Response) fetch(AMPLE)).status()).isEqualTo(status);
            assertThat(server.requests(DOMAIN)).hasSize(before + 1);
        }
    }

    @Test
    final void aCertificateFromATrustedAuthorityForAnotherNameIsRejectedAndNoRequestIsSent() throws Exception {
        rejects(HttpsFault.WRONG_NAME, CertificateProblem.Kind.NAME_MISMATCH);
    }

    @Test
    final void aCertificateWithTheNameAsCommonNameOnlyIsRejectedAndNoRequestIsSent() throws Exception {
        rejects(HttpsFault.CN_ONLY, CertificateProblem.Kind.NAME_MISMATCH);
    }

    @Test
    final void aCertificateForAPartialWildcardIsRejectedAndNoRequestIsSent() throws Exception {
        rejects(HttpsFault.PARTIAL_WILDCARD, CertificateProblem.Kind.NAME_MISMATCH);
    }

    @Test
    final void anExpiredCertificateIsRejectedAndNoRequestIsSent() throws Exception {
        rejects(HttpsFault.EXPIRED, CertificateProblem.Kind.EXPIRED);
    }

    @Test
    final void aCertificateOfAnUnknownAuthorityIsRejectedAndNoRequestIsSent() throws Exception {
        rejects(HttpsFault.UNTRUSTED, CertificateProblem.Kind.UNTRUSTED);
    }

    @Test
    final void aSelfSignedCertificateIsRejectedAndNoRequestIsSent() throws Exception {
        rejects(HttpsFault.SELF_SIGNED, CertificateProblem.Kind.UNTRUSTED);
    }

    private void rejects(HttpsFault fault, CertificateProblem.Kind kind) throws Exception {
        fault.inflict(server, DOMAIN, ca);
        CertificateRejected rejected = (CertificateRejected) fetch(AMPLE);
        assertThat(rejected.problems()).extracting(CertificateProblem::kind).contains(kind);
        assertThat(server.requests(DOMAIN)).isEmpty();
    }

    @Test
    final void aBodyAsLongAsTheLimitIsTaken() throws Exception {
        server.respond(DOMAIN, Reply.http(200, "x".repeat(LIMIT)));
        assertThat(((Response) fetch(AMPLE)).body()).hasSize(LIMIT);
    }

    @Test
    final void aBodyOfOneOctetMoreIsRefusedAndNotCut() throws Exception {
        HttpsFault.TOO_LARGE.inflict(server, DOMAIN, ca);
        assertThat(fetch(AMPLE)).isEqualTo(new TooLarge(LIMIT));
    }

    @Test
    final void aDrippingBodyEndsWithTheDeadline() throws Exception {
        endsWithTheDeadline(HttpsFault.BODY_DRIP);
    }

    @Test
    final void aDrippingHeadEndsWithTheDeadline() throws Exception {
        endsWithTheDeadline(HttpsFault.HEAD_DRIP);
    }

    @Test
    final void aStalledHandshakeEndsWithTheDeadline() throws Exception {
        endsWithTheDeadline(HttpsFault.HANDSHAKE_STALL);
    }

    private void endsWithTheDeadline(HttpsFault fault) throws Exception {
        Duration deadline = Duration.ofMillis(400);
        fault.inflict(server, DOMAIN, ca);
        long begin = System.nanoTime();
        assertThat(fetch(deadline)).isEqualTo(new TimedOut(deadline));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(deadline, deadline.plusSeconds(10));
        assertThat(server.visits(DOMAIN).get(0).awaitEnd(AMPLE)).isTrue();
    }

    @Test
    final void nothingIsInflated() throws Exception {
        HttpsFault.GZIP_BOMB.inflict(server, DOMAIN, ca);
        Response response = (Response) fetch(AMPLE);
        assertThat(response.contentEncodings()).containsExactly("gzip");
        assertThat(response.body()).startsWith(0x1f, 0x8b).hasSizeLessThan(LIMIT);
    }

    @Test
    final void anInterruptedFetchThrowsAtOnceAndLetsGoOfTheConnection() throws Exception {
        server.respond(DOMAIN, Reply.silence());
        CompletableFuture<Long> interrupted = new CompletableFuture<>();
        FutureTask<Result> task = new FutureTask<>(() -> {
            try {
                return fetch(AMPLE);
            } catch (InterruptedException e) {
                interrupted.complete(System.nanoTime());
                throw e;
            }
        });
        Thread caller = new Thread(task, "caller");
        caller.start();
        assertThat(server.awaitRequests(DOMAIN, 1, AMPLE)).isTrue();
        long begin = System.nanoTime();
        caller.interrupt();
        assertThat(Duration.ofNanos(interrupted.get(AMPLE.toSeconds(), TimeUnit.SECONDS) - begin))
                .isLessThan(Duration.ofSeconds(2));
        assertThatThrownBy(() -> task.get(AMPLE.toSeconds(), TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(InterruptedException.class);
        assertThat(server.visits(DOMAIN).get(0).awaitEnd(AMPLE)).isTrue();
    }

    @Test
    final void noConnectionIsUsedTwice() throws Exception {
        fetch(AMPLE);
        fetch(AMPLE);
        assertThat(server.visits(DOMAIN)).hasSize(2).allMatch(Visit::handshakeDone);
    }

    private Result fetch(Duration timeout) throws InterruptedException {
        return fetcher.fetch(
                new Request(DomainName.of(DOMAIN), DomainName.of(HOST), timeout, LIMIT, MovableClock.START));
    }
}
