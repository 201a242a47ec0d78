// SPDX-License-Identifier: Apache-2.0

/**
 * A whole little internet on loopback, over the real protocols: a certificate authority, DNS, policy hosts, MX servers,
 * a clock that the test moves. And the contracts that every implementation of the library's SPIs has to keep.
 */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.testkit;
