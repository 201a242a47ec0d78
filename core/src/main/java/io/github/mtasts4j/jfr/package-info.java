// SPDX-License-Identifier: Apache-2.0

/**
 * What the library does, as events of JDK Flight Recorder: {@link io.github.mtasts4j.jfr.FlightRecorderListener}. Nothing
 * else in the library refers to this package, so that it also runs on a Java runtime without the module {@code jdk.jfr}.
 */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.jfr;
