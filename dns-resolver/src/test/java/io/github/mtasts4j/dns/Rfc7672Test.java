// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.dns.DaneLookup.Answer;
import io.github.mtasts4j.dns.DaneLookup.Insecure;
import io.github.mtasts4j.dns.DaneLookup.None;
import io.github.mtasts4j.dns.DaneLookup.Unavailable;
import io.github.mtasts4j.dns.DaneLookup.Unusable;
import io.github.mtasts4j.dns.DaneLookup.Usable;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.dns.DnsFault;
import io.github.mtasts4j.testkit.dns.DnsServer;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What RFC 7672 makes of the DNS, section by section. {@code secure.example} and {@code far.example} are signed, and
 * {@code plain.example} is not; the domain and its MX are those that a row sets up.
 */
class Rfc7672Test {

    private static final String DOMAIN = "secure.example";
    private static final String MX = "mx.secure.example";
    private static final String TLSA = "_25._tcp.mx.secure.example";
    private static final String FAR = "mx.far.example";
    private static final String FAR_TLSA = "_25._tcp.mx.far.example";
    private static final String PLAIN = "mx.plain.example";
    private static final String PLAIN_TLSA = "_25._tcp.mx.plain.example";

    /**
     * A row of the table.
     *
     * @param section of RFC 7672
     * @param rule in a few words
     * @param zone what the DNS knows beside the MX record
     * @param result the answer
     * @param planned what the delivery is told
     * @param tlsaAsked the names that TLSA records were asked of
     */
    record Row(
            String section,
            String rule,
            Consumer<DnsServer> zone,
            Class<? extends Answer> result,
            DaneOutcome planned,
            List<String> tlsaAsked) {
        @Override
        public String toString() {
            return section + " " + rule;
        }
    }

    static Stream<Row> rows() {
        return Stream.of(
                usable("§2.2", "secure usable records", dns -> host(dns).tlsa(TLSA, 3, 1, 1, octets(32))),
                usable(
                        "§2.2",
                        "a host of IPv6 only",
                        dns -> dns.host(MX, "2001:db8::1").tlsa(TLSA, 3, 1, 1, octets(32))),
                unusable("§2.2", "secure records, none usable: TLS is mandatory", 0, 0, 1, 32),
                none("§2.2", "secure denial of existence", Rfc7672Test::host, TLSA),
                insecure(
                        "§2.1.1",
                        "insecure TLSA records behind a CNAME out of the zone",
                        dns -> host(dns).cname(TLSA, PLAIN_TLSA).tlsa(PLAIN_TLSA, 3, 1, 1, octets(32)),
                        TLSA),
                insecure(
                        "§2.1.1",
                        "insecure denial of existence",
                        dns -> host(dns).cname(TLSA, PLAIN_TLSA),
                        TLSA),
                error(
                        "§2.1.2",
                        "SERVFAIL, as for a bogus signature",
                        dns -> host(dns).fault(TLSA, DnsFault.SERVFAIL),
                        3),
                error("§2.1.2", "a lame server", dns -> host(dns).fault(TLSA, DnsFault.REFUSED), 3),
                error("§2.1.2", "a referral", dns -> host(dns).fault(TLSA, DnsFault.REFERRAL), 3),
                error("§2.1.2", "garbage", dns -> host(dns).fault(TLSA, DnsFault.GARBAGE), 3),
                error("§2.1.2", "a loop of CNAMEs", dns -> host(dns).fault(TLSA, DnsFault.CNAME_LOOP), 1),
                error(
                        "§2.1.2",
                        "truncated, and no TCP",
                        dns -> host(dns).fault(TLSA, DnsFault.TRUNCATED_AND_TCP_CLOSED),
                        5),
                error("§2.1.2", "SERVFAIL for both kinds of address", dns -> dns.fault(MX, DnsFault.SERVFAIL), 0),
                error(
                        "§2.1.2",
                        "SERVFAIL for one kind and no address of the other",
                        dns -> dns.txt(MX, "is").fault(MX, "AAAA", DnsFault.SERVFAIL),
                        0),
                usable(
                        "§2.1.2",
                        "SERVFAIL for one kind and an address of the other",
                        dns -> host(dns).fault(MX, "AAAA", DnsFault.SERVFAIL).tlsa(TLSA, 3, 1, 1, octets(32))),
                insecure(
                        "§2.2.2",
                        "insecure addresses: no query for TLSA",
                        dns -> dns.remove(DOMAIN)
                                .mx(DOMAIN, 10, PLAIN)
                                .host(PLAIN, "192.0.2.1")
                                .tlsa(PLAIN_TLSA, 3, 1, 1, octets(32))),
                none("§2.2.2", "no address at all", dns -> {}),
                new Row(
                        "§2.2.2",
                        "secure CNAME: the expanded name is the base domain",
                        dns -> alias(dns).tlsa(FAR_TLSA, 3, 1, 1, octets(32)).tlsa(TLSA, 3, 1, 1, octets(32)),
                        Usable.class,
                        DaneOutcome.PASSED,
                        List.of(FAR_TLSA)),
                new Row(
                        "§2.2.2",
                        "secure CNAME, no records there: the original name is",
                        dns -> alias(dns).tlsa(TLSA, 3, 1, 1, octets(32)),
                        Usable.class,
                        DaneOutcome.PASSED,
                        List.of(FAR_TLSA, TLSA)),
                new Row(
                        "§2.2.2",
                        "secure CNAME, insecure records there: the original name is",
                        dns -> alias(dns)
                                .cname(FAR_TLSA, PLAIN_TLSA)
                                .tlsa(PLAIN_TLSA, 3, 1, 1, octets(32))
                                .tlsa(TLSA, 3, 1, 1, octets(32)),
                        Usable.class,
                        DaneOutcome.PASSED,
                        List.of(FAR_TLSA, TLSA)),
                new Row(
                        "§2.2.2",
                        "secure CNAME, unusable records there: the original name does not make up for it",
                        dns -> alias(dns).tlsa(FAR_TLSA, 1, 1, 1, octets(32)).tlsa(TLSA, 3, 1, 1, octets(32)),
                        Unusable.class,
                        DaneOutcome.UNUSABLE,
                        List.of(FAR_TLSA)),
                none("§2.2.2", "secure CNAME, no records anywhere", Rfc7672Test::alias, FAR_TLSA, TLSA),
                new Row(
                        "§2.2.2",
                        "secure CNAME, trouble there: the original name does not make up for it",
                        dns -> alias(dns).fault(FAR_TLSA, DnsFault.REFUSED).tlsa(TLSA, 3, 1, 1, octets(32)),
                        Unavailable.class,
                        DaneOutcome.ERROR,
                        List.of(FAR_TLSA, FAR_TLSA, FAR_TLSA)),
                usable(
                        "§2.2.2",
                        "CNAME to an insecure name: the original name is",
                        dns -> dns.cname(MX, PLAIN)
                                .host(PLAIN, "192.0.2.1")
                                .tlsa(PLAIN_TLSA, 3, 1, 1, octets(32))
                                .tlsa(TLSA, 3, 1, 1, octets(32))),
                none(
                        "§2.2.2",
                        "CNAME to an insecure name, no records of the original",
                        dns -> dns.cname(MX, PLAIN).host(PLAIN, "192.0.2.1"),
                        TLSA),
                error(
                        "§2.2.2",
                        "whether the CNAME itself is secure cannot be found out",
                        dns -> dns.cname(MX, PLAIN).host(PLAIN, "192.0.2.1").fault(MX, "CNAME", DnsFault.SERVFAIL),
                        0),
                insecure(
                        "§2.2.2",
                        "insecure CNAME to a secure name",
                        dns -> dns.remove(DOMAIN)
                                .mx(DOMAIN, 10, PLAIN)
                                .cname(PLAIN, FAR)
                                .host(FAR, "192.0.2.1")
                                .tlsa(FAR_TLSA, 3, 1, 1, octets(32))),
                usable(
                        "§2.2.3",
                        "TLSA records behind secure CNAMEs",
                        dns -> host(dns).cname(TLSA, "tlsa.far.example").tlsa("tlsa.far.example", 3, 1, 1, octets(32))),
                unusable("§3.1.3", "PKIX-TA", 0, 1, 1, 32),
                unusable("§3.1.3", "PKIX-EE", 1, 1, 1, 32),
                unusable("§3.1", "an unknown usage", 4, 1, 1, 32),
                unusable("§3.1", "an unknown selector", 3, 2, 1, 32),
                unusable("§3.1", "an unknown matching type", 3, 1, 3, 32),
                unusable("§3.1", "SHA-256 of 31 octets", 3, 1, 1, 31),
                unusable("§3.1", "SHA-256 of 64 octets", 3, 1, 1, 64),
                unusable("§3.1", "SHA-512 of 32 octets", 3, 1, 2, 32),
                unusable("§3.1", "a certificate of 60 000 octets that is none", 2, 0, 0, 60_000),
                usable(
                        "§3.1",
                        "a usable record among others",
                        dns -> host(dns).tlsa(TLSA, 1, 1, 1, octets(32)).tlsa(TLSA, 2, 0, 2, octets(64))));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void eachSectionHolds(Row row) throws InterruptedException {
        try (DnsServer dns = DnsServer.start()) {
            dns.signed(DOMAIN).signed("far.example").mx(DOMAIN, 10, MX);
            row.zone().accept(dns);
            DnsJavaResolver resolver = DnsJavaResolver.servers(dns.address()).build();
            MxLookup.Answer candidates = resolver.mxLookup().lookup(DomainName.of(DOMAIN));

            Answer answer = resolver.daneLookup()
                    .lookup(candidates, candidates.candidates().get(0));

            assertThat(answer).isInstanceOf(row.result());
            assertThat(answer.planned()).isEqualTo(row.planned());
            assertThat(dns.queries().stream()
                            .filter(query -> query.type().equals("TLSA"))
                            .map(query -> query.name()))
                    .containsExactlyElementsOf(row.tlsaAsked());
        }
    }

    private static DnsServer host(DnsServer dns) {
        return dns.host(MX, "192.0.2.1");
    }

    private static DnsServer alias(DnsServer dns) {
        return dns.cname(MX, FAR).host(FAR, "192.0.2.1");
    }

    private static byte[] octets(int count) {
        return new byte[count];
    }

    private static Row usable(String section, String rule, Consumer<DnsServer> zone) {
        return new Row(section, rule, zone, Usable.class, DaneOutcome.PASSED, List.of(TLSA));
    }

    private static Row unusable(String section, String rule, int usage, int selector, int matchingType, int length) {
        Consumer<DnsServer> zone = dns -> host(dns).tlsa(TLSA, usage, selector, matchingType, octets(length));
        int queries = length > 1000 ? 2 : 1; // over TCP once more
        List<String> asked = Stream.generate(() -> TLSA).limit(queries).toList();
        return new Row(section, rule, zone, Unusable.class, DaneOutcome.UNUSABLE, asked);
    }

    private static Row none(String section, String rule, Consumer<DnsServer> zone, String... asked) {
        return new Row(section, rule, zone, None.class, DaneOutcome.NOT_APPLICABLE, List.of(asked));
    }

    private static Row insecure(String section, String rule, Consumer<DnsServer> zone, String... asked) {
        return new Row(section, rule, zone, Insecure.class, DaneOutcome.NOT_APPLICABLE, List.of(asked));
    }

    private static Row error(String section, String rule, Consumer<DnsServer> zone, int queries) {
        List<String> asked = Stream.generate(() -> TLSA).limit(queries).toList();
        return new Row(section, rule, zone, Unavailable.class, DaneOutcome.ERROR, asked);
    }
}
