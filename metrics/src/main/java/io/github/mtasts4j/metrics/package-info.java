// SPDX-License-Identifier: Apache-2.0

/** What the library does, in numbers, for Micrometer: {@link io.github.mtasts4j.metrics.MtaStsMetrics}. */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.metrics;
