// SPDX-License-Identifier: Apache-2.0

/** A relay on Jakarta Mail: {@link io.github.mtasts4j.examples.relay.Relay} is where to begin. */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.examples.relay;
