// SPDX-License-Identifier: Apache-2.0

/**
 * MTA-STS for senders on Jakarta Mail: {@link io.github.mtasts4j.jakartamail.MxConnector} connects to an MX, has the provider do
 * STARTTLS, judges, and hands out a {@code Transport} only if the mail may go over it.
 */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.jakartamail;
