// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class SystemTimeTest {

    @Test
    void onlyTheSystemsClocksAreLookedAtByTheMillisecond() {
        assertThat(TimeSource.system().grain()).isEqualTo(Duration.ofMillis(1).toNanos());
        assertThat(TimeSource.of(InstantSource.system()).grain()).isZero();
        assertThat(new TimeSource(InstantSource.system(), System::nanoTime).grain())
                .isZero();
    }

    @Test
    void theTimeNeverLagsByMoreThanThat() {
        ClockGuard clock = new ClockGuard(TimeSource.system(), event -> {});

        for (int i = 0; i < 10_000; i++) {
            long before = System.nanoTime();
            assertThat(clock.now().ticks() - before)
                    .isGreaterThan(-Duration.ofMillis(1).toNanos());
        }
    }
}
