// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tls;

import javax.net.ssl.SSLSocket;

/**
 * A connection after its handshake.
 *
 * @param socket to go on with, TLS over the connection; closed if the handshake did not complete
 * @param outcome what the handshake came to
 */
public record TlsConnection(SSLSocket socket, TlsOutcome outcome) {}
