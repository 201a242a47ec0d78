// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.delivery.DeliveryDecision.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class QuickstartTest {

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

    @Test
    void everyVerdictIsTheOneTheRfcDemandsAndTheTableShowsIt() throws Exception {
        boolean right = Quickstart.run(Scenario.all(), out);

        String table = printed.toString(StandardCharsets.UTF_8);
        assertThat(right).as(table).isTrue();
        assertThat(Scenario.all())
                .hasSizeGreaterThanOrEqualTo(10)
                .allSatisfy(scenario -> assertThat(table).contains(scenario.domain()));
        assertThat(Scenario.all()).extracting(Scenario::expected).contains(Verdict.values());
        assertThat(table.chars().filter(c -> c != '\n' && Character.isISOControl(c)))
                .isEmpty();
    }

    @Test
    void aVerdictThatIsNotTheRfcsIsNotPassedOver() throws Exception {
        Scenario first = Scenario.all().get(0);
        Scenario wrong = new Scenario(first.domain(), first.situation(), first.owner(), first.attack(), Verdict.DEFER);

        boolean right = Quickstart.run(List.of(wrong), out);

        assertThat(right).isFalse();
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("0 of 1 verdicts", "wrong: [" + first.domain());
    }
}
