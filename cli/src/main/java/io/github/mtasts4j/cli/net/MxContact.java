// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.net;

import io.github.mtasts4j.tls.TlsOutcome;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * What came of connecting to one MX, up to STARTTLS; no mail is ever offered.
 *
 * @param stage how far it went
 * @param at where the connection went to, if there was one
 * @param detail what happened, one printable line
 * @param tls what came of STARTTLS
 * @param certificates what the MX showed in the handshake
 * @param failed the addresses that could not be connected to, each with the reason
 */
public record MxContact(
        Stage stage,
        Optional<InetSocketAddress> at,
        String detail,
        TlsOutcome tls,
        Optional<Certificates> certificates,
        List<String> failed) {

    /** How far it went. */
    public enum Stage {
        /** The DNS gave no usable answer for the address. */
        ADDRESS_UNKNOWN,
        /** There is no address. */
        NO_ADDRESS,
        /** All addresses are such as nobody on the internet can connect to. */
        ADDRESS_FORBIDDEN,
        /** There is no connection. */
        UNREACHABLE,
        /** There is a connection, and nobody at the other end who speaks SMTP or wants mail. */
        NO_SMTP,
        /** There was an SMTP session, and STARTTLS had its outcome. */
        SESSION
    }

    /**
     * Copies the list.
     *
     * @param stage how far it went
     * @param at where the connection went to
     * @param detail what happened
     * @param tls what came of STARTTLS
     * @param certificates what the MX showed
     * @param failed the addresses that could not be connected to
     */
    public MxContact {
        failed = List.copyOf(failed);
    }

    static MxContact none(Stage stage, String detail, List<String> failed) {
        return new MxContact(
                stage, Optional.empty(), detail, new TlsOutcome.NotConnected(detail), Optional.empty(), failed);
    }
}
