// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.mtasts4j.scenarios.StoreFaultCell.Operation;
import io.github.mtasts4j.scenarios.StoreFaultCell.Place;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever becomes of the store, in whatever state the sender is and wherever it has the policy, with a network that works
 * and with one that does not. In each cell the invariants I1, I2, I3, I5, I6 and I10 of the {@link FaultMatrixTest} hold,
 * and besides
 *
 * <ul>
 *   <li>a message for whose domain the policy is in memory does not wait for the store;
 *   <li>the trouble is told once, and so is its end;
 *   <li>when it is over all is as it would have been, and what could not be saved is saved.
 * </ul>
 */
@Timeout(600)
public abstract class StoreFaultMatrix {

    private final CapturedLog log = CapturedLog.begin(); // Of a thousand failures on purpose.
    private int cells;

    /** For subclasses. */
    protected StoreFaultMatrix() {}

    /** The store of all cells. */
    protected abstract FaultyStore store();

    @AfterEach
    final void end() {
        log.close();
    }

    @TestFactory
    final Stream<DynamicTest> noFaultOfTheStoreBreaksAnInvariant() {
        return Arrays.stream(StoreFault.values())
                .flatMap(fault -> Arrays.stream(CacheState.values())
                        .map(state -> dynamicTest(
                                fault + " x " + state,
                                () -> assertThat(broken(fault, state)).isEmpty())));
    }

    private List<String> broken(StoreFault fault, CacheState state) throws IOException, InterruptedException {
        List<String> broken = new ArrayList<>();
        for (Operation operation : Operation.values()) {
            for (Place place : Place.values()) {
                if (fault == StoreFault.DOWN_AT_START && place != Place.STORE) {
                    continue; // A process that has just begun has nothing in memory.
                }
                for (ScriptedNetwork.State trouble : ScriptedNetwork.State.values()) {
                    StoreFaultCell cell = new StoreFaultCell(fault, state, operation, place, trouble, store(), cells++);
                    broken.addAll(cell.play());
                }
            }
        }
        return broken;
    }
}
