// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli;

import com.ibm.icu.text.IDNA;
import io.github.mtasts4j.policy.Defect;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Parsed;
import io.github.mtasts4j.policy.RemoteText;

/**
 * A domain as somebody typed it, and what the DNS calls it. The conversion is UTS #46, non-transitional, as browsers do it:
 * {@code faß.de} is not {@code fass.de}.
 *
 * @param typed what was typed, safe to print
 * @param name the name in A-labels
 */
public record TypedName(String typed, DomainName name) {

    private static final int OPTIONS =
            IDNA.NONTRANSITIONAL_TO_ASCII | IDNA.USE_STD3_RULES | IDNA.CHECK_BIDI | IDNA.CHECK_CONTEXTJ;

    /**
     * Reads what was typed.
     *
     * @param typed anything
     * @return the name, or what is wrong with it
     */
    public static Parsed<TypedName> parse(String typed) {
        String text = typed.strip();
        Parsed<String> ascii = ascii(text);
        return ascii.then(DomainName::parseHost).then(name -> new Parsed.Ok<>(new TypedName(shown(text, name), name)));
    }

    /**
     * The same for a pattern of a policy, which may begin with an asterisk and a dot.
     *
     * @param typed anything
     * @return the pattern in A-labels, or what is wrong with it
     */
    public static Parsed<String> pattern(String typed) {
        String text = typed.strip();
        return text.startsWith("*.")
                ? ascii(text.substring(2)).then(ascii -> new Parsed.Ok<>("*." + ascii))
                : ascii(text);
    }

    /**
     * Whether the DNS calls it otherwise.
     *
     * @return whether it was converted
     */
    public boolean isConverted() {
        return !typed.equals(name.toString());
    }

    @Override
    public String toString() {
        return isConverted() ? name + " (typed " + typed + ")" : name.toString();
    }

    /** Upper case and a last dot are no news; letters of other scripts are shown as long as the converter took them. */
    private static String shown(String text, DomainName name) {
        return isAscii(text) ? name.toString() : text;
    }

    /** Whatever is ASCII passes as it is, so that the tables are loaded only where they are needed. */
    private static Parsed<String> ascii(String text) {
        if (isAscii(text)) {
            return new Parsed.Ok<>(text);
        }
        IDNA.Info info = new IDNA.Info();
        StringBuilder converted = new StringBuilder();
        IDNA.getUTS46Instance(OPTIONS).nameToASCII(text, converted, info);
        return info.hasErrors()
                ? new Parsed.Malformed<>(
                        Defect.INVALID_NAME,
                        0,
                        "not a domain name by UTS #46 (" + info.getErrors() + "): " + RemoteText.safe(text))
                : new Parsed.Ok<>(converted.toString());
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }
}
