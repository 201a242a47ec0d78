// SPDX-License-Identifier: Apache-2.0

/**
 * Sends reports (RFC 8460 §3, §5): a queue on disk, the record looked up when a report is due, mail that is signed or a POST over HTTPS,
 * and retries for a day. {@link io.github.mtasts4j.tlsreport.send.ReportSender} is the door.
 */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.tlsreport.send;
