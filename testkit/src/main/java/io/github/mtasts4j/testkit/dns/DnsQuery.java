// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.dns;

/**
 * One query that reached a {@link DnsServer}.
 *
 * @param name what was asked for: lower case, no trailing dot
 * @param type the record type, such as {@code TXT}
 * @param transport how it came
 * @param id the message's identifier
 * @param clientPort the port it came from
 * @param payload the largest datagram the client said it takes (EDNS0, RFC 6891 §6.2.3), or 512 if it said nothing
 */
public record DnsQuery(String name, String type, Transport transport, int id, int clientPort, int payload) {

    /** How a query came. */
    public enum Transport {
        /** As a datagram. */
        UDP,
        /** Over a connection (RFC 7766). */
        TCP
    }
}
