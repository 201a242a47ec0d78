// SPDX-License-Identifier: Apache-2.0

/** Signatures for the mail that carries a TLS report (RFC 6376, RFC 8460 §3). */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.tlsreport.dkim;
