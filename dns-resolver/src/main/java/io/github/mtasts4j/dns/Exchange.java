// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.dns;

import java.io.EOFException;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Optional;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.WireParseException;

/**
 * One question to one server, waited for by the thread that asks.
 *
 * <p>Each goes out with a new random id, and from a new port that the system picks. The sockets belong to channels,
 * because those let go of a thread that is interrupted.
 */
record Exchange(InetSocketAddress server, Record question, Deadline deadline) {

    /** What crosses nearly every path unfragmented (DNS flag day 2020). */
    static final int EDNS_PAYLOAD = 1232;

    /** Some servers send more than they were allowed to. */
    private static final int LARGEST_DATAGRAM = 4096;

    /** Asks by datagram, and over TCP if the reply did not fit into one. */
    Message overUdp() throws IOException {
        Message query = newQuery();
        query.addRecord(new OPTRecord(EDNS_PAYLOAD, 0, 0), Section.ADDITIONAL);
        Message reply = overUdp(query);
        return reply.getHeader().getFlag(Flags.TC) ? overTcp() : reply;
    }

    private Message overUdp(Message query) throws IOException {
        try (DatagramChannel channel = open()) {
            channel.connect(server); // from here on the system drops what others send (RFC 5452 §9.1)
            channel.write(ByteBuffer.wrap(query.toWire(Message.MAXLENGTH)));
            while (true) {
                Optional<Message> reply = replyIn(receive(channel.socket()), query);
                if (reply.isPresent()) {
                    return reply.get();
                }
                // Forged or late. To give up on it would let any one datagram end the look-up.
            }
        }
    }

    /** A socket that speaks IPv6 as well costs a tenth of a look-up more. */
    private DatagramChannel open() throws IOException {
        return server.getAddress() instanceof Inet4Address
                ? DatagramChannel.open(StandardProtocolFamily.INET)
                : DatagramChannel.open();
    }

    private byte[] receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[LARGEST_DATAGRAM], LARGEST_DATAGRAM);
        socket.setSoTimeout(deadline.millisLeft());
        socket.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    /** Asks over TCP. Without EDNS: size does not matter, and a server that chokes on it gets its chance. */
    Message overTcp() throws IOException {
        Message query = newQuery();
        try (SocketChannel channel = SocketChannel.open()) {
            channel.socket().connect(server, deadline.millisLeft());
            channel.write(framed(query.toWire(Message.MAXLENGTH)));
            byte[] reply = read(channel.socket(), lengthIn(read(channel.socket(), 2)));
            return replyIn(reply, query)
                    .filter(whole -> !whole.getHeader().getFlag(Flags.TC)) // dnsjava takes such a one without its end
                    .orElseThrow(() -> new WireParseException("truncated over TCP, or no reply to this query"));
        }
    }

    /** Asks for the AD bit in the reply by the one in the query (RFC 6840 §5.7), which takes no EDNS as DO does. */
    private Message newQuery() {
        Message query = Message.newQuery(question);
        query.getHeader().setFlag(Flags.AD);
        return query;
    }

    private static ByteBuffer framed(byte[] wire) {
        return ByteBuffer.allocate(2 + wire.length)
                .putShort((short) wire.length)
                .put(wire)
                .flip();
    }

    private static int lengthIn(byte[] prefix) {
        return Short.toUnsignedInt(ByteBuffer.wrap(prefix).getShort());
    }

    private byte[] read(Socket socket, int count) throws IOException {
        byte[] octets = new byte[count];
        int at = 0;
        while (at < count) {
            socket.setSoTimeout(deadline.millisLeft()); // each time anew: a dripping server must not get more of it
            int read = socket.getInputStream().read(octets, at, count - at);
            if (read < 0) {
                throw new EOFException("the server hung up");
            }
            at += read;
        }
        return octets;
    }

    /** The reply to a query (RFC 5452 §9.1), or empty if these octets are somebody else's. */
    private static Optional<Message> replyIn(byte[] wire, Message query) throws WireParseException {
        boolean ours = wire.length >= Header.LENGTH
                && (Byte.toUnsignedInt(wire[0]) << 8 | Byte.toUnsignedInt(wire[1]))
                        == query.getHeader().getID();
        return ours ? Optional.of(parse(wire)).filter(reply -> answers(reply, query)) : Optional.empty();
    }

    private static boolean answers(Message reply, Message query) {
        Header header = reply.getHeader();
        if (!header.getFlag(Flags.QR) || header.getOpcode() != Opcode.QUERY) {
            return false;
        }
        Record asked = reply.getQuestion();
        // A server that did not understand the query need not repeat it; with that it can but fail this try.
        return asked == null ? isError(header.getRcode()) : asked.equals(query.getQuestion());
    }

    private static boolean isError(int rcode) {
        return rcode != Rcode.NOERROR && rcode != Rcode.NXDOMAIN;
    }

    private static Message parse(byte[] wire) throws WireParseException {
        try {
            return new Message(wire);
        } catch (WireParseException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // The octets are a stranger's: whatever the parser of some record type trips over is their fault.
            throw new WireParseException("no DNS message", e);
        }
    }
}
