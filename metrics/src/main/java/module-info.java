// SPDX-License-Identifier: Apache-2.0

/** Counters and gauges of mtasts4j on Micrometer. */
@org.jspecify.annotations.NullMarked
module io.github.mtasts4j.metrics {
    requires static transitive org.jspecify;
    requires transitive io.github.mtasts4j;
    requires transitive micrometer.core;

    exports io.github.mtasts4j.metrics;
}
