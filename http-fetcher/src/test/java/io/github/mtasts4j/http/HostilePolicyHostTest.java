// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.discovery.PolicyFetcher.Breach;
import io.github.mtasts4j.discovery.PolicyFetcher.CertificateRejected;
import io.github.mtasts4j.discovery.PolicyFetcher.ProtocolError;
import io.github.mtasts4j.discovery.PolicyFetcher.Response;
import io.github.mtasts4j.discovery.PolicyFetcher.Result;
import io.github.mtasts4j.discovery.PolicyFetcher.TimedOut;
import io.github.mtasts4j.discovery.PolicyFetcher.TooLarge;
import io.github.mtasts4j.discovery.PolicyFetcher.Unreachable;
import io.github.mtasts4j.testkit.https.HttpsFault;
import io.github.mtasts4j.testkit.https.PolicyHost;
import io.github.mtasts4j.testkit.https.Reply;
import io.github.mtasts4j.testkit.https.Visit;
import io.github.mtasts4j.testkit.tls.TestCa;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that does what no honest one does, one misdeed after the other. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HostilePolicyHostTest {

    private static final String DOMAIN = "example.com";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";
    private static final Duration DEADLINE = Duration.ofMillis(400);
    private static final long MOST_OCTETS = 512 * 1024;
    private static final int CALLERS = 16;

    private final TestCa ca = TestCa.root("Hostile CA");
    private final PolicyHost server = PolicyHost.start();
    private final ApachePolicyFetcher fetcher = Fetching.from(server, ca);

    @AfterAll
    void end() {
        fetcher.close();
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "CONNECTION_RESET, tls-handshake",
        "HANDSHAKE_ALERT, tls-handshake",
        "NOT_TLS, tls-handshake",
        "TLS_1_1_ONLY, tls-version"
    })
    void withoutATLSSessionTheHostIsUnreachable(HttpsFault fault, String reason) throws Exception {
        Unreachable unreachable = (Unreachable) suffer(fault);
        assertThat(unreachable.reason()).isEqualTo(reason);
        assertThat(unreachable.detail()).isNotEmpty().matches("[ -~]+");
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP_2_ONLY, PROTOCOL",
        "INTERIM_FLOOD, PROTOCOL",
        "HTTP_0_9, PROTOCOL",
        "JUNK_STATUS_LINE, PROTOCOL",
        "HTTP_2_PREFACE, PROTOCOL",
        "BLANK_LINES, PROTOCOL",
        "HEADER_BOMB, HEADERS",
        "ENDLESS_LINE, HEADERS",
        "ENDLESS_TRAILERS, HEADERS",
        "EOF_DELIMITED, FRAMING",
        "TRUNCATED, FRAMING",
        "TWO_CONTENT_LENGTHS, FRAMING",
        "LENGTH_AND_CHUNKED, FRAMING",
        "MISSING_LAST_CHUNK, FRAMING"
    })
    void whatIsNoHTTPResponseSaysWhichRuleItBroke(HttpsFault fault, Breach breach) throws Exception {
        ProtocolError error = (ProtocolError) suffer(fault);
        assertThat(error.breach()).isEqualTo(breach);
        assertThat(error.detail()).isNotEmpty().matches("[ -~]+");
    }

    @ParameterizedTest
    @EnumSource(names = {"TOO_LARGE", "HUGE_CONTENT_LENGTH", "ENDLESS_CHUNKED", "CHUNK_EXTENSION_BOMB"})
    void aBodyWithoutEndIsTooLarge(HttpsFault fault) throws Exception {
        assertThat(suffer(fault)).isEqualTo(new TooLarge(Fetching.LIMIT));
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "TOO_LARGE",
                "HUGE_CONTENT_LENGTH",
                "ENDLESS_CHUNKED",
                "CHUNK_EXTENSION_BOMB",
                "ENDLESS_TRAILERS",
                "HEADER_BOMB",
                "ENDLESS_LINE",
                "INTERIM_FLOOD"
            })
    void aFloodIsCutAtItsSourceAtOnce(HttpsFault fault) throws Exception {
        long begin = System.nanoTime();
        suffer(fault);
        Visit visit = lastVisit();
        assertThat(visit.awaitEnd(Fetching.AMPLE)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
        assertThat(visit.octetsWritten()).isLessThanOrEqualTo(MOST_OCTETS);
    }

    /** What JSSE reads away as it closes a connection depends on how busy everybody is. */
    @ParameterizedTest
    @EnumSource(names = {"ENDLESS_TRAILERS", "INTERIM_FLOOD"})
    void aFloodIsCutAtItsSourceHoweverManyThereAre(HttpsFault fault) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
        try (PolicyHost flooder = PolicyHost.start();
                ApachePolicyFetcher from = Fetching.from(flooder, ca)) {
            List<Callable<Result>> fetches = new ArrayList<>();
            for (int i = 0; i < 10 * CALLERS; i++) {
                String domain = "d" + i + ".example";
                fault.inflict(flooder, domain, ca);
                fetches.add(() -> from.fetch(Fetching.request(domain)));
            }
            for (Future<Result> fetch : threads.invokeAll(fetches)) {
                assertThat(fetch.get()).isInstanceOf(ProtocolError.class);
            }
            assertThat(flooder.visits()).hasSameSizeAs(fetches);
            for (Visit visit : flooder.visits()) {
                assertThat(visit.awaitEnd(Fetching.AMPLE)).isTrue();
                assertThat(visit.octetsWritten()).isLessThanOrEqualTo(MOST_OCTETS);
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void whateverFollowsAPolicyIsNotRead() throws Exception {
        assertThat(text(get(Reply.endless(OK + "Content-Length: 3\r\n\r\none", "x"))))
                .isEqualTo("one");
        assertThat(lastVisit().awaitEnd(Fetching.AMPLE)).isTrue();
        assertThat(lastVisit().octetsWritten()).isLessThanOrEqualTo(MOST_OCTETS);
    }

    @ParameterizedTest
    @EnumSource(names = {"HANDSHAKE_STALL", "SILENCE", "BODY_DRIP", "HEAD_DRIP"})
    void whoeverPlaysForTimeGetsNoneBeyondTheDeadline(HttpsFault fault) throws Exception {
        fault.inflict(server, DOMAIN, ca);
        long begin = System.nanoTime();
        assertThat(fetcher.fetch(Fetching.request(DOMAIN, DEADLINE))).isEqualTo(new TimedOut(DEADLINE));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(DEADLINE, DEADLINE.plusSeconds(10));
        assertThat(lastVisit().awaitEnd(Fetching.AMPLE)).isTrue();
    }

    @Test
    void aFloodOfTlsRecordsEndsAtOnceOrWithTheDeadline() throws Exception {
        long begin = System.nanoTime();
        assertThat(suffer(HttpsFault.RECORD_FLOOD)).isInstanceOfAny(Unreachable.class, TimedOut.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Fetching.AMPLE);
        assertThat(lastVisit().awaitEnd(Fetching.AMPLE)).isTrue();
        assertThat(lastVisit().requests()).isEmpty();
    }

    @Test
    void aSlowDripOfInterimResponsesEndsWithTheDeadline() throws Exception {
        server.serve(
                DOMAIN,
                ca.issue("mta-sts." + DOMAIN),
                Reply.drip("", "HTTP/1.1 103 Early Hints\r\n\r\n", Duration.ofMillis(40)));
        assertThat(fetcher.fetch(Fetching.request(DOMAIN, DEADLINE))).isEqualTo(new TimedOut(DEADLINE));
    }

    @ParameterizedTest
    @EnumSource(
            names = {"UNTRUSTED", "SELF_SIGNED", "EXPIRED", "NOT_YET_VALID", "WRONG_NAME", "CN_ONLY", "PARTIAL_WILDCARD"
            })
    void aBadCertificateEndsTheHandshake(HttpsFault fault) throws Exception {
        assertThat(suffer(fault)).isInstanceOf(CertificateRejected.class);
        assertThat(lastVisit().handshakeDone()).isFalse();
        assertThat(lastVisit().requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "REDIRECT, 301",
        "REDIRECT_TO_HTTP, 307",
        "NOT_FOUND, 404",
        "SERVER_ERROR, 500",
        "RETRY_AFTER_A_DAY, 503"
    })
    void aStatusOtherThan200ComesBackAtOnceWithoutItsBody(HttpsFault fault, int status) throws Exception {
        long begin = System.nanoTime();
        Response response = (Response) suffer(fault);
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.body()).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
        assertThat(lastVisit().requests()).hasSize(1);
    }

    @Test
    void theEndlessBodyOfAnotherStatusIsNotRead() throws Exception {
        Reply endless = Reply.endless("HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n");
        assertThat(((Response) get(endless)).status()).isEqualTo(404);
        assertThat(lastVisit().awaitEnd(Fetching.AMPLE)).isTrue();
        assertThat(lastVisit().octetsWritten()).isLessThanOrEqualTo(MOST_OCTETS);
    }

    @Test
    void theMediaTypeIsTheRulesBusinessAndComesBackAsItIs() throws Exception {
        assertThat(((Response) suffer(HttpsFault.HTML)).contentTypes()).containsExactly("text/html");
        assertThat(((Response) suffer(HttpsFault.NO_MEDIA_TYPE)).contentTypes()).isEmpty();
    }

    @Test
    void twoMediaTypesComeBackAsTwo() throws Exception {
        Response response = (Response) get(Reply.http(200, "x", "Content-Type: text/plain", "Content-Type: text/html"));
        assertThat(response.contentTypes()).containsExactly("text/plain", "text/html");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "+5", "5x", "", "99999999999999999999", "0x5", "5, 5"})
    void aContentLengthThatIsNoneIsRefused(String length) throws Exception {
        assertThat(get(Reply.raw(OK + "Content-Length: " + length + "\r\n\r\n12345")))
                .isInstanceOfSatisfying(
                        ProtocolError.class, e -> assertThat(e.breach()).isEqualTo(Breach.FRAMING));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip, chunked", "identity", "xchunked", "chunked\r\nTransfer-Encoding: chunked"})
    void aTransferCodingOtherThanChunkedIsRefused(String coding) throws Exception {
        assertThat(get(Reply.raw(OK + "Transfer-Encoding: " + coding + "\r\n\r\n1\r\nx\r\n0\r\n\r\n")))
                .isInstanceOfSatisfying(
                        ProtocolError.class, e -> assertThat(e.breach()).isEqualTo(Breach.FRAMING));
    }

    @Test
    void aBodyCutWithoutCloseNotifyIsRefused() throws Exception {
        assertThat(get(Reply.cut(OK + "\r\nversion: STSv1\n")))
                .isInstanceOfSatisfying(
                        ProtocolError.class, e -> assertThat(e.breach()).isEqualTo(Breach.FRAMING));
    }

    @Test
    void fourInterimResponsesAreTakenAndAFifthIsNot() throws Exception {
        String interim = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
        String last = OK + "Content-Length: 1\r\n\r\nx";
        assertThat(get(Reply.raw(interim.repeat(4) + last))).isInstanceOf(Response.class);
        assertThat(get(Reply.raw(interim.repeat(5) + last)))
                .isInstanceOfSatisfying(
                        ProtocolError.class, e -> assertThat(e.breach()).isEqualTo(Breach.PROTOCOL));
    }

    @Test
    void sixtyFourHeaderFieldsAreTakenAndOneMoreIsNot() throws Exception {
        assertThat(get(withHeaders("x: x\r\n".repeat(63)))).isInstanceOf(Response.class);
        isTooMuch(get(withHeaders("x: x\r\n".repeat(64))));
    }

    @Test
    void aHeaderLineOf8KiBIsTakenAndOneOctetMoreIsNot() throws Exception {
        assertThat(get(withHeaders("x: " + "x".repeat(8192 - 3 - 2) + "\r\n"))).isInstanceOf(Response.class);
        isTooMuch(get(withHeaders("x: " + "x".repeat(8193 - 3) + "\r\n")));
    }

    @Test
    void aHeadOf32KiBIsTakenAndOneOctetMoreIsNot() throws Exception {
        String frame = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n";
        String line = "x: " + "x".repeat(4091) + "\r\n"; // 4096 octets
        int rest = 32 * 1024 - frame.length() - 7 * 4096;
        String exact = line.repeat(7) + "x: " + "x".repeat(rest - 5) + "\r\n";
        assertThat(get(withHeaders(exact))).isInstanceOf(Response.class);
        isTooMuch(get(withHeaders("x" + exact)));
    }

    private static Reply withHeaders(String fields) {
        return Reply.raw("HTTP/1.1 200 OK\r\n" + fields + "Content-Length: 1\r\n\r\nx");
    }

    private static void isTooMuch(Result result) {
        assertThat(result)
                .isInstanceOfSatisfying(
                        ProtocolError.class, e -> assertThat(e.breach()).isEqualTo(Breach.HEADERS));
    }

    @Test
    void smallChunksAndAShortTrailerAreAnOrdinaryBody() throws Exception {
        Reply chunks = Reply.raw(PolicyHost.CHUNKED + "3;a=b\r\nver\r\n4\r\nsion\r\n0\r\nX: y\r\n\r\n");
        assertThat(text(get(chunks))).isEqualTo("version");
    }

    @Test
    void aChunkedBodyOfOneOctetMoreThanAllowedIsTooLarge() throws Exception {
        String chunk = "8000\r\n" + "x".repeat(0x8000) + "\r\n";
        assertThat(get(Reply.raw(PolicyHost.CHUNKED + chunk + chunk + "0\r\n\r\n")))
                .isInstanceOf(Response.class);
        assertThat(get(Reply.raw(PolicyHost.CHUNKED + chunk + chunk + "1\r\nx\r\n0\r\n\r\n")))
                .isEqualTo(new TooLarge(Fetching.LIMIT));
    }

    @Test
    void aSecondResponseBehindTheFirstIsThrownAwayWithTheConnection() throws Exception {
        String one = OK + "Content-Length: 3\r\n\r\none";
        String two = OK + "Content-Length: 3\r\n\r\ntwo";
        int before = server.visits().size();
        assertThat(text(get(Reply.raw(one + two)))).isEqualTo("one");
        assertThat(text(get(Reply.raw(one + two)))).isEqualTo("one");
        assertThat(server.visits()).hasSize(before + 2);
    }

    @Test
    void aServerThatAnswersNothingAndLeavesIsUnreachable() throws Exception {
        assertThat(((Unreachable) get(Reply.raw(""))).reason()).isEqualTo("connection-lost");
        assertThat(lastVisit().requests()).hasSize(1);
    }

    @Test
    void noRequestHeaderGivesAwayMoreThanItMust() throws Exception {
        suffer(HttpsFault.HTML);
        assertThat(lastVisit().requests().get(0).headerNames())
                .containsExactlyInAnyOrder("Host", "User-Agent", "Accept");
        assertThat(lastVisit().requests().get(0).header("User-Agent"))
                .hasValueSatisfying(agent -> assertThat(agent).startsWith("mtasts4j"));
    }

    /** Shuffled pieces of responses, the same ones in every run. */
    @Test
    void whateverOctetsComeThereIsAResult() throws Exception {
        String[] pieces = {
            "HTTP/1.1 200 OK\r\n",
            "HTTP/1.1 101 X\r\nUpgrade: h2c\r\n\r\n",
            "HTTP/1.0 401\r\n",
            "HTTP/9.9 200 OK\r\n",
            "HTTP/1.1 99999 X\r\n",
            "HTTP/1.1 -1 X\r\n",
            "HTTP/1.1 100\r\n\r\n",
            "Content-Type: a/b; c=\"\r\n",
            "Content-Encoding: ,,\r\n",
            "Location: http://[::\r\n",
            "WWW-Authenticate: Basic \"\r\n",
            "Content-Length: 3\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Set-Cookie: ;;=\r\n",
            "Connection: Upgrade\r\n",
            " folded\r\n",
            ": x\r\n",
            "x\r\n",
            "Trailer: x\r\n",
            "\r\n",
            "\n",
            "\r",
            "\u0000",
            "\u00ff\u00fe",
            "3\r\nabc\r\n",
            "0\r\n\r\n",
            "-1\r\n",
            "ffffffffffffffff\r\n",
            "80000000;\r\n"
        };
        Random random = new Random(8461);
        server.serve(DOMAIN, ca.issue("mta-sts." + DOMAIN), Reply.silence());
        for (int i = 0; i < 300; i++) {
            StringBuilder octets = new StringBuilder(random.nextInt(4) == 0 ? "" : pieces[0]);
            for (int j = random.nextInt(8); j >= 0; j--) {
                octets.append(pieces[random.nextInt(pieces.length)]);
            }
            server.respond(DOMAIN, Reply.raw(octets.toString()));
            assertThat(fetcher.fetch(Fetching.request(DOMAIN)))
                    .isInstanceOfAny(Response.class, ProtocolError.class, Unreachable.class, TooLarge.class);
        }
    }

    @Test
    void noFaultLeavesAnAddressTaken() throws Exception {
        for (HttpsFault fault : List.of(HttpsFault.CONNECTION_RESET, HttpsFault.TOO_LARGE, HttpsFault.EXPIRED)) {
            suffer(fault);
        }
        assertThat(fetcher.busyAddresses()).isZero();
    }

    private Result suffer(HttpsFault fault) throws InterruptedException {
        fault.inflict(server, DOMAIN, ca);
        return fetcher.fetch(Fetching.request(DOMAIN));
    }

    private Result get(Reply reply) throws InterruptedException {
        server.serve(DOMAIN, ca.issue("mta-sts." + DOMAIN), reply);
        return fetcher.fetch(Fetching.request(DOMAIN));
    }

    private Visit lastVisit() {
        List<Visit> visits = server.visits();
        return visits.get(visits.size() - 1);
    }

    private static String text(Result result) {
        return new String(((Response) result).body(), StandardCharsets.UTF_8);
    }
}
