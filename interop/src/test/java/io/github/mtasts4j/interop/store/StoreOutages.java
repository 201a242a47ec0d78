// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.discovery.Backstage;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.HealthEvent;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.PolicyResolver;
import io.github.mtasts4j.discovery.PolicyRows;
import io.github.mtasts4j.discovery.PolicyStore;
import io.github.mtasts4j.discovery.ResolverListener;
import io.github.mtasts4j.discovery.ResolverSettings;
import io.github.mtasts4j.discovery.SharedPolicyStore;
import io.github.mtasts4j.discovery.TimeSource;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.testkit.contract.PolicyStoreContract;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two senders with one store on a real server that crashes, hangs, is emptied and comes back. */
abstract class StoreOutages {

    private static final DomainName BANK = DomainName.of("bank.example");
    private static final PolicyDomain ASKED = PolicyDomain.of(BANK);
    private static final long PATIENCE = 120;

    private final MovableClock clock = new MovableClock();
    private final BlockingQueue<HealthEvent.Kind> health = new LinkedBlockingQueue<>();
    private final BlockingQueue<DomainName> seen = new LinkedBlockingQueue<>();
    private final List<PolicyResolver> nodes = new ArrayList<>();
    private volatile boolean networkWorks = true;
    private volatile String id = "1";

    /** Rows as any machine reaches them. */
    abstract PolicyRows rows();

    abstract StoreServer server();

    @AfterEach
    void close() {
        nodes.forEach(PolicyResolver::close);
    }

    // ---- a sender ----

    private TxtLookup.Answer txt(DomainName name) {
        return networkWorks
                ? new TxtLookup.Records(
                        List.of(("v=STSv1; id=" + id + ";").getBytes(StandardCharsets.US_ASCII)), Duration.ofMinutes(5))
                : new TxtLookup.Unavailable("dns-servfail", "SERVFAIL");
    }

    private PolicyFetcher.Result fetch(PolicyFetcher.Request request) {
        String body = "version: STSv1\nmode: enforce\nmx: mx.example\nmax_age: 604800\n";
        return new PolicyFetcher.Response(200, List.of("text/plain"), List.of(), body.getBytes(StandardCharsets.UTF_8));
    }

    private PolicyResolver node(TimeSource storesTime) {
        PolicyStore store =
                new Seen(SharedPolicyStore.builder(rows()).time(storesTime).build());
        PolicyResolver node = new PolicyResolver(
                this::txt,
                this::fetch,
                Optional.of(store),
                new ResolverListener() {
                    @Override
                    public void healthEvent(HealthEvent event) {
                        health.add(event.kind());
                    }
                },
                clock.time(),
                Runnable::run,
                ResolverSettings.defaults());
        nodes.add(node);
        return node;
    }

    /** Says what a sender has learnt from others. */
    private final class Seen implements PolicyStore {

        private final PolicyStore store;

        Seen(PolicyStore store) {
            this.store = store;
        }

        @Override
        public Optional<CachedPolicy> find(DomainName domain) {
            return store.find(domain);
        }

        @Override
        public boolean save(CachedPolicy policy) {
            return store.save(policy);
        }

        @Override
        public void remove(DomainName domain) {
            store.remove(domain);
        }

        @Override
        public void scan(java.util.function.Consumer<? super CachedPolicy> each) {
            store.scan(each);
        }

        @Override
        public Watch watch(Observer observer) {
            CountDownLatch watching = new CountDownLatch(1);
            Watch watch = store.watch(new Observer() {
                @Override
                public void saved(CachedPolicy policy) {
                    observer.saved(policy);
                    seen.add(policy.domain());
                }

                @Override
                public void removed(DomainName domain) {
                    observer.removed(domain);
                }

                @Override
                public void refused(DomainName domain, String detail) {
                    observer.refused(domain, detail);
                }

                @Override
                public void lost() {
                    observer.lost();
                }

                @Override
                public void late() {
                    observer.late();
                }

                @Override
                public void works(Optional<RuntimeException> trouble) {
                    observer.works(trouble);
                    watching.countDown();
                }
            });
            try {
                assertThat(watching.await(PATIENCE, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return watch;
        }
    }

    private void awaitNews() throws InterruptedException {
        assertThat(seen.poll(PATIENCE, TimeUnit.SECONDS)).isEqualTo(BANK);
    }

    private void awaitHealth(HealthEvent.Kind kind) throws InterruptedException {
        HealthEvent.Kind next = health.poll(PATIENCE, TimeUnit.SECONDS);
        while (next != null && next != kind) {
            next = health.poll(PATIENCE, TimeUnit.SECONDS);
        }
        assertThat(next).isEqualTo(kind);
    }

    // ---- what happens ----

    @Test
    void whileTheServerIsDownDecisionsGoOnAndNoneIsWeaker() throws InterruptedException {
        PolicyResolver warm = node(clock.time());
        PolicyResolver cold = node(clock.time());
        assertThat(warm.resolve(ASKED).mode()).isEqualTo(Mode.ENFORCE);
        awaitNews();
        awaitNews(); // Both have seen it; nobody has asked the second.
        server().crash();
        networkWorks = false;

        assertThat(warm.resolve(ASKED)).isInstanceOf(PolicyResolution.Found.class);
        assertThat(cold.resolve(ASKED)).isInstanceOf(PolicyResolution.Withheld.class);
        awaitHealth(HealthEvent.Kind.STORE_FAILING);

        server().begin();
        clock.advance(Duration.ofMinutes(2));
        assertThat(cold.resolve(ASKED)).isInstanceOf(PolicyResolution.Found.class);
    }

    @Test
    void aServerThatHangsHoldsUpOneMessageAndNotEach() throws InterruptedException {
        PolicyResolver node = node(TimeSource.system());
        long begun = System.nanoTime();
        server().hang();
        try {
            for (int i = 0; i < 40; i++) {
                assertThat(node.resolve(PolicyDomain.ofDomain("d" + i + ".example"))
                                .mode())
                        .isEqualTo(Mode.ENFORCE);
            }
        } finally {
            server().goOn();
        }
        Duration taken = Duration.ofNanos(System.nanoTime() - begun);

        assertThat(taken).isLessThan(Duration.ofSeconds(60)); // Each would be 40 times 4 s.
    }

    @Test
    void whatAnOperatorHasEmptiedIsFullAgainWithinSeconds() throws InterruptedException {
        PolicyResolver node = node(clock.time());
        assertThat(node.resolve(ASKED).mode()).isEqualTo(Mode.ENFORCE);
        awaitNews();

        server().empty();

        awaitHealth(HealthEvent.Kind.STORE_LOST_ROWS);
        awaitNews();
        assertThat(SharedPolicyStore.over(rows()).find(BANK)).isPresent();
    }

    @Test
    void aServerWithoutRoomIsReadAndGetsTheRestWhenThereIsRoom() throws InterruptedException {
        PolicyResolver warm = node(clock.time());
        assertThat(warm.resolve(ASKED).mode()).isEqualTo(Mode.ENFORCE);
        awaitNews();
        server().fill();
        try {
            PolicyDomain another = PolicyDomain.ofDomain("another.example");
            assertThat(warm.resolve(another).mode()).isEqualTo(Mode.ENFORCE);
            awaitHealth(HealthEvent.Kind.STORE_FAILING);
            networkWorks = false;
            assertThat(node(clock.time()).resolve(ASKED).mode()).isEqualTo(Mode.ENFORCE);
            assertThat(warm.resolve(another).mode()).isEqualTo(Mode.ENFORCE);
        } finally {
            server().makeRoom();
        }
        Backstage.tick(warm.newRefresher());

        assertThat(SharedPolicyStore.over(rows()).find(DomainName.of("another.example")))
                .isPresent();
    }

    @Test
    void whatAReplicaHadNotHeardOfWhenItTookOverIsSavedAgain() throws InterruptedException {
        PolicyResolver warm = node(clock.time());
        PolicyResolver other = node(clock.time());
        assertThat(warm.resolve(ASKED).mode()).isEqualTo(Mode.ENFORCE);
        awaitNews();
        awaitNews();
        assertThat(other.resolve(ASKED).mode()).isEqualTo(Mode.ENFORCE);
        StoreServer.Replica replica = server().replica();
        id = "2";
        clock.advance(Duration.ofMinutes(10));
        assertThat(found(warm.recheck(ASKED)).id()).isEqualTo("2");
        awaitNews();
        awaitNews();

        server().crash();
        replica.takeOver();
        networkWorks = false;

        awaitHealth(HealthEvent.Kind.STORE_LOST_ROWS);
        assertThat(found(warm.resolve(ASKED)).id()).isEqualTo("2");
        assertThat(found(other.resolve(ASKED)).id()).isEqualTo("2");
        awaitStored("2");
    }

    private static CachedPolicy found(PolicyResolution answer) {
        return answer.applicable().orElseThrow();
    }

    private void awaitStored(String wanted) throws InterruptedException {
        PolicyStore store = SharedPolicyStore.over(rows());
        while (store.find(BANK).filter(there -> there.id().equals(wanted)).isEmpty()) {
            awaitNews();
        }
    }

    @Test
    void noAcknowledgedPolicyIsLostWhenTheServerIsKilled() throws InterruptedException {
        SharedPolicyStore store = SharedPolicyStore.over(rows());
        Instant start = MovableClock.START;
        List<CachedPolicy> acknowledged = new ArrayList<>();
        CountDownLatch some = new CountDownLatch(50);
        Thread writer = new Thread(() -> {
            try {
                for (int i = 0; i < 1_000_000; i++) {
                    CachedPolicy policy = PolicyStoreContract.policy(
                            DomainName.of("d" + i % 7 + ".example"), "id" + i, start.plusSeconds(i));
                    assertThat(store.save(policy)).isTrue();
                    acknowledged.add(policy);
                    some.countDown();
                }
            } catch (RuntimeException e) {
                some.countDown(); // Killed.
            }
        });
        writer.start();
        assertThat(some.await(PATIENCE, TimeUnit.SECONDS)).isTrue();
        server().crash();
        writer.join();
        server().begin();

        SharedPolicyStore after = SharedPolicyStore.over(rows());
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(50);
        assertThat(acknowledged)
                .allSatisfy(policy -> assertThat(
                                after.find(policy.domain()).orElseThrow().fetchedAt())
                        .isAfterOrEqualTo(policy.fetchedAt()));
    }

    @Test
    void aSenderStartsWhileTheServerIsDownAndFindsItLater() throws InterruptedException {
        assertThat(node(clock.time()).resolve(ASKED).mode()).isEqualTo(Mode.ENFORCE);
        server().crash();
        networkWorks = false;
        PolicyResolver started = node(clock.time());
        assertThat(started.resolve(ASKED)).isInstanceOf(PolicyResolution.Unusable.class); // As on the first day.

        server().begin();
        clock.advance(Duration.ofMinutes(2));

        assertThat(started.resolve(ASKED).mode()).isEqualTo(Mode.ENFORCE);
    }
}
