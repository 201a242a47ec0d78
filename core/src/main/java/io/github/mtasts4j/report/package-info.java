// SPDX-License-Identifier: Apache-2.0

/** What a sender tells the recipient's domain about its attempts (§6, RFC 8460 §4). */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.report;
