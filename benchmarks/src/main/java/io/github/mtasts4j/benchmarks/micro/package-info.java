// SPDX-License-Identifier: Apache-2.0

/** What a call costs that waits for nobody: nanoseconds and octets allocated, by JMH. */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.benchmarks.micro;
