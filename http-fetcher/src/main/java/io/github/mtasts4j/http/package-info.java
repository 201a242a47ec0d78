// SPDX-License-Identifier: Apache-2.0

/**
 * One HTTPS GET to a host that anybody may own (§3.3): {@link io.github.mtasts4j.http.ApachePolicyFetcher}, and the
 * {@link io.github.mtasts4j.http.AddressGuard} that keeps it out of the sender's own network. A
 * {@link io.github.mtasts4j.http.PolicyHostListener} is told of addresses that are out of order.
 */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.http;
