// SPDX-License-Identifier: Apache-2.0

/**
 * Two threads in the same place at the same time, some thousand times for each place: jcstress counts what they see, and
 * {@code StressTest} compares it with what they may see. {@code PlantedRaces} are wrong implementations, which have to be
 * found in each run; otherwise the run has shown nothing.
 *
 * <p>The run of each build takes less than a minute. One with all compilers in all combinations takes about an hour:
 *
 * <pre>{@code
 * ./mvnw -pl stress -am test -Dtest=StressTest -Dsurefire.failIfNoSpecifiedTests=false -Dmtasts.stress=long
 * }</pre>
 *
 * <p>Needs two processors. What was counted is in {@code target/jcstress}, for people in {@code report/index.html}.
 */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.stress;
