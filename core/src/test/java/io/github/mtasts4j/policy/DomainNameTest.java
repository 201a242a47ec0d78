// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One form for each name, and no way in for what is none. */
class DomainNameTest {

    private static final String LABEL_63 = "a".repeat(63);
    private static final String NAME_253 = (LABEL_63 + ".").repeat(3) + "b".repeat(61);

    @ParameterizedTest
    @ValueSource(strings = {"example.com", "EXAMPLE.COM", "Example.Com.", "eXAMPLE.cOM"})
    void everyWayToWriteANameIsTheSameName(String text) {
        DomainName name = DomainName.parse(text).orElseThrow();

        assertThat(name).isEqualTo(DomainName.of("example.com")).hasToString("example.com");
        assertThat(name.hashCode()).isEqualTo(DomainName.of("example.com").hashCode());
        assertThat(name.compareTo(DomainName.of("example.com"))).isZero();
    }

    @Test
    void lowerCaseDoesNotDependOnTheLocale() {
        Locale before = Locale.getDefault();
        Locale.setDefault(new Locale.Builder().setLanguage("tr").build());
        try {
            assertThat(DomainName.of("MAIL.IX.EXAMPLE")).hasToString("mail.ix.example");
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
                ".example.com",
                "example..com",
                "example.com..",
                "-a.example",
                "a-.example",
                "a.-",
                "*.example.com",
                "*",
                " example.com",
                "example.com ",
                "a b",
                "a\tb",
                "a\nb",
                "a\u0000b",
                "evil@127.0.0.1",
                "a#b",
                "a/../b",
                "a:8443",
                "a\\046b",
                "a%2eb",
                "[192.0.2.1]",
                "192.0.2.1",
                "192.0.2.1.",
                "0x7f.1",
                "2130706433",
                "a.1",
                "::1",
                "faß.de",
                "ｅxample.com",
                "exa。mple.com",
                "mi\u212a.example.com",
                "a\u200db.example",
                "\ud800.example"
            })
    void whatIsNoNameIsRefused(String text) {
        assertRefused(DomainName.parse(text));
        assertRefused(DomainName.parseHost(text));
    }

    @Test
    void alabelHas63OctetsAndANameHas253() {
        assertThat(DomainName.parse(LABEL_63 + ".example")).isInstanceOf(Parsed.Ok.class);
        assertThat(DomainName.parse(NAME_253)).isInstanceOf(Parsed.Ok.class);
        assertThat(DomainName.parse(NAME_253 + ".")).isInstanceOf(Parsed.Ok.class);
        assertRefused(DomainName.parse("a" + LABEL_63 + ".example"));
        assertRefused(DomainName.parse(NAME_253 + "b"));
        assertRefused(DomainName.parse("x".repeat(1_000_000)));
    }

    @Test
    void anUnderscoreIsForHostsOnly() {
        assertRefused(DomainName.parse("mx_1.example.com"));

        DomainName host = DomainName.parseHost("mx_1.example.com").orElseThrow();
        assertThat(host.isLetterDigitHyphen()).isFalse();
        assertThat(DomainName.of("mx-1.example.com").isLetterDigitHyphen()).isTrue();
    }

    @Test
    void anALabelIsTakenAsItStands() {
        assertThat(DomainName.parse("XN--a.example").orElseThrow()).hasToString("xn--a.example");
    }

    @Test
    void onlyTheLastLabelMayNotBeANumber() {
        assertThat(DomainName.parse("1.2.3.com")).isInstanceOf(Parsed.Ok.class);
        assertThat(DomainName.parse("1.2.3.4a")).isInstanceOf(Parsed.Ok.class);
        assertThat(DomainName.parse("a.b4")).isInstanceOf(Parsed.Ok.class);
        assertThat(DomainName.parse("a.4-4")).isInstanceOf(Parsed.Ok.class);
    }

    @Test
    void aNumberIsToldFromOtherFaults() {
        assertThat(DomainName.numeric("MX.1")).contains("mx.1");
        assertThat(DomainName.numeric("1".repeat(63))).contains("1".repeat(63));
        assertThat(List.of("", ".", "a", "a.b", "a..1", "_.1", "1".repeat(64), NAME_253.substring(2) + ".11"))
                .allSatisfy(text -> assertThat(DomainName.numeric(text)).isEmpty());
    }

    @Test
    void theProgramsOwnMistakeIsAnException() {
        assertThatThrownBy(() -> DomainName.of("a b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a b");
    }

    @Test
    void aChildIsOneLabelLongerUnlessItWouldBeTooLong() {
        assertThat(DomainName.of("example.com").child("_mta-sts")).contains(DomainName.of("_mta-sts.example.com"));
        assertThat(DomainName.of(NAME_253).child("a")).isEmpty();
    }

    @Test
    void aParentIsOneLabelShorter() {
        assertThat(DomainName.of("a.b.c").parent()).contains(DomainName.of("b.c"));
        assertThat(DomainName.of("c").parent()).isEmpty();
        assertThat(DomainName.of("c").isSingleLabel()).isTrue();
        assertThat(DomainName.of("b.c").isSingleLabel()).isFalse();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void aChildIsOneWhoseParentItIs(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 5000; i++) {
            DomainName name = randomName(random);
            DomainName other = randomName(random);

            assertThat(name.isChildOf(other))
                    .as("%s below %s", name, other)
                    .isEqualTo(name.parent().filter(other::equals).isPresent());
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void noTextMakesItThrowAndANameIsReadAgainAsItself(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] octets = Mutations.mutate("mx_1.xn--a.Example.com.".getBytes(StandardCharsets.US_ASCII), random);
            Parsed<DomainName> parsed = DomainName.parseHost(new String(octets, StandardCharsets.ISO_8859_1));
            if (parsed instanceof Parsed.Ok<DomainName> ok) {
                assertThat(DomainName.parseHost(ok.value().toString())).isEqualTo(ok);
            } else {
                assertRefused(parsed);
            }
        }
    }

    private static void assertRefused(Parsed<DomainName> parsed) {
        assertThat(parsed).isInstanceOfSatisfying(Parsed.Malformed.class, malformed -> {
            assertThat(malformed.defect()).isEqualTo(Defect.INVALID_NAME);
            Details.assertPrintable(malformed.detail());
        });
    }

    private static DomainName randomName(SplittableRandom random) {
        StringBuilder name = new StringBuilder("a");
        for (int i = random.nextInt(4); i > 0; i--) {
            name.insert(0, List.of("a.", "b.", "aa.", "a").get(random.nextInt(4)));
        }
        return DomainName.of(name.toString());
    }
}
