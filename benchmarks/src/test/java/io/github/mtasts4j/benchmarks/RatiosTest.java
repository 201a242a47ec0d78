// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whether everything runs; what comes of it in so short a time means nothing. */
@Timeout(120)
class RatiosTest {

    private static final Setting SMOKE =
            new Setting(System.getProperty("java.home") + "/bin/java", Setting.Effort.SMOKE);

    @Test
    void everyFigureOfTheTableIsMeasured() throws Exception {
        String table = Ratios.measured(Suites.ALL, SMOKE);

        System.out.println(table);
        assertThat(table).contains("warm decision", "p99 of a decision").doesNotContain("not measured");
    }
}
