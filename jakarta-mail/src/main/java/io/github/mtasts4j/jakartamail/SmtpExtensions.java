// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jakartamail;

import jakarta.mail.Transport;

/**
 * Asks a provider what the server has offered in its latest answer to EHLO, which Jakarta Mail itself has no method for. With
 * Angus Mail:
 *
 * <pre>{@code
 * (transport, keyword) -> ((SMTPTransport) transport).supportsExtension(keyword)
 * }</pre>
 */
@FunctionalInterface
public interface SmtpExtensions {

    /** Knows of none. */
    SmtpExtensions UNKNOWN = (transport, keyword) -> false;

    /**
     * Whether the server offers an extension. Asked before the connection has been judged, so it must not send anything; one
     * that throws counts as no. Not asked unless the server has answered EHLO over TLS.
     *
     * @param transport a connected transport
     * @param keyword such as {@code REQUIRETLS}
     * @return whether it does
     */
    boolean offers(Transport transport, String keyword);
}
