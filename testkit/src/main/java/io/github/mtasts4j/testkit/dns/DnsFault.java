// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.dns;

import io.github.mtasts4j.testkit.dns.DnsQuery.Transport;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;

/** How a {@link DnsServer} misbehaves, for one name or for all. */
public enum DnsFault {

    /** Response code 2. */
    SERVFAIL {
        @Override
        void play(DnsTurn turn) throws IOException {
            turn.send(error(turn, Rcode.SERVFAIL));
        }
    },

    /** Response code 5; for every name, it makes a lame server. */
    REFUSED {
        @Override
        void play(DnsTurn turn) throws IOException {
            turn.send(error(turn, Rcode.REFUSED));
        }
    },

    /** Response code 1, with nothing after the header, as servers send that know no EDNS (RFC 6891 §7). */
    FORMERR {
        @Override
        void play(DnsTurn turn) throws IOException {
            Message reply = error(turn, Rcode.FORMERR);
            reply.removeAllRecords(Section.QUESTION);
            turn.send(reply);
        }
    },

    /** Response code 1 for as long as there is EDNS in the query; the truth without. */
    FORMERR_ON_EDNS {
        @Override
        void play(DnsTurn turn) throws IOException {
            if (turn.query().getOPT() == null) {
                turn.send(turn.honest());
            } else {
                FORMERR.play(turn);
            }
        }
    },

    /** Response code 4. */
    NOTIMP {
        @Override
        void play(DnsTurn turn) throws IOException {
            turn.send(error(turn, Rcode.NOTIMP));
        }
    },

    /** A response code that has no meaning for a query: 9, NOTAUTH. */
    NOTAUTH {
        @Override
        void play(DnsTurn turn) throws IOException {
            turn.send(error(turn, Rcode.NOTAUTH));
        }
    },

    /** No reply at all; a connection stays open. */
    NO_REPLY {
        @Override
        void play(DnsTurn turn) {}
    },

    /** No reply to a datagram, the truth over TCP. */
    NO_REPLY_OVER_UDP {
        @Override
        void play(DnsTurn turn) throws IOException {
            if (turn.transport() == Transport.TCP) {
                turn.send(turn.honest());
            }
        }
    },

    /** The first query of a name gets no reply, every other the truth. */
    FIRST_QUERY_LOST {
        @Override
        void play(DnsTurn turn) throws IOException {
            turn.send(turn.honest());
        }

        @Override
        boolean repliesTo(int nth) {
            return nth > 1;
        }
    },

    /** The TC bit and no record over UDP, the truth over TCP. */
    TRUNCATED_OVER_UDP {
        @Override
        void play(DnsTurn turn) throws IOException {
            turn.send(turn.transport() == Transport.TCP ? turn.honest() : truncated(turn));
        }
    },

    /** The TC bit and no record over UDP, and a closed connection over TCP. */
    TRUNCATED_AND_TCP_CLOSED {
        @Override
        void play(DnsTurn turn) throws IOException {
            if (turn.transport() == Transport.TCP) {
                turn.hangUp();
            } else {
                turn.send(truncated(turn));
            }
        }
    },

    /** The TC bit and no record over UDP, and an open connection without a reply over TCP. */
    TRUNCATED_AND_TCP_SILENT {
        @Override
        void play(DnsTurn turn) throws IOException {
            if (turn.transport() == Transport.UDP) {
                turn.send(truncated(turn));
            }
        }
    },

    /** The TC bit over TCP as well, with the truth behind it. */
    TRUNCATED_OVER_TCP {
        @Override
        void play(DnsTurn turn) throws IOException {
            Message reply = turn.transport() == Transport.TCP ? turn.honest() : truncated(turn);
            reply.getHeader().setFlag(Flags.TC);
            turn.send(reply);
        }
    },

    /** A forged datagram with another id ahead of the true reply. */
    WRONG_ID_FIRST {
        @Override
        void play(DnsTurn turn) throws IOException {
            turn.send(withWrongId(turn));
            turn.send(turn.honest());
        }
    },

    /** A forged datagram about another name ahead of the true reply. */
    WRONG_QUESTION_FIRST {
        @Override
        void play(DnsTurn turn) throws IOException {
            turn.send(withWrongQuestion(turn));
            turn.send(turn.honest());
        }
    },

    /** Nothing but forged datagrams with another id over UDP, the truth over TCP. */
    WRONG_ID_ONLY_OVER_UDP {
        @Override
        void play(DnsTurn turn) throws IOException {
            turn.send(turn.transport() == Transport.TCP ? turn.honest() : withWrongId(turn));
        }
    },

    /** Nothing but replies with another id, over TCP as well. */
    WRONG_ID_ONLY {
        @Override
        void play(DnsTurn turn) throws IOException {
            turn.send(withWrongId(turn));
        }
    },

    /** A CNAME to a name that is a CNAME back. */
    CNAME_LOOP {
        @Override
        void play(DnsTurn turn) throws IOException {
            Message reply = turn.honest();
            empty(reply);
            Name name = turn.query().getQuestion().getName();
            Name other = under("loop", name);
            reply.addRecord(new CNAMERecord(name, DClass.IN, TTL, other), Section.ANSWER);
            reply.addRecord(new CNAMERecord(other, DClass.IN, TTL, name), Section.ANSWER);
            turn.send(reply);
        }
    },

    /** Of a chain of CNAMEs only the first, as from a server that does not follow them. */
    FIRST_CNAME_ONLY {
        @Override
        void play(DnsTurn turn) throws IOException {
            Message reply = turn.honest();
            List<Record> answer = List.copyOf(reply.getSection(Section.ANSWER));
            empty(reply);
            answer.stream().limit(1).forEach(first -> reply.addRecord(first, Section.ANSWER));
            turn.send(reply);
        }
    },

    /** A TXT record of another name in reply to the right question (CVE-2024-25638). */
    RECORD_OF_ANOTHER_NAME {
        @Override
        void play(DnsTurn turn) throws IOException {
            Message reply = turn.honest();
            empty(reply);
            Name other = under("other", turn.query().getQuestion().getName());
            reply.addRecord(new TXTRecord(other, DClass.IN, TTL, "v=STSv1; id=forged;"), Section.ANSWER);
            turn.send(reply);
        }
    },

    /** No answer but the name of a server to ask instead, as from one that does not recurse (RFC 2308 §2.2). */
    REFERRAL {
        @Override
        void play(DnsTurn turn) throws IOException {
            Message reply = turn.honest();
            empty(reply);
            reply.getHeader().unsetFlag(Flags.RA);
            Name server = under("ns", turn.query().getQuestion().getName());
            reply.addRecord(new NSRecord(Name.root, DClass.IN, TTL, server), Section.AUTHORITY);
            turn.send(reply);
        }
    },

    /** A record whose name is a compression pointer to itself (RFC 1035 §4.1.4). */
    COMPRESSION_LOOP {
        @Override
        void play(DnsTurn turn) throws IOException {
            Message reply = turn.honest();
            empty(reply);
            byte[] wire = reply.toWire();
            int end = wire.length;
            byte[] looping = Arrays.copyOf(wire, end + 2);
            looping[ANCOUNT_LOW] = 1;
            looping[end] = (byte) (0xc0 | end >> 8);
            looping[end + 1] = (byte) end;
            turn.sendRaw(looping);
        }
    },

    /** Octets that are no DNS message behind a right id. */
    GARBAGE {
        @Override
        void play(DnsTurn turn) throws IOException {
            byte[] wire = Arrays.copyOf(turn.honest().toWire(), 64);
            Arrays.fill(wire, 4, wire.length, (byte) 0xff);
            turn.sendRaw(wire);
        }
    },

    /** One TXT record of {@value #HUGE_TXT_OCTETS} octets, near the most that a message can hold. */
    HUGE_TXT {
        @Override
        void play(DnsTurn turn) throws IOException {
            Message reply = turn.honest();
            empty(reply);
            Name name = turn.query().getQuestion().getName();
            List<String> strings = Collections.nCopies(HUGE_TXT_OCTETS / 255, "x".repeat(255));
            reply.addRecord(new TXTRecord(name, DClass.IN, TTL, strings), Section.ANSWER);
            turn.send(reply);
        }
    },

    /** The first record, with the top bit of its TTL set (RFC 2181 §8). */
    TTL_TOP_BIT {
        @Override
        void play(DnsTurn turn) throws IOException {
            Message reply = turn.honest();
            List<Record> answer = List.copyOf(reply.getSection(Section.ANSWER));
            empty(reply);
            reply.removeAllRecords(Section.ADDITIONAL);
            int end = reply.toWire().length;
            reply.addRecord(answer.get(0), Section.ANSWER);
            byte[] wire = reply.toWire();
            wire[end + POINTER_TYPE_AND_CLASS] |= (byte) 0x80;
            turn.sendRaw(wire);
        }
    },

    /** NXDOMAIN whose SOA says that it may be kept for a week. */
    NXDOMAIN_FOR_A_WEEK {
        @Override
        void play(DnsTurn turn) throws IOException {
            Message reply = error(turn, Rcode.NXDOMAIN);
            reply.addRecord(DnsZone.soa(A_WEEK, A_WEEK), Section.AUTHORITY);
            turn.send(reply);
        }
    },

    /** No record and no SOA. */
    NODATA_WITHOUT_SOA {
        @Override
        void play(DnsTurn turn) throws IOException {
            turn.send(error(turn, Rcode.NOERROR));
        }
    };

    /** How many octets the text of {@link #HUGE_TXT} has. */
    public static final int HUGE_TXT_OCTETS = 252 * 255;

    private static final long TTL = 300;
    private static final long A_WEEK = 604_800;
    private static final int ANCOUNT_LOW = 7;
    private static final int POINTER_TYPE_AND_CLASS = 6;

    /** Replies, or does not. */
    abstract void play(DnsTurn turn) throws IOException;

    /** Whether the server replies at all to the nth query of a name, counted from one. */
    boolean repliesTo(int nth) {
        return true;
    }

    private static Message error(DnsTurn turn, int rcode) {
        Message reply = turn.honest();
        empty(reply);
        reply.getHeader().unsetFlag(Flags.AD);
        reply.getHeader().setRcode(rcode);
        return reply;
    }

    private static Message truncated(DnsTurn turn) {
        Message reply = error(turn, Rcode.NOERROR);
        reply.getHeader().setFlag(Flags.TC);
        return reply;
    }

    private static Message withWrongId(DnsTurn turn) {
        Message reply = forged(turn, turn.query().getQuestion().getName());
        reply.getHeader().setID(turn.query().getHeader().getID() ^ 0x5555);
        return reply;
    }

    private static Message withWrongQuestion(DnsTurn turn) {
        Name other = under("other", turn.query().getQuestion().getName());
        Message reply = forged(turn, other);
        reply.removeAllRecords(Section.QUESTION);
        Record question = turn.query().getQuestion();
        reply.addRecord(Record.newRecord(other, question.getType(), question.getDClass()), Section.QUESTION);
        return reply;
    }

    private static Message forged(DnsTurn turn, Name owner) {
        Message reply = turn.honest();
        empty(reply);
        reply.addRecord(new TXTRecord(owner, DClass.IN, TTL, "v=STSv1; id=forged;"), Section.ANSWER);
        return reply;
    }

    private static void empty(Message reply) {
        reply.getHeader().setRcode(Rcode.NOERROR);
        reply.removeAllRecords(Section.ANSWER);
        reply.removeAllRecords(Section.AUTHORITY);
    }

    private static Name under(String label, Name name) {
        return DnsZone.absolute(label + "." + name);
    }
}
