// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.discovery.AddressLookup;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.ResolverSettings;
import io.github.mtasts4j.discovery.StsFailure;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.http.AddressGuard;
import io.github.mtasts4j.http.ApachePolicyFetcher;
import io.github.mtasts4j.http.PolicyHostListener;
import io.github.mtasts4j.http.PolicyHostOutage;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.testkit.StsWorld;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A provider with ten thousand domains is out of order, and mail for all of them comes before mail for anybody else. */
final class DeadProviderTest {

    private static final int CUSTOMERS = 10_000;
    private static final int OTHERS = 20;
    private static final String PROVIDER = "127.0.0.3";
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    private final StsWorld world = StsWorld.start();
    private final Queue<PolicyHostOutage> outages = new ConcurrentLinkedQueue<>();
    private final ServerSocket provider = listen();
    private final List<Socket> queue = new ArrayList<>();
    private final ApachePolicyFetcher fetcher = ApachePolicyFetcher.builder()
            .addresses(DeadProviderTest::address)
            .addressGuard(AddressGuard.publicOnly().allowing("127.0.0.0/8"))
            .trust(world.verifier())
            .port(world.policyHost().port())
            .connectTimeout(Duration.ofMillis(500))
            .listener(new PolicyHostListener() {
                @Override
                public void hostDown(PolicyHostOutage outage) {
                    outages.add(outage);
                }
            })
            .build();
    private final MtaSts sts = MtaSts.builder(DeadProviderTest::record, fetcher)
            .withoutRefresh()
            .clock(world.clock())
            .settings(ResolverSettings.defaults().withForegroundWait(PATIENCE))
            .build();

    @AfterEach
    void close() throws IOException {
        sts.close();
        fetcher.close();
        for (Socket socket : queue) {
            socket.close();
        }
        provider.close();
        world.close();
    }

    /** Nobody accepts what comes here, but the system takes it until the queue is full. */
    private ServerSocket listen() {
        try {
            return new ServerSocket(world.policyHost().port(), 200, InetAddress.getByName(PROVIDER));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From now on no SYN is answered. */
    private void fillTheQueue() throws IOException {
        boolean full = false;
        while (!full) {
            Socket socket = new Socket();
            queue.add(socket);
            try {
                socket.connect(new InetSocketAddress(PROVIDER, provider.getLocalPort()), 100);
            } catch (IOException e) {
                full = true;
            }
        }
    }

    private static TxtLookup.Answer record(DomainName name) {
        byte[] record = "v=STSv1; id=1;".getBytes(StandardCharsets.US_ASCII);
        return new TxtLookup.Records(List.of(record), Duration.ofDays(1));
    }

    private static AddressLookup.Answer address(DomainName host) {
        try {
            String address = host.toString().contains("customer") ? PROVIDER : "127.0.0.1";
            return new AddressLookup.Addresses(List.of(InetAddress.getByName(address)));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private List<CompletableFuture<PolicyResolution>> resolveAll(String kind, int count) {
        List<CompletableFuture<PolicyResolution>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(sts.resolveAsync(PolicyDomain.of(DomainName.of(kind + i + ".example")), Runnable::run));
        }
        return all;
    }

    private static PolicyResolution get(CompletableFuture<PolicyResolution> call) {
        return call.orTimeout(PATIENCE.toSeconds() * 2, TimeUnit.SECONDS).join();
    }

    private void assertThatTheOthersAreServed() {
        for (int i = 0; i < OTHERS; i++) {
            world.domain("other" + i + ".example").enforces("mx.other" + i + ".example");
        }
        assertThat(resolveAll("other", OTHERS))
                .allSatisfy(call -> assertThat(get(call).mode()).isEqualTo(Mode.ENFORCE));
    }

    private static List<String> reasons(List<CompletableFuture<PolicyResolution>> calls) {
        return calls.stream()
                .map(call -> get(call).failure().map(StsFailure::reason).orElse("none"))
                .toList();
    }

    @Test
    void aProviderThatSwallowsEverySYNCostsTheOthersNothingAndIsAskedNoMoreThanAFewTimes() throws Exception {
        fillTheQueue();
        List<CompletableFuture<PolicyResolution>> customers = resolveAll("customer", CUSTOMERS);

        assertThatTheOthersAreServed();

        List<String> reasons = reasons(customers);
        assertThat(reasons).containsOnly("connect-timeout", "policy-host-down");
        assertThat(reasons.stream().filter("connect-timeout"::equals)).hasSizeBetween(5, 10);
        assertThat(outages)
                .hasSize(1)
                .first()
                .extracting(PolicyHostOutage::address)
                .isEqualTo(provider.getInetAddress());
    }

    @Test
    void aProviderThatTakesConnectionsAndSaysNothingKeepsAQuarterOfTheFlightsAfterTenSeconds() throws Exception {
        CountDownLatch turnedAway = new CountDownLatch(CUSTOMERS - 16);
        List<CompletableFuture<PolicyResolution>> customers = resolveAll("customer", CUSTOMERS).stream()
                .map(call -> call.whenComplete((answer, trouble) -> turnedAway.countDown()))
                .toList();

        assertThatTheOthersAreServed();

        assertThat(turnedAway.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(reasons(customers.stream().filter(CompletableFuture::isDone).toList()))
                .containsOnly("tls-timeout", "policy-host-hung");
        assertThat(outages).isEmpty();
    }
}
