// SPDX-License-Identifier: Apache-2.0

/**
 * TLS reports (RFC 8460): the record that asks for them, the report as values, its JSON, and what its mail or request has to
 * say. Nothing here opens a connection.
 *
 * <p>A stranger's text becomes safe when a value is made of it, so whatever stands in a report can be printed.
 */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.tlsreport;
