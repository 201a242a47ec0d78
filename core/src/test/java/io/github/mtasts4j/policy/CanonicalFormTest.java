// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The quick look at a name, beside what the rules say word for word. */
final class CanonicalFormTest {

    /** The ends of each range that is allowed, what is just beyond them, and two that have no octet or a negative one. */
    private static final String CHARACTERS = "aamz09--..,/:`{AZ_@\u0000\u007f\u00ae\u00e1\u2e2e\u6161";

    private static boolean isCanonical(String name) {
        String[] labels = name.split("\\.", -1);
        return name.length() <= 253
                && Arrays.stream(labels).allMatch(label -> label.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"))
                && !labels[labels.length - 1].matches("[0-9]+");
    }

    private static void isJudgedByTheRules(String name) {
        assertThat(CanonicalForm.isIn(name)).as(name).isEqualTo(isCanonical(name));
        byte[] octets = name.getBytes(StandardCharsets.ISO_8859_1); // What has none is a question mark.
        assertThat(CanonicalForm.isIn(octets, 0, octets.length)).as(name).isEqualTo(isCanonical(name));
    }

    @Test
    void whateverStandsWhereInANameOfAnyLength() {
        for (int length = 1; length <= 70; length++) {
            String name = "a1.b-c.d2e4f6gh.".repeat(5).substring(80 - length);
            isJudgedByTheRules(name);
            for (int at = 0; at < length; at++) {
                for (int kind = 0; kind < CHARACTERS.length(); kind++) {
                    StringBuilder changed = new StringBuilder(name);
                    changed.setCharAt(at, CHARACTERS.charAt(kind));
                    isJudgedByTheRules(changed.toString());
                    changed.setCharAt(length - 1, 'x');
                    isJudgedByTheRules(changed.toString());
                }
            }
        }
    }

    @Test
    void whateverStrangersMakeUp() {
        Random random = new Random(8461);
        int canonical = 0;
        for (int i = 0; i < 200_000; i++) {
            StringBuilder name = new StringBuilder();
            int kinds = random.nextInt(4) == 0 ? CHARACTERS.length() : 10;
            for (int j = random.nextInt(30); j >= 0; j--) {
                name.append(CHARACTERS.charAt(random.nextInt(kinds)));
            }
            isJudgedByTheRules(name.toString());
            canonical += isCanonical(name.toString()) ? 1 : 0;
        }
        assertThat(canonical).isGreaterThan(1000);
    }

    @ParameterizedTest
    @ValueSource(ints = {63, 64})
    void aLabelHas63OctetsAtMost(int length) {
        isJudgedByTheRules("x".repeat(length));
        isJudgedByTheRules("x".repeat(length) + ".example");
        isJudgedByTheRules("mx." + "x".repeat(length));
    }

    @ParameterizedTest
    @ValueSource(ints = {252, 253, 254, 10_000_000})
    void aNameHas253OctetsAtMost(int length) {
        String name = "a.".repeat(length / 2) + (length % 2 == 0 ? "" : "b");
        isJudgedByTheRules(length % 2 == 0 ? "b" + name.substring(1, length - 1) + "c" : name);
    }

    @Test
    void whatStandsAroundItDoesNotMatter() {
        byte[] octets = "-.mx.example.com.-".getBytes(StandardCharsets.US_ASCII);

        assertThat(CanonicalForm.isIn(octets, 2, octets.length - 2)).isTrue();
        assertThat(CanonicalForm.isIn(octets, 1, octets.length - 2)).isFalse();
        assertThat(CanonicalForm.isIn(octets, 2, octets.length - 1)).isFalse();
        assertThat(CanonicalForm.isIn(octets, 2, 2)).isFalse();
    }
}
