// SPDX-License-Identifier: Apache-2.0

/** A DNS server on loopback, over UDP and TCP, that misbehaves to order. */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.testkit.dns;
