// SPDX-License-Identifier: Apache-2.0

/** Attacks and failures, over the real adapters and real sockets: learn, interfere, advance, send. */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.scenarios;
