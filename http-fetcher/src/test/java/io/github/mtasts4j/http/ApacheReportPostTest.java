// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mtasts4j.discovery.PolicyFetcher.AddressForbidden;
import io.github.mtasts4j.discovery.PolicyFetcher.CertificateRejected;
import io.github.mtasts4j.discovery.PolicyFetcher.ProtocolError;
import io.github.mtasts4j.discovery.PolicyFetcher.Response;
import io.github.mtasts4j.discovery.PolicyFetcher.Result;
import io.github.mtasts4j.discovery.PolicyFetcher.TimedOut;
import io.github.mtasts4j.discovery.PolicyFetcher.Unreachable;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.testkit.https.PolicyHost;
import io.github.mtasts4j.testkit.https.Reply;
import io.github.mtasts4j.testkit.https.SeenRequest;
import io.github.mtasts4j.testkit.tls.TestCa;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a POST does, and what it does not whatever the server says. */
final class ApacheReportPostTest {

    private static final String DOMAIN = "reports.example";
    private static final DomainName HOST = DomainName.of("mta-sts." + DOMAIN);
    private static final String GZIP = "application/tlsrpt+gzip";

    private final TestCa ca = TestCa.root("Root");
    private final PolicyHost server = PolicyHost.start();
    private final ApachePolicyFetcher fetcher = Fetching.from(server, ca);
    private final ApacheReportPost poster = ApacheReportPost.through(fetcher)
            .withClock(new MovableClock())
            .withAddressGuard(AddressGuard.publicOnly().allowing("127.0.0.0/8"));

    @AfterEach
    void close() {
        fetcher.close();
        server.close();
    }

    private Result post(Reply reply) throws InterruptedException {
        return post(reply, poster, new byte[] {1, 2, 3});
    }

    private Result post(Reply reply, ApacheReportPost with, byte[] body) throws InterruptedException {
        server.serve(DOMAIN, ca.issue(HOST.toString()), reply);
        return with.post(HOST, "/v1/submit?a=b", GZIP, body);
    }

    @Test
    void theReportArrivesAsItIs() throws InterruptedException {
        byte[] body = new byte[300_000];
        new Random(1).nextBytes(body);
        Result result = post(Reply.http(201, ""), poster, body);

        assertThat(result)
                .isInstanceOfSatisfying(
                        Response.class,
                        response -> assertThat(response.status()).isEqualTo(201));
        assertThat(server.requests(DOMAIN)).hasSize(1);
        SeenRequest request = server.requests(DOMAIN).get(0);
        assertThat(request.requestLine()).isEqualTo("POST /v1/submit?a=b HTTP/1.1");
        assertThat(request.headerNames())
                .containsExactlyInAnyOrder("Host", "Content-Length", "Content-Type", "User-Agent");
        assertThat(request.header("Host")).contains(HOST.toString());
        assertThat(request.header("Content-Type")).contains(GZIP);
        assertThat(request.octets()).isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 202, 204, 301, 302, 307, 308, 401, 404, 407, 408, 429, 500, 503})
    void theStatusIsToldAndNothingFollows(int status) throws InterruptedException {
        Result result = post(Reply.http(
                status,
                "",
                "Location: https://" + HOST + "/elsewhere",
                "Retry-After: 0",
                "WWW-Authenticate: Basic realm=x",
                "Proxy-Authenticate: Basic realm=x"));

        assertThat(result)
                .isInstanceOfSatisfying(
                        Response.class,
                        response -> assertThat(response.status()).isEqualTo(status));
        assertThat(server.requests(DOMAIN)).hasSize(1);
        assertThat(server.visits()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 10\r\n\r\nnot gzip..",
                "HTTP/1.0 200\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"
            })
    void whateverTheBodyIsTheStatusCounts(String octets) throws InterruptedException {
        assertThat(post(Reply.raw(octets)))
                .isInstanceOfSatisfying(
                        Response.class,
                        response -> assertThat(response.status()).isEqualTo(200));
    }

    @Test
    void anEndlessBodyIsNotRead() throws Exception {
        Result result = post(Reply.endless(PolicyHost.CHUNKED, "1000\r\n" + "x".repeat(4096) + "\r\n"));

        assertThat(result).isInstanceOf(Response.class);
        assertThat(server.visits().get(0).awaitEnd(Duration.ofSeconds(30))).isTrue();
        assertThat(server.visits().get(0).octetsWritten()).isLessThanOrEqualTo(512 * 1024);
    }

    @Test
    void anEndlessHeadIsRefused() throws InterruptedException {
        assertThat(post(Reply.endless("HTTP/1.1 200 OK\r\n", "X-Filler: " + "x".repeat(80) + "\r\n")))
                .isInstanceOf(ProtocolError.class);
    }

    @Test
    void aServerThatSaysNothingIsCutOff() throws InterruptedException {
        ApacheReportPost hurried = poster.withTimeout(Duration.ofMillis(500));

        assertThat(post(Reply.silence(), hurried, new byte[3])).isEqualTo(new TimedOut(Duration.ofMillis(500)));
        assertThat(server.visits().get(0).awaitEnd(Duration.ofSeconds(30))).isTrue();
    }

    @Test
    void aConnectionThatBreaksIsTold() throws InterruptedException {
        assertThat(post(Reply.withoutTls(Reply.Sabotage.RESET))).isInstanceOf(Unreachable.class);
        assertThat(post(Reply.cut(""))).isInstanceOfAny(Unreachable.class, ProtocolError.class);
        assertThat(server.requests(DOMAIN)).hasSize(1); // The one that may have been read is not repeated.
    }

    // ---- certificates ----

    @Test
    void noOctetGoesToAServerWithoutAValidCertificate() throws InterruptedException {
        server.serve(DOMAIN, TestCa.root("Nobody's").issue(HOST.toString()), Reply.http(200, ""));
        Result result = poster.post(HOST, "/", GZIP, new byte[3]);

        assertThat(result).isInstanceOf(CertificateRejected.class);
        assertThat(server.requests(DOMAIN)).isEmpty();
        assertThat(server.visits()).hasSize(1);
    }

    @Test
    void anInvalidCertificateIsLetPassOnlyIfConfiguredAndOnlyAfterATryWithValidation() throws InterruptedException {
        server.serve(DOMAIN, TestCa.root("Nobody's").issue("elsewhere.example"), Reply.http(200, ""));
        Result result = poster.evenIfNotValidated().post(HOST, "/", GZIP, new byte[3]);

        assertThat(result).isInstanceOf(Response.class);
        assertThat(server.visits()).hasSize(2);
        assertThat(server.requests(DOMAIN)).hasSize(1);
    }

    @Test
    void aValidCertificateIsOneConnection() throws InterruptedException {
        assertThat(post(Reply.http(200, ""), poster.evenIfNotValidated(), new byte[3]))
                .isInstanceOf(Response.class);
        assertThat(server.visits()).hasSize(1);
    }

    // ---- addresses ----

    @ParameterizedTest
    @ValueSource(strings = {"169.254.169.254", "127.0.0.1", "10.0.0.1", "::1", "::ffff:127.0.0.1", "fd00::1"})
    void aNameThatLeadsInsideIsRefused(String address) throws InterruptedException {
        server.serve(DOMAIN, ca.issue(HOST.toString()), Reply.http(200, ""));
        try (ApachePolicyFetcher misled = Fetching.builder(server.port(), ca)
                .addresses(host -> Fetching.addresses(address))
                .build()) {
            // The fetcher allows loopback here, for policy hosts. A report does not go there all the same.
            assertThat(ApacheReportPost.through(misled).post(HOST, "/", GZIP, new byte[3]))
                    .isInstanceOf(AddressForbidden.class);
        }
        assertThat(server.visits()).isEmpty();
    }

    // ---- the caller ----

    @ParameterizedTest
    @ValueSource(strings = {"", "v1", "/a b", "/a\r\nHost: b", "/\u00e4", "https://b.example/"})
    void whatIsNoTargetIsRefused(String target) {
        assertThatThrownBy(() -> poster.post(HOST, target, GZIP, new byte[3]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTimeoutIsMoreThanZero() {
        assertThatThrownBy(() -> poster.withTimeout(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anInterruptEndsIt() throws Exception {
        server.serve(DOMAIN, ca.issue(HOST.toString()), Reply.silence());
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<Result> post = thread.submit((Callable<Result>) () -> poster.post(HOST, "/", GZIP, new byte[3]));
            assertThat(server.awaitRequests(DOMAIN, 1, Duration.ofSeconds(30))).isTrue();
            thread.shutdownNow();
            assertThat(thread.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(post::get).hasCauseInstanceOf(InterruptedException.class);
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void afterTheFetcherIsClosedThereIsNoPost() {
        fetcher.close();
        assertThatThrownBy(() -> poster.post(HOST, "/", GZIP, new byte[3])).isInstanceOf(IllegalStateException.class);
    }
}
