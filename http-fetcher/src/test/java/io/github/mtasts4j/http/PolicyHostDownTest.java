// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.discovery.PolicyFetcher.Response;
import io.github.mtasts4j.discovery.PolicyFetcher.Result;
import io.github.mtasts4j.discovery.PolicyFetcher.TimedOut;
import io.github.mtasts4j.discovery.PolicyFetcher.Unreachable;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.testkit.https.HttpsFault;
import io.github.mtasts4j.testkit.https.PolicyHost;
import io.github.mtasts4j.testkit.https.Reply;
import io.github.mtasts4j.testkit.tls.TestCa;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An address that nobody can connect to is skipped, and nothing else has an address skipped. */
final class PolicyHostDownTest {

    private static final String HONEST = "honest.example";
    private static final String ALIVE = "127.0.0.1";
    private static final String DEAD = "127.0.0.7";
    private static final int ENOUGH = 5;

    private final TestCa ca = TestCa.root("Outage CA");
    private final PolicyHost server =
            PolicyHost.start().serve(HONEST, ca.issue("mta-sts." + HONEST), "version: STSv1\n");
    private final AtomicLong nanos = new AtomicLong();
    private final News news = new News();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
        server.close();
    }

    private ApachePolicyFetcher fetcher(String... addresses) {
        return open(builder(server.port()).addresses(host -> Fetching.addresses(addresses)));
    }

    private ApachePolicyFetcher.Builder builder(int port) {
        return Fetching.builder(port, ca).listener(news).nanoTime(nanos::get);
    }

    private ApachePolicyFetcher open(ApachePolicyFetcher.Builder builder) {
        ApachePolicyFetcher fetcher = builder.build();
        opened.add(fetcher);
        return fetcher;
    }

    private void advance(long seconds) {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    private static String reason(Result result) {
        return result instanceof Unreachable unreachable ? unreachable.reason() : result.toString();
    }

    private static String fetch(ApachePolicyFetcher fetcher, int domain) throws InterruptedException {
        return reason(fetcher.fetch(Fetching.request("d" + domain + ".example")));
    }

    /** One after the other, each for another domain. */
    private static List<String> fetchMany(ApachePolicyFetcher fetcher, int count) throws InterruptedException {
        List<String> reasons = new ArrayList<>();
        for (int domain = 0; domain < count; domain++) {
            reasons.add(fetch(fetcher, domain));
        }
        return reasons;
    }

    /** Somebody who takes connections, and says nothing but goodbye. */
    private void revive(String address) throws IOException {
        ServerSocket listener = new ServerSocket(server.port(), 50, Fetching.address(address));
        opened.add(listener);
        Thread thread = new Thread(
                () -> {
                    try {
                        while (true) {
                            listener.accept().close();
                        }
                    } catch (IOException e) {
                        // The test is over.
                    }
                },
                "revived");
        thread.setDaemon(true);
        thread.start();
    }

    @Test
    void anAddressThatHasRefusedFiveTimesIsSkippedAtOnce() throws Exception {
        ApachePolicyFetcher fetcher = fetcher(DEAD);
        assertThat(fetchMany(fetcher, ENOUGH)).containsOnly("connection-refused");
        Result skipped = fetcher.fetch(Fetching.request(HONEST));
        assertThat(skipped)
                .isEqualTo(new Unreachable(
                        "policy-host-down",
                        "no connection to 127.0.0.7 since " + MovableClock.START
                                + ", 5 have failed, the next trial is in 60 s"));
        assertThat(fetcher.busyAddresses()).isZero();
    }

    @Test
    void noPacketIsSentToAnAddressThatIsSkippedUntilTheTrialWhichEndsTheOutage() throws Exception {
        ApachePolicyFetcher fetcher = fetcher(DEAD);
        fetchMany(fetcher, ENOUGH);
        revive(DEAD);
        advance(59);
        assertThat(fetchMany(fetcher, 3)).containsOnly("policy-host-down");
        advance(1);
        assertThat(fetchMany(fetcher, 3)).doesNotContain("policy-host-down", "connection-refused");
    }

    @Test
    void theListenerIsToldOnceWhenItBeginsAndOnceWhenItEnds() throws Exception {
        ApachePolicyFetcher fetcher = fetcher(DEAD);
        fetchMany(fetcher, ENOUGH + 3);
        advance(60);
        assertThat(fetch(fetcher, 0)).isEqualTo("connection-refused");
        assertThat(fetch(fetcher, 1)).isEqualTo("policy-host-down");
        PolicyHostOutage outage = new PolicyHostOutage(Fetching.address(DEAD), MovableClock.START, ENOUGH);
        assertThat(news.down).containsExactly(outage);
        assertThat(news.up).isEmpty();
        revive(DEAD);
        advance(120);
        fetchMany(fetcher, 3);
        assertThat(news.down).containsExactly(outage);
        assertThat(news.up)
                .containsExactly(new PolicyHostOutage(Fetching.address(DEAD), MovableClock.START, ENOUGH + 1));
    }

    @Test
    void aListenerThatThrowsChangesNothing() throws Exception {
        ApachePolicyFetcher fetcher = open(builder(server.port())
                .addresses(host -> Fetching.addresses(DEAD))
                .listener(new PolicyHostListener() {
                    @Override
                    public void hostDown(PolicyHostOutage outage) {
                        throw new IllegalStateException("guest");
                    }
                }));
        assertThat(fetchMany(fetcher, ENOUGH)).containsOnly("connection-refused");
        assertThat(fetch(fetcher, 0)).isEqualTo("policy-host-down");
    }

    @Test
    void aHostWithAnotherAddressIsFetchedFromThere() throws Exception {
        ApachePolicyFetcher fetcher = fetcher(DEAD, ALIVE);
        for (int i = 0; i < ENOUGH; i++) {
            fetch(fetcher, i);
        }
        assertThat(news.down).hasSize(1);
        assertThat(fetcher.fetch(Fetching.request(HONEST))).isInstanceOf(Response.class);
    }

    @Test
    void addressesThatAreSkippedAreNotAmongTheFourThatAreTried() throws Exception {
        String[] dead = {"127.0.0.5", "127.0.0.6", "127.0.0.7", "127.0.0.8"};
        ApachePolicyFetcher fetcher = fetcher(dead[0], dead[1], dead[2], dead[3], ALIVE);
        assertThat(fetchMany(fetcher, ENOUGH)).containsOnly("connection-refused");
        assertThat(fetcher.fetch(Fetching.request(HONEST))).isInstanceOf(Response.class);
    }

    @Test
    void whatWasTriedSaysMoreThanWhatWasSkipped() throws Exception {
        fetchMany(fetcher(DEAD), ENOUGH);
        ApachePolicyFetcher fetcher = fetcher(ALIVE, DEAD);
        fetchMany(fetcher, ENOUGH); // The server knows none of these, and refuses the handshake.
        assertThat(fetch(fetcher, 9)).isEqualTo("tls-handshake");
    }

    @Test
    void oneHostAloneHasNoAddressSkipped() throws Exception {
        ApachePolicyFetcher fetcher = fetcher(DEAD);
        for (int i = 0; i < 3 * ENOUGH; i++) {
            assertThat(fetch(fetcher, 0)).isEqualTo("connection-refused");
        }
        assertThat(news.down).isEmpty();
    }

    @Test
    void thoseWhoWaitForAnAddressThatSwallowsEverySYNAreLetGoWithTheFifth() throws Exception {
        try (Blackhole blackhole = new Blackhole()) {
            ApachePolicyFetcher fetcher = open(builder(blackhole.port()).connectTimeout(Duration.ofMillis(200)));
            List<FutureTask<String>> many = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                many.add(inBackground(fetcher, i));
            }
            List<String> reasons = new ArrayList<>();
            for (FutureTask<String> one : many) {
                reasons.add(one.get(30, TimeUnit.SECONDS));
            }
            assertThat(reasons).containsOnly("connect-timeout", "policy-host-down");
            // The sixth was connecting when the fifth had failed.
            assertThat(Collections.frequency(reasons, "connect-timeout")).isBetween(ENOUGH, ENOUGH + 1);
        }
    }

    private static FutureTask<String> inBackground(ApachePolicyFetcher fetcher, int domain) {
        FutureTask<String> task = new FutureTask<>(() -> fetch(fetcher, domain));
        Thread thread = new Thread(task, "background");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    /** SNI is a stranger's choice: his thousand domains must not be able to close the door for everybody else. */
    @ParameterizedTest
    @EnumSource(
            value = HttpsFault.class,
            names = {
                "CONNECTION_RESET",
                "HANDSHAKE_ALERT",
                "TLS_1_1_ONLY",
                "NOT_TLS",
                "HTTP_2_ONLY",
                "RECORD_FLOOD",
                "SELF_SIGNED",
                "WRONG_NAME",
                "NOT_FOUND",
                "SERVER_ERROR",
                "ENDLESS_CHUNKED",
                "HEADER_BOMB",
                "TRUNCATED",
                "HTTP_0_9"
            })
    void junkDomainsThatFailAtAnAddressDoNotHaveItSkipped(HttpsFault fault) throws Exception {
        ApachePolicyFetcher fetcher = fetcher(ALIVE);
        for (int i = 0; i < 2 * ENOUGH; i++) {
            fault.inflict(server, "d" + i + ".example", ca);
            fetch(fetcher, i);
        }
        assertThat(server.visits()).hasSize(2 * ENOUGH);
        assertThat(fetcher.fetch(Fetching.request(HONEST))).isInstanceOf(Response.class);
        assertThat(news.down).isEmpty();
    }

    @Test
    void junkDomainsThatSayNothingDoNotHaveItSkippedEither() throws Exception {
        ApachePolicyFetcher fetcher = fetcher(ALIVE);
        Duration deadline = Duration.ofMillis(100);
        for (int i = 0; i < 2 * ENOUGH; i++) {
            String domain = "d" + i + ".example";
            server.serve(domain, ca.issue("mta-sts." + domain), Reply.withoutTls(Reply.Sabotage.STALL));
            assertThat(fetcher.fetch(Fetching.request(domain, deadline))).isEqualTo(new TimedOut(deadline));
        }
        assertThat(fetcher.fetch(Fetching.request(HONEST))).isInstanceOf(Response.class);
        assertThat(news.down).isEmpty();
    }

    @Test
    void ourOwnDeadlineIsNoFailureOfAnAddress() throws Exception {
        Duration deadline = Duration.ofMillis(50);
        try (Blackhole blackhole = new Blackhole()) {
            ApachePolicyFetcher fetcher = open(builder(blackhole.port()));
            for (int i = 0; i < 2 * ENOUGH; i++) {
                assertThat(fetcher.fetch(Fetching.request("d" + i + ".example", deadline)))
                        .isEqualTo(new TimedOut(deadline));
            }
            fetcher.close();
        }
        assertThat(news.down).isEmpty();
    }

    private static final class News implements PolicyHostListener {

        private final List<PolicyHostOutage> down = Collections.synchronizedList(new ArrayList<>());
        private final List<PolicyHostOutage> up = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void hostDown(PolicyHostOutage outage) {
            down.add(outage);
        }

        @Override
        public void hostUp(PolicyHostOutage outage) {
            up.add(outage);
        }
    }
}
