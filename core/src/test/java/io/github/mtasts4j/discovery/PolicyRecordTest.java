// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.MxPattern;
import io.github.mtasts4j.policy.PolicyParser;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyRecordTest {

    private static final String BODY = "version: STSv1\nmode: enforce\nmx: mx.bank.example\nmax_age: 604800";
    private static final CachedPolicy POLICY = policy(BODY, Grammar.STRICT, "2026-01-01T00:00:00.123456789Z");
    private static final byte[] RECORD = PolicyRecord.render(POLICY);

    private static CachedPolicy policy(String body, Grammar grammar, String fetchedAt) {
        return new CachedPolicy(
                DomainName.of("bank.example"),
                "20260101",
                new PolicyParser(grammar)
                        .parse(body.getBytes(StandardCharsets.UTF_8))
                        .orElseThrow(),
                Instant.parse(fetchedAt));
    }

    private static PolicyRecord.Content parse(String record) {
        return PolicyRecord.parse(record.getBytes(StandardCharsets.UTF_8));
    }

    /** The text with a checksum that fits, as a hostile writer would make it. */
    private static PolicyRecord.Content signed(String head, String body) {
        return parse(head
                + "sha-256: "
                + PolicyRecord.sha256(head.getBytes(StandardCharsets.UTF_8), body.getBytes(StandardCharsets.UTF_8))
                + "\n" + body);
    }

    private static String head(String domain, String id, String fetchedAt) {
        return "mtasts4j-policy 1\ndomain: " + domain + "\nid: " + id + "\nfetched-at: " + fetchedAt + "\n";
    }

    @Test
    void aRecordIsTextThatAPersonCanRead() {
        assertThat(new String(RECORD, StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "mtasts4j-policy 1",
                        "domain: bank.example",
                        "id: 20260101",
                        "fetched-at: 2026-01-01T00:00:00.123456789Z",
                        "sha-256: 6dfea91cefe826b68e0d500a1721a4153460551a31aeb5042a8a8c4f900beda5",
                        "",
                        "version: STSv1",
                        "mode: enforce",
                        "mx: mx.bank.example",
                        "max_age: 604800");
    }

    @Test
    void whatIsWrittenIsRead() {
        String lenient =
                "\ufeffversion: STSv1\r\n\r\nmode: none\r\nmx: mx.bank.example.\r\nx: \u00e9\u20ac\r\nmax_age: 0";
        CachedPolicy odd = policy(lenient, Grammar.LENIENT, "-1000000000-01-01T00:00:00Z");
        CachedPolicy distant = policy(BODY, Grammar.STRICT, "+1000000000-12-31T23:59:59.999999999Z");

        assertThat(PolicyRecord.parse(RECORD)).isEqualTo(new PolicyRecord.Intact(POLICY));
        assertThat(PolicyRecord.parse(PolicyRecord.render(odd))).isEqualTo(new PolicyRecord.Intact(odd));
        assertThat(PolicyRecord.parse(PolicyRecord.render(distant))).isEqualTo(new PolicyRecord.Intact(distant));
    }

    @Test
    void theLongestPolicyIsReadToo() {
        String filler = ("x: " + "y".repeat(1000) + "\n").repeat(65) + BODY;
        String longest = "x: " + "z".repeat(PolicyParser.MAX_BODY_OCTETS - filler.length() - 4) + "\n" + filler;
        CachedPolicy policy = policy(longest, Grammar.STRICT, "2026-01-01T00:00:00Z");

        assertThat(longest).hasSize(PolicyParser.MAX_BODY_OCTETS);
        assertThat(PolicyRecord.parse(PolicyRecord.render(policy))).isEqualTo(new PolicyRecord.Intact(policy));
    }

    @Test
    void noChangeOfOneOctetIsAnotherPolicy() {
        for (int at = 0; at < RECORD.length; at++) {
            for (int value = 0; value < 256; value++) {
                byte[] changed = RECORD.clone();
                changed[at] = (byte) value;
                if (changed[at] != RECORD[at]) {
                    assertThat(PolicyRecord.parse(changed))
                            .as("octet %d made %d", at, value)
                            .isNotInstanceOf(PolicyRecord.Intact.class);
                }
            }
        }
    }

    @Test
    void noPartOfARecordIsAPolicyAndNothingMayFollowIt() {
        for (int length = 0; length < RECORD.length; length++) {
            assertThat(PolicyRecord.parse(Arrays.copyOf(RECORD, length)))
                    .as("%d octets", length)
                    .isInstanceOf(PolicyRecord.Broken.class);
        }
        assertThat(PolicyRecord.parse(Arrays.copyOf(RECORD, RECORD.length + 1)))
                .isInstanceOf(PolicyRecord.Broken.class);
    }

    @Test
    void anotherFormOfTheSameRecordIsNoRecord() {
        String record = new String(RECORD, StandardCharsets.UTF_8);

        assertThat(parse(record.replace("\n", "\r\n"))).isInstanceOf(PolicyRecord.Broken.class);
        assertThat(parse(record.replace("domain: bank", "domain: BANK"))).isInstanceOf(PolicyRecord.Broken.class);
        assertThat(parse(record.replace("\nsha-256", "\nx: y\nsha-256"))).isInstanceOf(PolicyRecord.Broken.class);
        assertThat(parse("\ufeff" + record)).isInstanceOf(PolicyRecord.Broken.class);
    }

    @Test
    void aChecksumThatFitsDoesNotMakeNonsenseAPolicy() {
        String body = "\n" + BODY + "\n";
        String then = "2026-01-01T00:00:00Z";

        assertThat(signed(head("bank.example", "1", then), body)).isInstanceOf(PolicyRecord.Intact.class);
        assertThat(signed(head("../../etc/passwd", "1", then), body)).isInstanceOf(PolicyRecord.Broken.class);
        assertThat(signed(head("bank.example.", "1", then), body)).isInstanceOf(PolicyRecord.Broken.class);
        assertThat(signed(head("bank.example", "${jndi:x}", then), body)).isInstanceOf(PolicyRecord.Broken.class);
        assertThat(signed(head("bank.example", "", then), body)).isInstanceOf(PolicyRecord.Broken.class);
        assertThat(signed(head("bank.example", "1", "yesterday"), body)).isInstanceOf(PolicyRecord.Broken.class);
        assertThat(signed(head("bank.example", "1", then + "+01:00"), body)).isInstanceOf(PolicyRecord.Broken.class);
        assertThat(signed(head("bank.example", "1", then), "\nversion: STSv1\nmode: enforce\n"))
                .isInstanceOf(PolicyRecord.Broken.class);
        assertThat(signed(head("bank.example", "1", then), body + "mx: *.*\n")).isInstanceOf(PolicyRecord.Broken.class);
    }

    @Test
    void aLifetimeOverTheCapIsCapped() {
        String year = BODY.replace("604800", "9999999999");

        PolicyRecord.Content content = signed(head("bank.example", "1", "2026-01-01T00:00:00Z"), "\n" + year + "\n");

        assertThat(content).isInstanceOfSatisfying(PolicyRecord.Intact.class, intact -> {
            assertThat(intact.policy().policy().maxAge()).hasSeconds(31_557_600);
            assertThat(intact.policy().policy().mx())
                    .containsExactly(new MxPattern.Exact(DomainName.of("mx.bank.example")));
        });
    }

    @Test
    void aRecordOfALaterReleaseIsToldFromABrokenOneWhateverItHolds() {
        assertThat(parse("mtasts4j-policy 2\n\u0000\u0001")).isEqualTo(new PolicyRecord.Newer(2));
        assertThat(parse("mtasts4j-policy 999999999\n" + "x".repeat(PolicyRecord.MAX_OCTETS)))
                .isEqualTo(new PolicyRecord.Newer(999_999_999));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "mtasts4j-policy",
                "mtasts4j-policy \n",
                "mtasts4j-policy 0\n",
                "mtasts4j-policy -1\n",
                "mtasts4j-policy 2147483648\n",
                "mtasts4j-policy \u0663\n",
                "mtasts4j-policy 1",
                "mtasts4j-policy 1\n",
                "MTASTS4J-POLICY 1\n",
                "\u00ac\u00ed\u0000\u0005sr\u0000\u0011java.util.HashMap",
                "\u001f\u008b\b\u0000",
                "{\"mode\":\"none\"}"
            })
    void whatIsNoRecordIsBroken(String text) {
        assertThat(PolicyRecord.parse(text.getBytes(StandardCharsets.ISO_8859_1)))
                .isInstanceOf(PolicyRecord.Broken.class);
    }

    @Test
    void whatIsLongerThanAnyRecordIsNotEvenParsed() {
        byte[] tooLong = Arrays.copyOf(RECORD, PolicyRecord.MAX_OCTETS + 1);

        assertThat(PolicyRecord.parse(tooLong)).isEqualTo(new PolicyRecord.Broken("is longer than any policy record"));
    }
}
