// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static io.github.mtasts4j.discovery.World.DOMAIN;
import static io.github.mtasts4j.discovery.World.found;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The same answers, without a thread that waits for them. */
@Timeout(60)
final class ResolveAsyncTest {

    private final World world = new World();
    private final Queue<Runnable> callers = new ArrayDeque<>();

    @Test
    void theAnswerForAKnownDomainIsThereAlready() throws InterruptedException {
        world.resolve();

        CompletableFuture<PolicyResolution> answer = world.resolver().resolveAsync(DOMAIN, callers::add);

        assertThat(answer).isCompletedWithValue(world.resolve());
        assertThat(callers).isEmpty();
    }

    @Test
    void theAnswerForAnUnknownDomainComesOnTheGivenExecutor() {
        world.holdBack();
        CompletableFuture<PolicyResolution> answer = world.resolver().resolveAsync(DOMAIN, callers::add);
        assertThat(world.asked).isEmpty();

        world.runHeldBack();
        assertThat(answer).isNotDone();
        assertThat(callers).hasSize(1);
        callers.remove().run();

        assertThat(found(answer.join()).freshness()).isEqualTo(Freshness.FETCHED);
    }

    @Test
    void oneWhoCancelsCancelsNobodyElse() {
        world.holdBack();
        CompletableFuture<PolicyResolution> one = world.resolver().resolveAsync(DOMAIN, Runnable::run);
        CompletableFuture<PolicyResolution> other = world.resolver().resolveAsync(DOMAIN, Runnable::run);

        one.cancel(true);
        one.obtrudeException(new IllegalStateException("mine alone"));
        world.runHeldBack();

        assertThat(other.join().applicable()).isPresent();
        assertThat(world.asked).hasSize(1);
        assertThat(world.resolver().peek(DOMAIN)).isPresent();
    }

    @Test
    void whoHasWaitedLongEnoughIsAnsweredSo() {
        world.settings = world.settings.withForegroundWait(Duration.ofMillis(1));
        world.holdBack();

        PolicyResolution answer =
                world.resolver().resolveAsync(DOMAIN, Runnable::run).join();

        assertThat(World.failure(answer).code()).isEqualTo(FailureCode.WAIT_EXPIRED);
        world.runHeldBack();
        assertThat(world.resolver().resolveAsync(DOMAIN, Runnable::run).join().applicable())
                .as("the discovery went on")
                .isPresent();
        assertThat(world.asked).hasSize(1);
    }

    @Test
    void theStoreIsAskedOnTheGivenExecutor() throws InterruptedException {
        world.store = Optional.of(world.memory);
        CachedPolicy kept = found(world.resolve()).cached();
        CompletableFuture<PolicyResolution> answer = world.newResolver().resolveAsync(DOMAIN, callers::add);
        assertThat(answer).isNotDone();

        while (!callers.isEmpty()) {
            callers.remove().run();
        }

        assertThat(answer.join().applicable()).contains(kept);
        assertThat(world.asked).hasSize(1);
    }

    @Test
    void whatIsNotInTheStoreIsDiscovered() {
        world.store = Optional.of(world.memory);
        assertThat(found(world.resolver().resolveAsync(DOMAIN, Runnable::run).join())
                        .freshness())
                .isEqualTo(Freshness.FETCHED);
    }

    @Test
    void aClosedResolverAnswersAtOnce() {
        world.resolver().close();
        PolicyResolution answer =
                world.resolver().resolveAsync(DOMAIN, Runnable::run).join();
        assertThat(World.failure(answer).code()).isEqualTo(FailureCode.CLOSED);
    }
}
