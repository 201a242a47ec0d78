// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.dns;

import io.github.mtasts4j.testkit.dns.DnsQuery.Transport;
import java.io.IOException;
import org.xbill.DNS.Message;

/** One query that waits for its reply; whatever is sent goes out from the server's own socket. */
record DnsTurn(Message query, DnsZone zone, DnsSockets.Client client, int payload) {

    private static final int LONGEST_MESSAGE = 65_535;

    /** How the query came. */
    Transport transport() {
        return client.transport();
    }

    /** What a good server would reply; a new message each time, so that a fault may spoil it. */
    Message honest() {
        return zone.answer(query);
    }

    /** Sends a message, cut to what the client takes, with the TC bit, where it is too long (RFC 2181 §9). */
    void send(Message reply) throws IOException {
        client.send(reply.toWire(transport() == Transport.UDP ? payload : LONGEST_MESSAGE));
    }

    /** Sends octets as they are. */
    void sendRaw(byte[] wire) throws IOException {
        client.send(wire);
    }

    /** Ends a connection; does nothing for a datagram. */
    void hangUp() throws IOException {
        client.hangUp();
    }
}
