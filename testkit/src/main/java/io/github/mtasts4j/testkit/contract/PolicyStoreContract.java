// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.PolicyStore;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.PolicyParser;
import io.github.mtasts4j.testkit.MovableClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What every {@link PolicyStore} has to do. Extend it and hand in an empty store for each test. */
public abstract class PolicyStoreContract {

    private static final DomainName BANK = DomainName.of("bank.example");
    private static final DomainName SHOP = DomainName.of("shop.example");
    private static final Instant START = MovableClock.START;

    /** For subclasses. */
    protected PolicyStoreContract() {}

    /**
     * The store of one test; asked for once or more in a test, it is always the same one.
     *
     * @return a store that was empty when the test began
     */
    protected abstract PolicyStore store();

    /**
     * A policy to keep.
     *
     * @param domain whose
     * @param id its id
     * @param fetchedAt when it was fetched
     * @return the policy
     */
    public static CachedPolicy policy(DomainName domain, String id, Instant fetchedAt) {
        String text = "version: STSv1\r\nmode: enforce\r\nmx: mx." + domain + "\r\nmx: *.backup.example\r\n"
                + "comment: \u00e9\u20ac " + id + "\r\nmax_age: 604800\r\n";
        return new CachedPolicy(
                domain,
                id,
                new PolicyParser(Grammar.STRICT)
                        .parse(text.getBytes(StandardCharsets.UTF_8))
                        .orElseThrow(),
                fetchedAt);
    }

    @Test
    void whatWasSavedIsFoundAsItWas() {
        CachedPolicy policy = policy(BANK, "1", START);

        assertThat(store().save(policy)).isTrue();

        assertThat(store().find(BANK)).contains(policy);
        assertThat(store().find(SHOP)).isEmpty();
    }

    @Test
    void theLaterFetchWinsWhicheverIsSavedFirst() {
        CachedPolicy older = policy(BANK, "1", START);
        CachedPolicy newer = policy(BANK, "2", START.plusSeconds(1));

        assertThat(store().save(newer)).isTrue();
        assertThat(store().save(older)).isFalse();
        assertThat(store().find(BANK)).contains(newer);

        CachedPolicy newest = policy(BANK, "1", START.plusSeconds(2));
        assertThat(store().save(newest)).isTrue();
        assertThat(store().find(BANK)).contains(newest);
    }

    @Test
    void aSecondSaveOfTheSameFetchChangesNothing() {
        CachedPolicy first = policy(BANK, "1", START);
        store().save(first);

        assertThat(store().save(policy(BANK, "2", START))).isFalse();
        assertThat(store().find(BANK)).contains(first);
    }

    @Test
    void ofManyWritersTheLatestFetchWins() throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            CachedPolicy policy = policy(BANK, "id" + i, START.plusSeconds(i));
            Thread writer = new Thread(() -> {
                try {
                    go.await();
                    store().save(policy);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            writer.start();
            writers.add(writer);
        }
        go.countDown();
        for (Thread writer : writers) {
            writer.join();
        }

        assertThat(store().find(BANK)).map(CachedPolicy::id).contains("id15");
    }

    @Test
    void anExpiredPolicyIsStillFoundBecauseTheReaderDecides() {
        CachedPolicy old = policy(BANK, "1", START.minus(Duration.ofDays(4000)));
        store().save(old);

        assertThat(store().find(BANK)).contains(old);
    }

    @Test
    void whatWasRemovedIsGoneAndNothingElseIs() {
        store().save(policy(BANK, "1", START));
        store().save(policy(SHOP, "1", START));

        store().remove(BANK);
        store().remove(BANK);

        assertThat(store().find(BANK)).isEmpty();
        assertThat(store().find(SHOP)).isPresent();
    }

    @Test
    void aScanSeesEveryPolicyOnce() {
        store().save(policy(BANK, "1", START));
        store().save(policy(BANK, "2", START.plusSeconds(1)));
        store().save(policy(SHOP, "1", START));
        List<CachedPolicy> seen = new ArrayList<>();

        store().scan(seen::add);

        assertThat(seen).containsExactlyInAnyOrder(policy(BANK, "2", START.plusSeconds(1)), policy(SHOP, "1", START));
    }
}
