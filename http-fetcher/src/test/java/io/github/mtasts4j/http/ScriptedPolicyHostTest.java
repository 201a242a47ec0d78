// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import io.github.mtasts4j.discovery.PolicyFetcher.Breach;
import io.github.mtasts4j.discovery.PolicyFetcher.CertificateRejected;
import io.github.mtasts4j.discovery.PolicyFetcher.ProtocolError;
import io.github.mtasts4j.discovery.PolicyFetcher.Request;
import io.github.mtasts4j.discovery.PolicyFetcher.Response;
import io.github.mtasts4j.discovery.PolicyFetcher.Result;
import io.github.mtasts4j.discovery.PolicyFetcher.TimedOut;
import io.github.mtasts4j.discovery.PolicyFetcher.TooLarge;
import io.github.mtasts4j.discovery.PolicyFetcher.Unreachable;
import io.github.mtasts4j.testkit.tls.Identity;
import io.github.mtasts4j.testkit.tls.TestCa;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A Policy Host as a common web server would be one, scripted with WireMock. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ScriptedPolicyHostTest {

    private static final String DOMAIN = "example.com";
    private static final String HOST = "mta-sts.example.com";
    private static final String POLICY = "version: STSv1\nmode: enforce\nmx: mx.example.com\nmax_age: 86400\n";
    private static final Duration DEADLINE = Duration.ofMillis(400);

    private final TestCa ca = TestCa.root("WireMock CA");
    private final WireMockServer server;
    private final ApachePolicyFetcher fetcher;

    ScriptedPolicyHostTest(@TempDir Path directory) {
        Path keys = ca.issue(HOST).writeTo(directory.resolve("server.p12"));
        server = new WireMockServer(options()
                .httpDisabled(true)
                .httpsPort(0)
                .bindAddress("127.0.0.1")
                .keystoreType("PKCS12")
                .keystorePath(keys.toString())
                .keystorePassword(Identity.PASSWORD)
                .keyManagerPassword(Identity.PASSWORD));
        server.start();
        fetcher = Fetching.builder(server.httpsPort(), ca).build();
    }

    @BeforeEach
    void begin() {
        server.resetAll();
    }

    @AfterAll
    void end() {
        fetcher.close();
        server.stop();
    }

    @Test
    void aPolicyIsFetchedWithOneGETOfTheWellKnownPath() throws Exception {
        Response response = (Response) when(ok(POLICY));
        assertThat(response.status()).isEqualTo(200);
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).isEqualTo(POLICY);
        server.verify(1, getRequestedFor(urlEqualTo(Request.PATH)).withHeader("Host", equalTo(HOST)));
        server.verify(
                1,
                anyRequestedFor(anyUrl())
                        .withHeader("Accept", equalTo("text/plain"))
                        .withoutHeader("Connection")
                        .withoutHeader("Accept-Encoding")
                        .withoutHeader("Cookie"));
    }

    @Test
    void anotherDomainOnTheSameHostNeedsACertificateOfItsOwn() throws Exception {
        server.stubFor(any(anyUrl()).willReturn(ok(POLICY)));
        assertThat(fetcher.fetch(Fetching.request("example.org"))).isInstanceOf(CertificateRejected.class);
        server.verify(0, anyRequestedFor(anyUrl()));
    }

    @ParameterizedTest
    @CsvSource({
        "301, https://mta-sts.example.com/other",
        "302, https://mta-sts.example.com/.well-known/mta-sts.txt",
        "303, http://mta-sts.example.com/.well-known/mta-sts.txt",
        "307, http://127.0.0.1/",
        "308, file:///etc/passwd"
    })
    void aRedirectIsNotFollowedWhereverItLeads(int status, String location) throws Exception {
        Response response = (Response) when(aResponse().withStatus(status).withHeader("Location", location));
        assertThat(response.status()).isEqualTo(status);
        server.verify(1, anyRequestedFor(anyUrl()));
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 206, 304, 400, 401, 403, 404, 407, 410, 418, 421, 429, 500, 502, 503, 504, 599})
    void anyStatusComesBackAsItIsAfterOneRequest(int status) throws Exception {
        Response response = (Response) when(aResponse()
                .withStatus(status)
                .withHeader("WWW-Authenticate", "Basic realm=\"x\"")
                .withHeader("Proxy-Authenticate", "Basic realm=\"x\"")
                .withHeader("Retry-After", "86400"));
        assertThat(response.status()).isEqualTo(status);
        server.verify(1, anyRequestedFor(anyUrl()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "TEXT/Plain; charset=utf-16", "application/octet-stream", "x"})
    void aMediaTypeComesBackAsItIs(String type) throws Exception {
        Response response =
                (Response) when(aResponse().withHeader("Content-Type", type).withBody(POLICY));
        assertThat(response.contentTypes()).containsExactly(type);
    }

    @Test
    void aMissingMediaTypeComesBackAsMissing() throws Exception {
        assertThat(((Response) when(aResponse().withBody(POLICY))).contentTypes())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "br", "deflate", "x-unknown", "gzip, gzip"})
    void aContentCodingComesBackAsItIsAndIsNotUndone(String coding) throws Exception {
        Response response = (Response) when(ok(POLICY).withHeader("Content-Encoding", coding));
        assertThat(response.contentEncodings()).containsExactly(coding);
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).isEqualTo(POLICY);
    }

    @Test
    void aBodyOf64KiBIsTakenAndOneOctetMoreIsNot() throws Exception {
        assertThat(((Response) when(ok("x".repeat(65_536)))).body()).hasSize(65_536);
        assertThat(when(ok("x".repeat(65_537)))).isEqualTo(new TooLarge(65_536));
    }

    @Test
    void cookiesCachingAndAlternativeServicesLeaveNoTrace() throws Exception {
        ResponseDefinitionBuilder sticky = ok(POLICY)
                .withHeader("Set-Cookie", "a=b; Path=/")
                .withHeader("Cache-Control", "public, immutable, max-age=31536000")
                .withHeader("ETag", "\"1\"")
                .withHeader("Age", "1")
                .withHeader("Strict-Transport-Security", "max-age=31536000")
                .withHeader("Alt-Svc", "h3=\":443\"");
        when(sticky);
        assertThat(((Response) when(sticky)).status()).isEqualTo(200);
        server.verify(
                2,
                anyRequestedFor(anyUrl())
                        .withoutHeader("Cookie")
                        .withoutHeader("If-None-Match")
                        .withoutHeader("If-Modified-Since"));
    }

    @Test
    void anAnswerThatIsLateEndsWithTheDeadline() throws Exception {
        endsWithTheDeadline(ok(POLICY).withFixedDelay(5000));
    }

    @Test
    void anAnswerThatDribblesEndsWithTheDeadline() throws Exception {
        endsWithTheDeadline(ok(POLICY).withChunkedDribbleDelay(10, 5000));
    }

    private void endsWithTheDeadline(ResponseDefinitionBuilder response) throws Exception {
        server.stubFor(get(Request.PATH).willReturn(response));
        long begin = System.nanoTime();
        assertThat(fetcher.fetch(Fetching.request(DOMAIN, DEADLINE))).isEqualTo(new TimedOut(DEADLINE));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(DEADLINE, DEADLINE.plusSeconds(10));
    }

    @Test
    void aConnectionThatBreaksBeforeTheAnswerIsLostAndNotTriedAgain() throws Exception {
        for (Fault fault : new Fault[] {Fault.CONNECTION_RESET_BY_PEER, Fault.EMPTY_RESPONSE}) {
            server.resetRequests();
            assertThat(((Unreachable) when(aResponse().withFault(fault))).reason())
                    .isEqualTo("connection-lost");
            server.verify(1, anyRequestedFor(anyUrl()));
        }
    }

    @Test
    void randomOctetsAreNoHTTPResponse() throws Exception {
        ProtocolError error = (ProtocolError) when(aResponse().withFault(Fault.RANDOM_DATA_THEN_CLOSE));
        assertThat(error.breach()).isEqualTo(Breach.PROTOCOL);
    }

    @Test
    void aMalformedChunkIsNoEndOfABody() throws Exception {
        ProtocolError error = (ProtocolError) when(aResponse().withFault(Fault.MALFORMED_RESPONSE_CHUNK));
        assertThat(error.breach()).isEqualTo(Breach.FRAMING);
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 200})
    void moreHeaderFieldsThanAnyHonestAnswerHasAreRefused(int count) throws Exception {
        ResponseDefinitionBuilder response = ok(POLICY);
        for (int i = 0; i < count; i++) {
            response.withHeader("X-" + i, "x");
        }
        assertThat(when(response) instanceof Response).isEqualTo(count < 64);
    }

    private Result when(ResponseDefinitionBuilder response) throws InterruptedException {
        server.stubFor(get(Request.PATH).willReturn(response));
        return fetcher.fetch(Fetching.request(DOMAIN));
    }

    private static ResponseDefinitionBuilder ok(String body) {
        return aResponse().withHeader("Content-Type", "text/plain").withBody(body);
    }
}
