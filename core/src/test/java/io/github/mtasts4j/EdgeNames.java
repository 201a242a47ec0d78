// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j;

import com.ibm.icu.text.IDNA;
import io.github.mtasts4j.policy.DomainName;
import java.util.Optional;

/**
 * What a mail server does with a host name before it calls the library, if its names may hold U-labels: UTS #46,
 * non-transitional, strict (RFC 5891 §5, decision D33). The library itself takes A-labels only.
 *
 * <p>{@code java.net.IDN} will not do. It implements IDNA2003 and turns {@code faß.example} into {@code fass.example},
 * another domain.
 */
final class EdgeNames {

    /** Bidi and joiner rules as RFC 5891 has them, and no ASCII but letters, digits and hyphens. */
    private static final IDNA UTS46 = IDNA.getUTS46Instance(
            IDNA.NONTRANSITIONAL_TO_ASCII | IDNA.CHECK_BIDI | IDNA.CHECK_CONTEXTJ | IDNA.USE_STD3_RULES);

    private EdgeNames() {}

    /**
     * A host name as typed, or as an MX record has it, for the library.
     *
     * @param typed anything
     * @return the name; or empty, which means: this host matches nothing
     */
    static Optional<DomainName> host(String typed) {
        // Plain ASCII goes straight on: the library judges it itself, keeps "_" and takes an A-label as it stands.
        Optional<String> ascii = isAscii(typed) ? Optional.of(typed) : toALabels(typed);
        return ascii.flatMap(name -> DomainName.parseHost(name).asOptional());
    }

    private static Optional<String> toALabels(String typed) {
        IDNA.Info info = new IDNA.Info();
        String name = UTS46.nameToASCII(typed, new StringBuilder(), info).toString();
        return info.hasErrors() || hasLookAlike(typed, name) ? Optional.empty() : Optional.of(name);
    }

    /**
     * Whether the mapping turned a label that is not ASCII into one that is: KELVIN SIGN into k, LONG S into s, a
     * fullwidth letter into a plain one, a soft hyphen into nothing. Such a label only looks like the other. A mapped
     * full stop ({@code U+3002}) shows as a label more than was typed.
     */
    private static boolean hasLookAlike(String typed, String mapped) {
        String[] before = typed.split("\\.", -1);
        String[] after = mapped.split("\\.", -1);
        if (before.length != after.length) {
            return true;
        }
        for (int i = 0; i < before.length; i++) {
            if (!isAscii(before[i]) && !after[i].startsWith("xn--")) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }
}
