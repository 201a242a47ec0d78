// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.delivery.DeliveryDecision.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class QuickstartTest {

    @Test
    void everyVerdictIsTheOneTheRfcDemandsAndTheTableShowsIt() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        boolean right = Quickstart.run(new PrintStream(printed, true, StandardCharsets.UTF_8));

        String table = printed.toString(StandardCharsets.UTF_8);
        assertThat(right).as(table).isTrue();
        assertThat(Scenario.all())
                .hasSizeGreaterThanOrEqualTo(10)
                .allSatisfy(scenario -> assertThat(table).contains(scenario.domain()));
        assertThat(Scenario.all()).extracting(Scenario::expected).contains(Verdict.values());
        assertThat(table.chars().filter(c -> c != '\n' && Character.isISOControl(c)))
                .isEmpty();
    }
}
