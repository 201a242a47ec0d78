// SPDX-License-Identifier: Apache-2.0

/**
 * Who is at the other end (§3.3, §4.2): the identity rule, the certificate chain, and what a TLS session proves.
 *
 * <p>Everything here is judged after the handshake, from what the peer presented. What JSSE or an HTTP client accepts
 * on its own is not enough: both take a common name for an identity, and {@code m*.example.com} for a wildcard.
 */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.tls;
