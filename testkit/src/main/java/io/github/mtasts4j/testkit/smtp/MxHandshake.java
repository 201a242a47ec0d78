// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.smtp;

import java.util.Optional;

/**
 * A completed TLS handshake as the server saw it.
 *
 * @param protocol the version, such as {@code TLSv1.3}
 * @param sni the server name the client sent, in the client's spelling; empty if it sent none
 * @param resumed whether an earlier session was resumed, so that no certificate was shown
 */
public record MxHandshake(String protocol, Optional<String> sni, boolean resumed) {}
