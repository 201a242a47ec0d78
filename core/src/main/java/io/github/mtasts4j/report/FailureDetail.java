// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.report;

/**
 * One failure as a report names it (RFC 8460 §4.3).
 *
 * @param type the result type
 * @param reason the failure-reason-code, one word out of a fixed vocabulary
 */
public record FailureDetail(ResultType type, String reason) {}
