// SPDX-License-Identifier: Apache-2.0

/** MX hosts with STARTTLS that misbehave to order, and the careful client side of a sender. */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.testkit.smtp;
