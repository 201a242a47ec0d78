// SPDX-License-Identifier: Apache-2.0

/**
 * Find the policy of a domain and keep it (§3.3, §5.1, §10.2): everything that waits is in this package.
 *
 * <p>{@link io.github.mtasts4j.discovery.PolicyResolver} reads as §5.1 does. What it needs from outside it gets through
 * three small interfaces: {@link io.github.mtasts4j.discovery.TxtLookup},
 * {@link io.github.mtasts4j.discovery.PolicyFetcher} and {@link io.github.mtasts4j.discovery.PolicyStore}.
 * {@link io.github.mtasts4j.discovery.PolicyRefresher} keeps fresh what is in use, and
 * {@link io.github.mtasts4j.discovery.ResolverListener} hears of what an operator should know.
 */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.discovery;
