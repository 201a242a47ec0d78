// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.mtasts4j.discovery.AddressLookup;
import io.github.mtasts4j.discovery.PolicyFetcher.AddressForbidden;
import io.github.mtasts4j.discovery.PolicyFetcher.Response;
import io.github.mtasts4j.discovery.PolicyFetcher.Result;
import io.github.mtasts4j.discovery.PolicyFetcher.TimedOut;
import io.github.mtasts4j.discovery.PolicyFetcher.Unreachable;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.https.HttpsFault;
import io.github.mtasts4j.testkit.https.PolicyHost;
import io.github.mtasts4j.testkit.https.Reply;
import io.github.mtasts4j.testkit.tls.TestCa;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a fetch connects to, and how many at once. */
final class PolicyHostAddressTest {

    private static final String DOMAIN = "example.com";
    private static final Duration DEADLINE = Duration.ofMillis(400);

    private final TestCa ca = TestCa.root("Address CA");
    private final PolicyHost server =
            PolicyHost.start().serve(DOMAIN, ca.issue("mta-sts." + DOMAIN), "version: STSv1\n");
    private final List<ApachePolicyFetcher> opened = new ArrayList<>();

    @AfterEach
    void end() {
        opened.forEach(ApachePolicyFetcher::close);
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "::1",
                "169.254.169.254",
                "10.0.0.1",
                "100.64.0.1",
                "fd00::1",
                "0.0.0.0",
                "240.0.0.1",
                "::ffff:127.0.0.1",
                "64:ff9b::a9fe:a9fe",
                "2002:7f00:1::",
                "::127.0.0.1"
            })
    void aForbiddenAddressIsNeverConnectedTo(String address) throws Exception {
        ApachePolicyFetcher fetcher =
                open(builder().addressGuard(AddressGuard.publicOnly()).addresses(host -> Fetching.addresses(address)));
        assertThat(get(fetcher)).isInstanceOf(AddressForbidden.class);
        assertThat(server.visits()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "2606:4700::1111"})
    void withAnotherPortThan443PublicAddressesAreForbidden(String address) throws Exception {
        ApachePolicyFetcher fetcher = open(builder().addresses(host -> Fetching.addresses(address)));
        assertThat(get(fetcher)).isInstanceOf(AddressForbidden.class);
    }

    @Test
    void ofGoodAndForbiddenAddressesOnlyTheGoodOnesAreConnectedTo() throws Exception {
        ApachePolicyFetcher fetcher = open(builder()
                .addressGuard(AddressGuard.publicOnly().allowing("127.0.0.1"))
                .addresses(host -> Fetching.addresses("127.0.0.2", "169.254.169.254", "127.0.0.1")));
        assertThat(get(fetcher)).isInstanceOf(Response.class);
    }

    @Test
    void theNameIsLookedUpOnceAndAbsolutelyWhateverASecondLookUpWouldSay() throws Exception {
        AtomicInteger lookups = new AtomicInteger();
        List<DomainName> asked = new ArrayList<>();
        ApachePolicyFetcher fetcher = open(builder().addresses(host -> {
            asked.add(host);
            return Fetching.addresses(lookups.getAndIncrement() == 0 ? "127.0.0.1" : "127.0.0.9");
        }));
        assertThat(get(fetcher)).isInstanceOf(Response.class);
        assertThat(asked).containsExactly(DomainName.of("mta-sts.example.com"));
    }

    @Test
    void anAddressThatRefusesIsFollowedByTheNext() throws Exception {
        ApachePolicyFetcher fetcher =
                open(builder().addresses(host -> Fetching.addresses("127.0.0.7", "127.0.0.8", "127.0.0.1")));
        assertThat(get(fetcher)).isInstanceOf(Response.class);
    }

    @Test
    void anAddressWithoutTLSIsFollowedByTheNext() throws Exception {
        HttpsFault.CONNECTION_RESET.inflict(server, DOMAIN, ca);
        ApachePolicyFetcher fetcher = open(builder().addresses(host -> Fetching.addresses("127.0.0.1", "127.0.0.7")));
        assertThat(((Unreachable) get(fetcher)).reason()).isEqualTo("connection-refused");
        assertThat(server.visits()).hasSize(1);
    }

    @Test
    void aRequestThatWasSentIsNotRepeatedAtTheNextAddress() throws Exception {
        server.respond(DOMAIN, Reply.raw(""));
        ApachePolicyFetcher fetcher = open(builder().addresses(host -> Fetching.addresses("127.0.0.1", "127.0.0.1")));
        assertThat(((Unreachable) get(fetcher)).reason()).isEqualTo("connection-lost");
        assertThat(server.requests(DOMAIN)).hasSize(1);
    }

    @Test
    void noMoreThanFourAddressesAreTried() throws Exception {
        ApachePolicyFetcher fetcher = open(builder()
                .addresses(
                        host -> Fetching.addresses("127.0.0.5", "127.0.0.6", "127.0.0.7", "127.0.0.8", "127.0.0.1")));
        assertThat(((Unreachable) get(fetcher)).reason()).isEqualTo("connection-refused");
        assertThat(server.visits()).isEmpty();
    }

    @Test
    void theDeadlineHoldsWhileAHundredAddressesSwallowEverySYN() throws Exception {
        try (Blackhole blackhole = new Blackhole()) {
            String[] addresses = new String[100];
            java.util.Arrays.fill(addresses, "127.0.0.1");
            ApachePolicyFetcher fetcher =
                    open(Fetching.builder(blackhole.port(), ca).addresses(host -> Fetching.addresses(addresses)));
            long begin = System.nanoTime();
            assertThat(fetcher.fetch(Fetching.request(DOMAIN, DEADLINE))).isEqualTo(new TimedOut(DEADLINE));
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(DEADLINE.plusSeconds(10));
        }
    }

    @Test
    void aConnectionThatDoesNotComeAboutIsGivenUpAfterTheConnectTimeout() throws Exception {
        try (Blackhole blackhole = new Blackhole()) {
            ApachePolicyFetcher fetcher =
                    open(Fetching.builder(blackhole.port(), ca).connectTimeout(Duration.ofMillis(100)));
            assertThat(((Unreachable) get(fetcher)).reason()).isEqualTo("connect-timeout");
        }
    }

    @Test
    void noAddressAndNoAnswerAreDifferentThings() throws Exception {
        assertThat(get(open(builder().addresses(host -> new AddressLookup.None("NXDOMAIN")))))
                .isEqualTo(new Unreachable("dns-no-address", "NXDOMAIN"));
        assertThat(get(open(builder().addresses(host -> new AddressLookup.Unavailable("dns-servfail", "SERVFAIL")))))
                .isEqualTo(new Unreachable("dns-servfail", "SERVFAIL"));
    }

    @Test
    void theDefaultLookUpAsksTheSystem() throws Exception {
        ApachePolicyFetcher fetcher = open(ApachePolicyFetcher.builder());
        assertThat(((Unreachable) get(fetcher, "does-not-exist.invalid")).reason())
                .isEqualTo("dns-failure");
    }

    @Test
    void aLookUpThatHangsEndsWithTheDeadlineAndIsInterrupted() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        ApachePolicyFetcher fetcher = open(builder().addresses(host -> {
            try {
                new CountDownLatch(1).await();
                throw new AssertionError();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
        }));
        assertThat(fetcher.fetch(Fetching.request(DOMAIN, DEADLINE))).isEqualTo(new TimedOut(DEADLINE));
        assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aLookUpThatThrowsIsOurOwnDefectAndNotAResult() {
        ApachePolicyFetcher fetcher = open(builder().addresses(host -> {
            throw new UnsupportedOperationException("defect");
        }));
        assertThatIllegalStateException()
                .isThrownBy(() -> get(fetcher))
                .withCauseInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void proxiesOfTheSystemAreIgnored() throws Exception {
        ProxySelector before = ProxySelector.getDefault();
        try (ServerSocket proxy = new ServerSocket(0, 10, Fetching.address("127.0.0.1"))) {
            proxy.setSoTimeout(1);
            ProxySelector.setDefault(new Everything(proxy.getLocalPort()));
            for (String property : List.of("https.proxy", "http.proxy", "socksProxy")) {
                System.setProperty(property + "Host", "127.0.0.1");
                System.setProperty(property + "Port", String.valueOf(proxy.getLocalPort()));
            }
            assertThat(get(open(builder()))).isInstanceOf(Response.class);
            org.assertj.core.api.Assertions.assertThatThrownBy(proxy::accept)
                    .isInstanceOf(java.net.SocketTimeoutException.class);
        } finally {
            ProxySelector.setDefault(before);
            for (String property : List.of("https.proxy", "http.proxy", "socksProxy")) {
                System.clearProperty(property + "Host");
                System.clearProperty(property + "Port");
            }
        }
    }

    @Test
    void twoFetchesAreAtOneAddressAtOnceAndAThirdWaitsNoLongerThanItsDeadline() throws Exception {
        server.respond(DOMAIN, Reply.silence());
        ApachePolicyFetcher fetcher = open(builder());
        List<FutureTask<Result>> two = List.of(inBackground(fetcher), inBackground(fetcher));
        assertThat(server.awaitRequests(DOMAIN, 2, Fetching.AMPLE)).isTrue();
        assertThat(fetcher.fetch(Fetching.request(DOMAIN, DEADLINE))).isEqualTo(new TimedOut(DEADLINE));
        assertThat(server.visits()).hasSize(2);
        assertThat(two).noneMatch(FutureTask::isDone);
        fetcher.close();
        assertThat(fetcher.busyAddresses()).isZero();
    }

    @Test
    void aFetchThatWaitedItsTurnGetsIt() throws Exception {
        ApachePolicyFetcher fetcher = open(builder());
        List<FutureTask<Result>> many = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            many.add(inBackground(fetcher));
        }
        for (FutureTask<Result> one : many) {
            assertThat(one.get(30, TimeUnit.SECONDS)).isInstanceOf(Response.class);
        }
        assertThat(fetcher.busyAddresses()).isZero();
    }

    @Test
    void closingEndsWhatIsGoingOnAndEveryThread() throws Exception {
        server.respond(DOMAIN, Reply.silence());
        ApachePolicyFetcher fetcher = open(builder());
        FutureTask<Result> task = inBackground(fetcher);
        assertThat(server.awaitRequests(DOMAIN, 1, Fetching.AMPLE)).isTrue();
        fetcher.close();
        assertThat(task.get(30, TimeUnit.SECONDS)).isInstanceOf(Unreachable.class);
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.isAlive() && thread.getName().equals("mtasts4j-policy-fetch"));
        assertThatIllegalStateException().isThrownBy(() -> get(fetcher));
    }

    @Test
    void aNameThatCannotBeSentAsSNIIsOurOwnDefect() {
        ApachePolicyFetcher fetcher = open(builder());
        assertThatIllegalArgumentException().isThrownBy(() -> get(fetcher, "under_score.example"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "x\r\nCookie: a=b", "caf\u00e9"})
    void aUserAgentThatIsNoHeaderValueIsRefused(String agent) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApachePolicyFetcher.builder().userAgent(agent));
    }

    @Test
    void theUserAgentSaysWhoIsAsking() throws Exception {
        get(open(builder().userAgent("relay/2 (+https://relay.example)")));
        assertThat(server.requests(DOMAIN).get(0).header("User-Agent")).contains("relay/2 (+https://relay.example)");
    }

    private FutureTask<Result> inBackground(ApachePolicyFetcher fetcher) {
        FutureTask<Result> task = new FutureTask<>(() -> get(fetcher));
        Thread thread = new Thread(task, "background");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private ApachePolicyFetcher.Builder builder() {
        return Fetching.builder(server.port(), ca);
    }

    private ApachePolicyFetcher open(ApachePolicyFetcher.Builder builder) {
        ApachePolicyFetcher fetcher = builder.build();
        opened.add(fetcher);
        return fetcher;
    }

    private static Result get(ApachePolicyFetcher fetcher) throws InterruptedException {
        return get(fetcher, DOMAIN);
    }

    private static Result get(ApachePolicyFetcher fetcher, String domain) throws InterruptedException {
        return fetcher.fetch(Fetching.request(domain));
    }

    /** Sends every connection to one proxy. */
    private static final class Everything extends ProxySelector {

        private final int port;

        Everything(int port) {
            this.port = port;
        }

        @Override
        public List<Proxy> select(URI uri) {
            Proxy.Type type = uri.getScheme().startsWith("http") ? Proxy.Type.HTTP : Proxy.Type.SOCKS;
            return List.of(new Proxy(type, new InetSocketAddress(Fetching.address("127.0.0.1"), port)));
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException e) {}
    }
}
