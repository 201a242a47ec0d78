// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import io.github.mtasts4j.discovery.FailureCode;
import io.github.mtasts4j.testkit.dns.DnsFault;
import io.github.mtasts4j.testkit.dns.DnsServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What happens to the TXT record of a domain that publishes one: an axis of the {@link FaultMatrixTest}.
 *
 * @param name for the report
 * @param answer what it comes to
 * @param pace how long to wait for a reply
 * @param lameServerFirst whether the sender has another server in its list, which refuses everything
 * @param play does it
 */
record DnsCase(String name, Answer answer, Pace pace, boolean lameServerFirst, Play play) {

    private static final String RECORD = "v=STSv1; id=" + CacheState.PUBLISHED_ID + ";";

    /** What a look-up comes to. */
    enum Answer {
        ID,
        NONE,
        NO_ANSWER,
        MULTIPLE,
        SYNTAX,
        LIMIT;

        /** What the sender has to say of it. */
        Optional<FailureCode> failure(boolean withLivePolicy) {
            return switch (this) {
                case ID -> Optional.empty();
                case NONE -> withLivePolicy ? Optional.of(FailureCode.TXT_GONE) : Optional.empty();
                case NO_ANSWER -> Optional.of(FailureCode.DNS_TRANSIENT);
                case MULTIPLE -> Optional.of(FailureCode.DNS_MULTIPLE);
                case SYNTAX -> Optional.of(FailureCode.DNS_SYNTAX);
                case LIMIT -> Optional.of(FailureCode.DNS_LIMIT);
            };
        }

        /** Whether the DNS has told that there is no new policy, which completes the re-check of §5. */
        boolean showsNoUpdate() {
            return this != ID && this != NO_ANSWER;
        }
    }

    /**
     * How patient the sender is. Whoever answers gets all the time a busy machine may need; only who does not is waited
     * for briefly.
     */
    enum Pace {
        ANSWERS(Duration.ofSeconds(3)),
        STALLS_THEN_ANSWERS(Duration.ofMillis(600)),
        NEVER_ANSWERS(Duration.ofMillis(60));

        private final Duration tryTimeout;

        Pace(Duration tryTimeout) {
            this.tryTimeout = tryTimeout;
        }

        Duration tryTimeout() {
            return tryTimeout;
        }
    }

    /** Has a server misbehave for one domain. */
    interface Play {
        void on(DnsServer dns, String domain, String name);
    }

    static List<DnsCase> all() {
        List<DnsCase> all = new ArrayList<>(List.of(
                zone("HONEST", Answer.ID, (dns, domain, name) -> dns.txt(name, RECORD)),
                zone("NXDOMAIN", Answer.NONE, (dns, domain, name) -> {}),
                zone("NODATA", Answer.NONE, (dns, domain, name) -> dns.host(name, "192.0.2.1")),
                zone(
                        "RECORD_AMONG_OTHERS",
                        Answer.ID,
                        (dns, domain, name) -> dns.txt(name, "v=spf1 -all").txt(name, RECORD)),
                zone(
                        "TWO_RECORDS",
                        Answer.MULTIPLE,
                        (dns, domain, name) -> dns.txt(name, RECORD).txt(name, "v=STSv1; id=3;")),
                zone("NO_ID", Answer.SYNTAX, (dns, domain, name) -> dns.txt(name, "v=STSv1;")),
                zone(
                        "RAW_OCTETS",
                        Answer.SYNTAX,
                        (dns, domain, name) ->
                                dns.txtOctets(name, latin1("v=STSv1; id=\u001b[31m\r\nERROR \u00e9\0;"))),
                zone("RAW_CONTROLS", Answer.SYNTAX, (dns, domain, name) -> dns.txt(name, "v=STSv1; id=\u001b[2J\n;")),
                zone(
                        "LONG_RECORD",
                        Answer.LIMIT,
                        (dns, domain, name) -> dns.txt(name, RECORD + " x=" + "y".repeat(5000) + ";")),
                zone(
                        "CNAME",
                        Answer.ID,
                        (dns, domain, name) -> dns.cname(name, "txt." + domain).txt("txt." + domain, RECORD)),
                zone(
                        "NINE_CNAMES",
                        Answer.NO_ANSWER,
                        (dns, domain, name) ->
                                dns.cnameChain(name, 9, "txt." + domain).txt("txt." + domain, RECORD)),
                new DnsCase(
                        "ONE_OF_TWO_SERVERS_LAME",
                        Answer.ID,
                        Pace.ANSWERS,
                        true,
                        (dns, domain, name) -> dns.txt(name, RECORD))));
        Arrays.stream(DnsFault.values()).map(DnsCase::of).forEach(all::add);
        return all;
    }

    private static DnsCase zone(String name, Answer answer, Play play) {
        return new DnsCase(name, answer, Pace.ANSWERS, false, play);
    }

    private static DnsCase of(DnsFault fault) {
        return new DnsCase(fault.name(), answerAfter(fault), paceOf(fault), false, (dns, domain, name) -> {
            if (fault == DnsFault.FIRST_CNAME_ONLY) {
                dns.cname(name, "txt." + domain).txt("txt." + domain, RECORD);
            } else {
                dns.txt(name, RECORD);
            }
            dns.fault(name, fault);
        });
    }

    /** Names every fault, so that a new one has to be placed. */
    private static Answer answerAfter(DnsFault fault) {
        return switch (fault) {
            case FORMERR_ON_EDNS,
                    NO_REPLY_OVER_UDP,
                    FIRST_QUERY_LOST,
                    TRUNCATED_OVER_UDP,
                    WRONG_ID_FIRST,
                    WRONG_QUESTION_FIRST,
                    WRONG_ID_ONLY_OVER_UDP,
                    FIRST_CNAME_ONLY,
                    TTL_TOP_BIT -> Answer.ID;
            // What is of another name, or is no MTA-STS record, is not there.
            case RECORD_OF_ANOTHER_NAME, HUGE_TXT, NXDOMAIN_FOR_A_WEEK, NODATA_WITHOUT_SOA -> Answer.NONE;
            case SERVFAIL,
                    REFUSED,
                    FORMERR,
                    NOTIMP,
                    NOTAUTH,
                    NO_REPLY,
                    TRUNCATED_AND_TCP_CLOSED,
                    TRUNCATED_AND_TCP_SILENT,
                    TRUNCATED_OVER_TCP,
                    WRONG_ID_ONLY,
                    CNAME_LOOP,
                    REFERRAL,
                    COMPRESSION_LOOP,
                    GARBAGE -> Answer.NO_ANSWER;
        };
    }

    private static Pace paceOf(DnsFault fault) {
        return switch (fault) {
            case NO_REPLY, TRUNCATED_AND_TCP_SILENT, WRONG_ID_ONLY -> Pace.NEVER_ANSWERS;
            case NO_REPLY_OVER_UDP, FIRST_QUERY_LOST, WRONG_ID_ONLY_OVER_UDP -> Pace.STALLS_THEN_ANSWERS;
            default -> Pace.ANSWERS;
        };
    }

    private static byte[] latin1(String octets) {
        return octets.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
        return name;
    }
}
