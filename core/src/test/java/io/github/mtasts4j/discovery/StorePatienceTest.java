// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How often a store is asked that lets callers wait in vain. */
final class StorePatienceTest {

    private final MovableClock clock = new MovableClock();
    private final StorePatience patience = new StorePatience(clock::nanoTime);
    private final AtomicInteger asked = new AtomicInteger();

    private String failAfter(Duration wait) {
        asked.incrementAndGet();
        clock.advance(wait);
        throw new IllegalStateException("no answer");
    }

    private void ask(Duration wait) {
        assertThatThrownBy(() -> patience.ask(() -> failAfter(wait))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aStoreThatFailsAtOnceIsAskedEachTime() {
        ask(Duration.ZERO);
        ask(Duration.ZERO);
        ask(Duration.ZERO);

        assertThat(asked).hasValue(3);
        assertThat(patience.<String>ask(() -> "well again")).isEqualTo("well again");
    }

    @Test
    void oneThatLetsCallersWaitIsLeftAloneForFiveTimesAsLong() {
        ask(Duration.ofSeconds(1));
        clock.advance(Duration.ofMillis(4999));
        ask(Duration.ofSeconds(1));
        assertThat(asked).hasValue(1);

        clock.advance(Duration.ofMillis(1));
        ask(Duration.ofSeconds(1));
        assertThat(asked).hasValue(2);
    }

    @Test
    void itIsLeftAloneForTenSecondsAtMost() {
        ask(Duration.ofMinutes(1));
        clock.advance(Duration.ofSeconds(10));

        assertThat(patience.<String>ask(() -> "well again")).isEqualTo("well again");
        assertThat(patience.<String>ask(() -> "and again")).isEqualTo("and again");
    }

    @Test
    void oneThatIsKnownToAnswerAgainIsAskedAtOnce() {
        ask(Duration.ofSeconds(1));

        patience.forgive();

        assertThat(patience.<String>ask(() -> "well again")).isEqualTo("well again");
    }

    @Test
    void whileOneTriesTheOthersDoNotWait() {
        ask(Duration.ofSeconds(1));
        clock.advance(Duration.ofSeconds(5));

        String answer = patience.ask(() -> {
            ask(Duration.ZERO);
            return "well again";
        });

        assertThat(answer).isEqualTo("well again");
        assertThat(asked).hasValue(1);
    }
}
