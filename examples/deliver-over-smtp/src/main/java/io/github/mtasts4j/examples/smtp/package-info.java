// SPDX-License-Identifier: Apache-2.0

/** The smallest real sender. */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.examples.smtp;
