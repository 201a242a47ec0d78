// SPDX-License-Identifier: Apache-2.0

/** What it costs, as ratios to baselines of the same run. */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.benchmarks;
