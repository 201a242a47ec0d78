// SPDX-License-Identifier: Apache-2.0

/**
 * The texts of RFC 8461 §3.1 and §3.2: the TXT record, the policy, the names in them. No I/O and no clock.
 *
 * <p>A stranger's text becomes one of these types once, at the edge. Parsers never throw on it: they answer
 * {@link io.github.mtasts4j.policy.Parsed}.
 */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.policy;
