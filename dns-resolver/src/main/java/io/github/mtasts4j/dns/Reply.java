// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.dns;

import io.github.mtasts4j.policy.RemoteText;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;
import org.xbill.DNS.WireParseException;

/** What came of asking one server, or several in turn. */
sealed interface Reply {

    /**
     * A server that knows: NOERROR or NXDOMAIN.
     *
     * @param security whether the whole message is, by the word of a resolver whose word counts
     */
    record Heard(Message message, DnsSecurity security) implements Reply {

        boolean isNxdomain() {
            return message.getRcode() == Rcode.NXDOMAIN;
        }
    }

    /**
     * No server that knows.
     *
     * @param reason one word for a report
     * @param detail one printable line for a person
     */
    record Failed(String reason, String detail) implements Reply, RrsetLookup.Outcome {

        static Failed of(String reason, InetSocketAddress server, String detail) {
            return new Failed(
                    reason, RemoteText.safe(server.getAddress().getHostAddress() + ": " + detail, DETAIL_LIMIT));
        }
    }

    /** What is in a reason's detail at most; a server's address is part of it. */
    int DETAIL_LIMIT = 128;

    /** Judges a message by its response code, which is all that most failures have. */
    static Reply of(Message message, DnsSecurity security, InetSocketAddress server) {
        return switch (message.getRcode()) {
            case Rcode.NOERROR ->
                isReferral(message)
                        ? Failed.of("dns-referral", server, "does not recurse, and names other servers")
                        : new Heard(message, security);
            case Rcode.NXDOMAIN -> new Heard(message, security);
            case Rcode.SERVFAIL -> Failed.of("dns-servfail", server, "SERVFAIL");
            case Rcode.REFUSED -> Failed.of("dns-refused", server, "REFUSED");
            case Rcode.FORMERR -> Failed.of("dns-formerr", server, "FORMERR");
            case Rcode.NOTIMP -> Failed.of("dns-notimp", server, "NOTIMP");
            default -> Failed.of("dns-rcode-" + message.getRcode(), server, "response code " + message.getRcode());
        };
    }

    /** To take it for "there is no record" would hide a policy behind a server that does not know (RFC 2308 §2.2). */
    private static boolean isReferral(Message message) {
        return message.getSection(Section.ANSWER).isEmpty()
                && !message.getHeader().getFlag(Flags.AA)
                && hasAuthority(message, Type.NS)
                && !hasAuthority(message, Type.SOA);
    }

    private static boolean hasAuthority(Message message, int type) {
        return message.getSection(Section.AUTHORITY).stream().anyMatch(record -> record.getType() == type);
    }

    /** Trouble on the way to a server or back. */
    static Failed of(Exception trouble, InetSocketAddress server) {
        String what = String.valueOf(trouble.getMessage());
        if (trouble instanceof SocketTimeoutException) {
            return Failed.of("dns-timeout", server, "no reply in time");
        }
        return Failed.of(trouble instanceof WireParseException ? "dns-malformed" : "dns-network", server, what);
    }
}
