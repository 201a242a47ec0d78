// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.ResolverSettings;
import io.github.mtasts4j.dns.DnsJavaResolver;
import io.github.mtasts4j.http.AddressGuard;
import io.github.mtasts4j.http.ApachePolicyFetcher;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.testkit.StsWorld;
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

/** A newsletter goes out: ten thousand messages for one domain that nobody has heard of yet. */
final class StampedeTest {

    private static final int CALLS = 10_000;
    private static final int THREADS = 2_000;
    private static final PolicyDomain BANK = PolicyDomain.ofRecipient("alice@bank.example");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long SMALL_STACK = 128 * 1024;

    private final StsWorld world = StsWorld.start();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final DnsJavaResolver dns = DnsJavaResolver.servers(world.dns().address())
            .tryTimeout(Duration.ofSeconds(10))
            .build();
    private final ApachePolicyFetcher fetcher = ApachePolicyFetcher.builder()
            .addresses(dns.addressLookup())
            .addressGuard(AddressGuard.publicOnly().allowing("127.0.0.0/8"))
            .trust(world.verifier())
            .port(world.policyHost().port())
            .build();
    private final MtaSts sts = MtaSts.builder(dns.txtLookup(), behindTheGate(fetcher))
            .withoutRefresh()
            .clock(world.clock())
            .settings(ResolverSettings.defaults().withForegroundWait(PATIENCE))
            .build();

    @AfterEach
    void close() {
        sts.close();
        fetcher.close();
        world.close();
    }

    private PolicyFetcher behindTheGate(PolicyFetcher open) {
        return request -> {
            assertThat(gate.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
            return open.fetch(request);
        };
    }

    @Test
    void tenThousandCallsForAColdDomainMakeOneQueryAndOneGet() {
        world.domain("bank.example").enforces("mx.bank.example");
        List<CompletableFuture<PolicyResolution>> calls = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            calls.add(sts.resolveAsync(BANK, Runnable::run));
        }
        assertThat(calls).noneMatch(CompletableFuture::isDone);

        gate.countDown();

        assertThat(calls)
                .allSatisfy(call -> assertThat(call.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                                .join()
                                .mode())
                        .isEqualTo(Mode.ENFORCE));
        assertOneQueryAndOneGet();
    }

    @Test
    void twoThousandThreadsThatAskFiveTimesEachMakeOneQueryAndOneGet() throws Exception {
        world.domain("bank.example").enforces("mx.bank.example");
        CountDownLatch ready = new CountDownLatch(THREADS);
        CountDownLatch go = new CountDownLatch(1);
        Queue<Mode> answers = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Runnable work = () -> {
                try {
                    ready.countDown();
                    go.await();
                    for (int n = 0; n < CALLS / THREADS; n++) {
                        answers.add(sts.resolve(BANK).mode());
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            };
            threads.add(new Thread(null, work, "caller-" + i, SMALL_STACK));
        }
        threads.forEach(Thread::start);
        assertThat(ready.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        go.countDown();
        gate.countDown();
        for (Thread thread : threads) {
            thread.join(PATIENCE.toMillis());
        }

        assertThat(answers).hasSize(CALLS).containsOnly(Mode.ENFORCE);
        assertOneQueryAndOneGet();
    }

    @Test
    void aStampedeForADomainWhoseFetchFailsMakesOneQueryAndOneGetToo() {
        world.domain("bank.example").policyHostDown("1");
        List<CompletableFuture<PolicyResolution>> calls = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            calls.add(sts.resolveAsync(BANK, Runnable::run));
        }

        gate.countDown();

        assertThat(calls)
                .allSatisfy(call -> assertThat(call.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                                .join())
                        .isInstanceOf(PolicyResolution.Unusable.class));
        assertOneQueryAndOneConnection();
    }

    private void assertOneQueryAndOneGet() {
        assertOneQueryAndOneConnection();
        assertThat(world.policyHost().requests("bank.example")).hasSize(1);
    }

    private void assertOneQueryAndOneConnection() {
        assertThat(world.dns().queries("_mta-sts.bank.example")).isEqualTo(1);
        assertThat(world.policyHost().visits("bank.example")).hasSize(1);
    }
}
