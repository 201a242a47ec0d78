// SPDX-License-Identifier: Apache-2.0

/** Counts sessions, day by day and domain by domain, until they are reports (RFC 8460 §4): {@code TlsReportCollector}. */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.tlsreport.collect;
