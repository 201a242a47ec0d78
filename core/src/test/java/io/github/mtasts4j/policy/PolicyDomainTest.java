// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which destinations have a policy domain, and that no address a stranger chose makes a caller fail. */
class PolicyDomainTest {

    private static final String LABEL_63 = "a".repeat(63);
    private static final String NAME_244 = (LABEL_63 + ".").repeat(3) + "b".repeat(52);

    @Test
    void theDomainOfTheRecipientCounts() {
        assertThat(PolicyDomain.ofRecipient("alice@Example.COM").asName()).contains(DomainName.of("example.com"));
        assertThat(PolicyDomain.ofRecipient("\"a@b.example\"@example.com").asName())
                .contains(DomainName.of("example.com"));
        assertThat(PolicyDomain.ofRecipient("alice@mail.example.com")).hasToString("mail.example.com");
    }

    /** §3.4: with a smart host, the smart host's domain. */
    @Test
    void theSmartHostCountsWhereThereIsOne() {
        assertThat(PolicyDomain.ofSmartHost("relay.example.net.").asName())
                .contains(DomainName.of("relay.example.net"));
        assertNone(PolicyDomain.ofSmartHost("[2001:db8::1]"), PolicyDomain.Why.ADDRESS_LITERAL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"EXAMPLE.COM.", "example.com", "Example.com"})
    void everyWayToWriteADomainIsTheSameDomain(String text) {
        Locale before = Locale.getDefault();
        Locale.setDefault(new Locale.Builder().setLanguage("tr").build());
        try {
            assertThat(PolicyDomain.ofDomain(text)).isEqualTo(PolicyDomain.of(DomainName.of("example.com")));
            assertThat(PolicyDomain.ofDomain("MAIL.INFO.IT")).hasToString("mail.info.it");
        } finally {
            Locale.setDefault(before);
        }
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "evil@127.0.0.1",
                "a#b",
                "a/../b",
                "a:8443",
                "a b",
                "a\\046b",
                "a%2eb",
                "0x7f.1",
                "2130706433",
                "192.0.2.1.",
                "1.2.3",
                "faß.de",
                "ｅxample.com",
                "exa。mple.com",
                "a\u200db.example",
                "\u202egro.example",
                "a\r\nb.example",
                "a\u0000.example",
                "\u001b[31m.example",
                "mx_1.example.com",
                "*.example.com",
                "["
            })
    void whatIsNoDomainHasNone(@Nullable String text) {
        assertNone(PolicyDomain.ofDomain(text), PolicyDomain.Why.INVALID);
        assertNone(PolicyDomain.ofSmartHost(text), PolicyDomain.Why.INVALID);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "@", "alice", "@example.com", "alice@", "alice@a b", "alice@example.com>", "alice@\n"})
    void whatIsNoAddressHasNone(@Nullable String address) {
        assertNone(PolicyDomain.ofRecipient(address), PolicyDomain.Why.INVALID);
    }

    /** §3.4: a policy is for domains; an address literal has none. */
    @ParameterizedTest
    @ValueSource(strings = {"[192.0.2.1]", "192.0.2.1", "[IPv6:::1]", "[IPv6:2001:db8::1]", "::1", "2001:db8::1"})
    void anAddressLiteralHasNone(String text) {
        assertNone(PolicyDomain.ofDomain(text), PolicyDomain.Why.ADDRESS_LITERAL);
        assertNone(PolicyDomain.ofRecipient("alice@" + text), PolicyDomain.Why.ADDRESS_LITERAL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST.", "com", "a.localhost", "b.local", "c.onion", "1.2.in-addr.arpa"})
    void aNameOutsideThePublicDnsHasNoneByDefault(String text) {
        assertNone(PolicyDomain.ofDomain(text), PolicyDomain.Why.NOT_PUBLIC);
        assertThat(PolicyDomain.of(DomainName.of(text)).asName()).isPresent();
    }

    @Test
    void aLongNameOutsideThePublicDnsIsShortenedInTheDetail() {
        assertNone(PolicyDomain.ofDomain((LABEL_63 + ".").repeat(3) + "onion"), PolicyDomain.Why.NOT_PUBLIC);
        assertNone(
                PolicyDomain.of(DomainName.of("_".repeat(63) + "." + NAME_244.substring(64))),
                PolicyDomain.Why.INVALID);
    }

    /** §3.1: the record is at {@code _mta-sts.} and the name, which has to be a name as well. */
    @Test
    void theDomainLeavesRoomForTheLabelInFront() {
        assertThat(PolicyDomain.ofDomain(NAME_244).asName()).isPresent();
        assertNone(PolicyDomain.ofDomain(NAME_244 + "b"), PolicyDomain.Why.INVALID);
        assertThat(PolicyDomain.ofDomain(NAME_244 + "b").toString()).contains("too long");
        assertNone(PolicyDomain.ofDomain("a.".repeat(127)), PolicyDomain.Why.INVALID);
        assertNone(PolicyDomain.ofDomain("a" + LABEL_63 + ".example"), PolicyDomain.Why.INVALID);
        assertNone(PolicyDomain.ofDomain("x".repeat(1_000_000)), PolicyDomain.Why.INVALID);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void noAddressMakesItThrow(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 10_000; i++) {
            PolicyDomain domain = PolicyDomain.ofRecipient(randomText(random));
            if (domain instanceof PolicyDomain.None none) {
                Details.assertPrintable(none.detail());
            }
        }
    }

    private static String randomText(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(40); i > 0; i--) {
            text.append(random.nextBoolean() ? "a1.@:[]-_".charAt(random.nextInt(9)) : (char) random.nextInt(0x10000));
        }
        return text.toString();
    }

    private static void assertNone(PolicyDomain domain, PolicyDomain.Why why) {
        assertThat(domain.asName()).isEmpty();
        assertThat(domain).isInstanceOfSatisfying(PolicyDomain.None.class, none -> {
            assertThat(none.why()).isEqualTo(why);
            Details.assertPrintable(none.detail());
        });
    }
}
