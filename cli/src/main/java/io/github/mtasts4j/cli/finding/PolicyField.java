// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.finding;

import io.github.mtasts4j.policy.PolicyParser;
import io.github.mtasts4j.policy.RemoteText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One line of a policy as a person sees it, whether or not the parser takes it.
 *
 * @param name what stands before the colon, printable
 * @param value what stands behind it, printable, without blanks around it
 * @param place where the value begins
 */
record PolicyField(String name, String value, Place place) {

    private static final List<String> KNOWN = List.of("version", "mode", "mx", "max_age");
    private static final int LONGEST_NAME = 32;

    /** The lines of a body that have a colon. */
    static List<PolicyField> in(byte[] body) {
        List<PolicyField> fields = new ArrayList<>();
        int octets = Math.min(body.length, PolicyParser.MAX_BODY_OCTETS);
        String text = new String(body, 0, octets, StandardCharsets.ISO_8859_1);
        int number = 0;
        for (String line : text.split("\n", PolicyParser.MAX_LINES + 1)) {
            number++;
            int colon = line.indexOf(':');
            if (colon >= 0) {
                fields.add(of(line, colon, number));
            }
        }
        return fields;
    }

    private static PolicyField of(String line, int colon, int number) {
        int start = colon + 1;
        while (start < line.length() && (line.charAt(start) == ' ' || line.charAt(start) == '\t')) {
            start++;
        }
        return new PolicyField(
                RemoteText.safe(line.substring(0, colon).replaceFirst("^\u00ef\u00bb\u00bf", "")),
                RemoteText.safe(line.substring(start).strip()),
                new Place(number, start + 1));
    }

    boolean isKnown() {
        return KNOWN.contains(name);
    }

    boolean isWellFormed() {
        return name.matches("[A-Za-z0-9][A-Za-z0-9_.-]{0," + (LONGEST_NAME - 1) + "}");
    }

    /** The known name that was probably meant. */
    Optional<String> resembles() {
        String letters = PolicyLint.letters(name);
        return KNOWN.stream()
                .filter(known -> isNear(letters, PolicyLint.letters(known)))
                .findFirst();
    }

    /** Equal, or one letter too many, too few or wrong. */
    private static boolean isNear(String one, String other) {
        String shorter = one.length() <= other.length() ? one : other;
        String longer = one.length() <= other.length() ? other : one;
        if (longer.length() - shorter.length() > 1 || shorter.isEmpty()) {
            return false;
        }
        int same = 0;
        while (same < shorter.length() && shorter.charAt(same) == longer.charAt(same)) {
            same++;
        }
        String rest = longer.substring(Math.min(longer.length(), same + 1));
        return shorter.length() == longer.length()
                ? shorter.substring(Math.min(same + 1, shorter.length())).equals(rest)
                : shorter.substring(same).equals(rest);
    }
}
