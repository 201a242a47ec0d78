// SPDX-License-Identifier: Apache-2.0

/** What a whole process costs: its CPU, its throughput, its heap, its latency. Each measurement is a JVM of its own. */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.benchmarks.load;
