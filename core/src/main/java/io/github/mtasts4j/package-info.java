// SPDX-License-Identifier: Apache-2.0

/**
 * The front door: {@link io.github.mtasts4j.MtaSts}. Resolve once per recipient domain, decide once per MX.
 */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j;
