// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.smtp;

import java.util.List;
import java.util.Optional;

/**
 * A message that an {@link SmtpMx} has taken responsibility for.
 *
 * @param from the reverse-path, empty for a bounce
 * @param recipients the forward-paths in order
 * @param data the message after dot-unstuffing, lines ended by CRLF, one character for each octet
 * @param tls the handshake it came after; empty if it came in the clear
 */
public record ReceivedMail(String from, List<String> recipients, String data, Optional<MxHandshake> tls) {

    /**
     * Copies the recipients.
     *
     * @param from the reverse-path
     * @param recipients the forward-paths
     * @param data the message
     * @param tls the handshake
     */
    public ReceivedMail {
        recipients = List.copyOf(recipients);
    }

    /**
     * Whether it came over TLS.
     *
     * @return whether it did
     */
    public boolean isOverTls() {
        return tls.isPresent();
    }
}
