// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.smtp;

/**
 * A line an {@link SmtpMx} took for a command.
 *
 * @param line the line without its end
 * @param overTls whether it came over TLS
 */
public record ReceivedCommand(String line, boolean overTls) {}
