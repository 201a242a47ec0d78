// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.delivery;

import io.github.mtasts4j.policy.DomainName;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;

/**
 * What the sender knows of a session besides its TLS, for a TLS report to tell (RFC 8460 §4.4). All of it may be left out, and no
 * decision depends on it.
 *
 * @param sendingMta our end of the connection
 * @param receiver the server's end of the connection
 * @param helo what the server calls itself, by its greeting or its answer to EHLO: anything at all
 * @param tlsa by which records DANE was judged
 * @param additionalInformation a URI of the sender's own, where there is more about the failure
 */
public record SessionFacts(
        Optional<InetAddress> sendingMta,
        Optional<InetAddress> receiver,
        Optional<String> helo,
        Optional<Tlsa> tlsa,
        Optional<String> additionalInformation) {

    /** Nothing is known, or nothing is to be told. */
    public static final SessionFacts NONE =
            new SessionFacts(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * The TLSA records of a host, as a report shows them.
     *
     * @param base the TLSA base domain: the MX as a rule
     * @param records the records in presentation form, such as {@code 3 1 1 0c72ac70...}, in any order
     */
    public record Tlsa(DomainName base, List<String> records) {

        /**
         * Copies the list.
         *
         * @param base the TLSA base domain
         * @param records the records in presentation form
         */
        public Tlsa {
            records = List.copyOf(records);
        }
    }

    /**
     * Both ends of a connection.
     *
     * @param sendingMta our end
     * @param receiver the server's end
     * @return facts with these two
     */
    public static SessionFacts between(InetAddress sendingMta, InetAddress receiver) {
        return new SessionFacts(
                Optional.of(sendingMta), Optional.of(receiver), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * Both ends of a connection. Through a SOCKS proxy these are the ends of the connection to the proxy: leave them out then.
     *
     * @param socket a socket
     * @return facts with its two ends; {@link #NONE} if it is not connected any more, or was never
     */
    public static SessionFacts of(Socket socket) {
        InetAddress receiver = socket.getInetAddress();
        return receiver == null || !socket.isBound() || socket.isClosed()
                ? NONE
                : between(socket.getLocalAddress(), receiver);
    }

    /**
     * The same with a server that said its name.
     *
     * @param name what the server calls itself, anything at all
     * @return facts with that name
     */
    public SessionFacts withHelo(String name) {
        return new SessionFacts(sendingMta, receiver, Optional.of(name), tlsa, additionalInformation);
    }

    /**
     * The same with DANE.
     *
     * @param base the TLSA base domain
     * @param records the records in presentation form
     * @return facts with these records
     */
    public SessionFacts withTlsa(DomainName base, List<String> records) {
        return new SessionFacts(
                sendingMta, receiver, helo, Optional.of(new Tlsa(base, records)), additionalInformation);
    }

    /**
     * The same with a place where there is more.
     *
     * @param uri a URI of the sender's own
     * @return facts with that URI
     */
    public SessionFacts withInformation(String uri) {
        return new SessionFacts(sendingMta, receiver, helo, tlsa, Optional.of(uri));
    }
}
