// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static io.github.mtasts4j.discovery.World.found;
import static io.github.mtasts4j.discovery.World.policy;
import static io.github.mtasts4j.discovery.World.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.policy.DomainName;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The listener hears of attempts, not of messages, and has no say. */
final class ListenerTest {

    private final World world = new World();

    @Test
    void oneFetchIsOnePieceOfNewsHoweverManyMessages() throws InterruptedException {
        for (int message = 0; message < 100; message++) {
            world.resolve();
        }
        assertThat(world.news).containsExactly("fetched 1 before -");
    }

    @Test
    void aConfirmedPolicyIsNoNews() throws InterruptedException {
        world.resolve();
        world.recheck();
        assertThat(world.news).hasSize(1);
    }

    @Test
    void aReplacedPolicyIsToldWithTheOneBefore() throws InterruptedException {
        world.resolve();
        world.clock.advance(Duration.ofMinutes(2));
        world.txt = record("2");
        world.recheck();
        assertThat(world.news).containsExactly("fetched 1 before -", "fetched 2 before 1");
    }

    @Test
    void anExpiredPolicyIsNotCalledReplaced() throws InterruptedException {
        world.https = policy("enforce", 10, "mx.example.com");
        world.resolve();
        world.clock.advance(Duration.ofMinutes(2));
        world.resolve();
        assertThat(world.news).containsExactly("fetched 1 before -", "fetched 1 before -");
    }

    @Test
    void eachFailedAttemptIsToldOnceWithThePolicyThatStays() throws InterruptedException {
        world.resolve();
        world.clock.advance(Duration.ofMinutes(2));
        world.news.clear();

        world.txt = World.servfail();
        world.recheck();
        world.resolve();
        world.resolve();
        world.txt = new TxtLookup.None(Duration.ZERO);
        world.recheck();
        world.txt = record("2");
        world.https = World.response(404, "");
        world.recheck();
        world.recheck(); // Backing off: nothing is attempted.
        world.resolve();

        assertThat(world.news).containsExactly("DNS_TRANSIENT kept 1", "TXT_GONE kept 1", "HTTP_STATUS kept 1");
    }

    @Test
    void thatADomainHasNoPolicyIsNoFailure() throws InterruptedException {
        world.txt = new TxtLookup.None(Duration.ZERO);
        world.resolve();
        assertThat(world.news).isEmpty();
    }

    @Test
    void aFailureWithoutAPolicyIsToldAsSuch() throws InterruptedException {
        world.https = World.response(404, "");
        world.resolve();
        world.resolve();
        assertThat(world.news).containsExactly("HTTP_STATUS kept -");
    }

    @Test
    void aListenerThatThrowsChangesNothing() throws InterruptedException {
        world.listener = new ResolverListener() {
            @Override
            public void policyFetched(CachedPolicy policy, Optional<CachedPolicy> before) {
                throw new IllegalStateException("a bug");
            }

            @Override
            public void discoveryFailed(DomainName domain, StsFailure failure, Optional<CachedPolicy> kept) {
                throw new IllegalStateException("a bug");
            }
        };

        CachedPolicy live = found(world.resolve()).cached();
        world.txt = World.servfail();
        assertThat(world.recheck().applicable()).contains(live);
        assertThat(found(world.resolve()).cached()).isEqualTo(live);
    }
}
