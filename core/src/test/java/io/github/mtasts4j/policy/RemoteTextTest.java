// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A stranger's text in a log is one line that says what it is. */
class RemoteTextTest {

    @Test
    void printableAsciiStaysAsItIs() {
        assertThat(RemoteText.safe("mail.example.com ~!\"")).isEqualTo("mail.example.com ~!\"");
    }

    @Test
    void everythingElseIsEscaped() {
        assertThat(RemoteText.safe("a\r\nb\t\u0000\u001b[31m\u007f")).isEqualTo("a\\x0d\\x0ab\\x09\\x00\\x1b[31m\\x7f");
        assertThat(RemoteText.safe("é\u202e\ud83d\udce7")).isEqualTo("\\xe9\\u202e\\ud83d\\udce7");
    }

    @Test
    void aBackslashIsDoubledSoThatAnEscapeCannotBeForged() {
        assertThat(RemoteText.safe("\\x0a")).isEqualTo("\\\\x0a");
    }

    @Test
    void nothingIsNothing() {
        assertThat(RemoteText.safe((String) null)).isEmpty();
        assertThat(RemoteText.safe("")).isEmpty();
        assertThat(RemoteText.safe(new byte[0])).isEmpty();
    }

    @Test
    void sixtyFourCharactersAreKeptAndMoreAreCut() {
        assertThat(RemoteText.safe("x".repeat(64))).isEqualTo("x".repeat(64));
        assertThat(RemoteText.safe("x".repeat(65))).isEqualTo("x".repeat(64) + "...");
        assertThat(RemoteText.safe("x".repeat(1_000_000))).hasSize(67);
        assertThat(RemoteText.safe("abcdef", 3)).isEqualTo("abc...");
    }

    @Test
    void anEscapeIsNeverCutInTwo() {
        assertThat(RemoteText.safe("x".repeat(62) + "\n")).isEqualTo("x".repeat(62) + "...");
        assertThat(RemoteText.safe("x".repeat(60) + "\n")).isEqualTo("x".repeat(60) + "\\x0a");
    }

    @Test
    void octetsStandForOneCharacterEach() {
        assertThat(RemoteText.safe(new byte[] {'a', (byte) 0xc3, (byte) 0xa9, 0}))
                .isEqualTo("a\\xc3\\xa9\\x00");
        assertThat(RemoteText.safe(new byte[100])).hasSize(67).endsWith("\\x00...");
    }

    @Test
    void digitsAreAsciiInEveryLocale() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-SA-u-nu-arab"));
        try {
            assertThat(RemoteText.safe("\u0012\u1234")).isEqualTo("\\x12\\u1234");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void theResultIsAlwaysOnePrintableLine() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 10_000; i++) {
            assertThat(RemoteText.safe("x" + new String(chars(random)))).matches("[ -~]{1,67}");
        }
    }

    private static char[] chars(SplittableRandom random) {
        char[] chars = new char[random.nextInt(80)];
        for (int i = 0; i < chars.length; i++) {
            chars[i] = (char) random.nextInt(0x10000);
        }
        return chars;
    }
}
