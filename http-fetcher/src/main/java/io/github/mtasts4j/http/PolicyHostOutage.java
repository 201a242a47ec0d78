// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import java.net.InetAddress;
import java.time.Instant;

/**
 * TCP connections to an address do not come about, so that the Policy Hosts there cannot be reached.
 *
 * @param address where
 * @param since when the first of the fetches began that have failed one after the other, by the clock of the requests
 * @param failures how many have failed to connect by now
 */
public record PolicyHostOutage(InetAddress address, Instant since, int failures) {}
