// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.stress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.grading.GradingResult;
import org.openjdk.jcstress.infra.runners.TestList;

/** Runs all races of this module once and judges what was seen in them. */
final class StressTest {

    /** How often two threads have to have met before silence means anything. On an idle machine it is many times that. */
    private static final long LEAST_MEETINGS = 1_000;

    private static JcstressRun run = JcstressRun.NOT_YET;

    @BeforeAll
    static void runAll() throws IOException, ClassNotFoundException, InterruptedException {
        run = JcstressRun.make();
    }

    static Stream<String> races() {
        return names(name -> !isPlanted(name));
    }

    static Stream<String> plantedRaces() {
        return names(StressTest::isPlanted);
    }

    private static Stream<String> names(Predicate<String> which) {
        return TestList.tests().stream().filter(which).sorted();
    }

    private static boolean isPlanted(String name) {
        return name.contains(PlantedRaces.class.getSimpleName());
    }

    @ParameterizedTest
    @MethodSource("races")
    void twoThreadsSeeNothingButWhatTheyMaySee(String race) {
        List<TestResult> results = run.of(race);
        assertThat(results).as("runs of %s", race).isNotEmpty().allSatisfy(result -> {
            assertThat(result.status()).as("%s", result.getMessages()).isEqualTo(Status.NORMAL);
            assertThat(result.grading().gradingResults.values())
                    .filteredOn(outcome -> outcome.count > 0)
                    .isNotEmpty()
                    .allSatisfy(outcome -> assertThat(outcome.expect)
                            .as("%s: %s, %s times", outcome.id, outcome.description, outcome.count)
                            .isEqualTo(Expect.ACCEPTABLE));
        });
        assertThat(meetings(results)).isGreaterThanOrEqualTo(LEAST_MEETINGS);
    }

    @ParameterizedTest
    @MethodSource("plantedRaces")
    void aPlantedRaceIsFound(String race) {
        List<TestResult> results = run.of(race);
        assertThat(results)
                .as("runs of %s", race)
                .isNotEmpty()
                .allSatisfy(result -> assertThat(result.status()).isEqualTo(Status.NORMAL));
        assertThat(results.stream().flatMap(StressTest::forbidden))
                .as("forbidden outcomes in %s meetings", meetings(results))
                .isNotEmpty();
    }

    private static long meetings(List<TestResult> results) {
        return results.stream().mapToLong(TestResult::getTotalCount).sum();
    }

    private static Stream<GradingResult> forbidden(TestResult result) {
        return result.grading().gradingResults.values().stream()
                .filter(outcome -> outcome.expect == Expect.FORBIDDEN && outcome.count > 0);
    }
}
