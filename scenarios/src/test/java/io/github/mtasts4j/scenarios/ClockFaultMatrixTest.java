// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.mtasts4j.scenarios.ClockFaultCell.Operation;
import io.github.mtasts4j.scenarios.ClockFaultCell.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever becomes of the clock, in whatever state the sender is, with a network that works and with one that does not. In
 * each cell the invariants I1, I2, I3, I5, I6 and I10 of the {@link FaultMatrixTest} hold, and besides
 *
 * <ul>
 *   <li>what is live by either reckoning is not lost within the hour, nor what was fetched in it;
 *   <li>what was there is there again when the clock is put right;
 *   <li>nothing lives much longer than its lifetime, and nothing holds mail back for longer;
 *   <li>no re-check and no back-off is stuck where the clock was, and none of them hurries;
 *   <li>the doubt is told once, and so is its end; of a slow or fast clock nothing is told;
 *   <li>certificates are judged by what the clock says.
 * </ul>
 */
@Timeout(120)
final class ClockFaultMatrixTest {

    private final CapturedLog log = CapturedLog.begin(); // Of a thousand failures on purpose.

    @AfterEach
    void end() {
        log.close();
    }

    @TestFactory
    Stream<DynamicTest> noFaultOfTheClockBreaksAnInvariant() {
        return Arrays.stream(ClockFault.values())
                .flatMap(fault -> Arrays.stream(CacheState.values())
                        .map(state -> dynamicTest(
                                fault + " x " + state,
                                () -> assertThat(broken(fault, state)).isEmpty())));
    }

    private static List<String> broken(ClockFault fault, CacheState state) throws InterruptedException {
        List<String> broken = new ArrayList<>();
        for (Operation operation : Operation.values()) {
            for (Place place : Place.values()) {
                for (ScriptedNetwork.State trouble : ScriptedNetwork.State.values()) {
                    broken.addAll(new ClockFaultCell(fault, state, operation, place, trouble).play());
                }
            }
        }
        return broken;
    }
}
