// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.policy;

import java.util.Optional;

/**
 * One {@code mx} of a policy (§3.2, §4.1). Matches by label: nothing of a policy ever becomes a regular expression.
 */
public sealed interface MxPattern {

    /**
     * A host name that has to be met exactly.
     *
     * @param host the name
     */
    record Exact(DomainName host) implements MxPattern {
        @Override
        public boolean matches(DomainName mxHost) {
            return host.equals(mxHost);
        }

        @Override
        public String toString() {
            return host.toString();
        }
    }

    /**
     * {@code *.example.com}: any one label below a domain; not the domain itself, nor two labels (RFC 6125 §6.4.3).
     *
     * @param parent the domain
     */
    record AnyLabel(DomainName parent) implements MxPattern {
        @Override
        public boolean matches(DomainName mxHost) {
            return mxHost.isChildOf(parent);
        }

        @Override
        public String toString() {
            return "*." + parent;
        }
    }

    /**
     * What the grammar takes and no host can meet: a dotted quad (RFC 5321 lets a domain be all digits).
     *
     * @param text the value, in lower case and without a trailing dot
     */
    record Unmatchable(String text) implements MxPattern {

        /**
         * Checks that it is one.
         *
         * @param text the value, in lower case and without a trailing dot
         * @throws IllegalArgumentException if it is anything else than such a number, after {@code *.} or alone
         */
        public Unmatchable {
            String number = text.startsWith("*.") ? text.substring(2) : text;
            if (!DomainName.numeric(number).equals(Optional.of(number))) {
                throw new IllegalArgumentException("not a number: \"" + RemoteText.safe(text) + "\"");
            }
        }

        @Override
        public boolean matches(DomainName mxHost) {
            return false;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * Whether a host of this name may receive the domain's mail.
     *
     * @param mxHost the name in the MX record, not what it is an alias of
     * @return whether it matches
     */
    boolean matches(DomainName mxHost);

    /**
     * Reads the value of an {@code mx} field: {@code ["*."] Domain}.
     *
     * @param value anything
     * @param grammar {@link Grammar#LENIENT} takes one trailing dot
     * @return the pattern, or {@link Defect#INVALID_MX}
     */
    static Parsed<MxPattern> parse(String value, Grammar grammar) {
        if (value.endsWith(".") && grammar == Grammar.STRICT) {
            return invalid("\"" + RemoteText.safe(value) + "\" ends with a dot");
        }
        boolean wildcard = value.startsWith("*.");
        String domain = wildcard ? value.substring(2) : value;
        Parsed<DomainName> name = DomainName.parse(domain);
        if (name instanceof Parsed.Malformed<DomainName> malformed) {
            return DomainName.numeric(domain)
                    .<Parsed<MxPattern>>map(
                            number -> new Parsed.Ok<>(new Unmatchable(wildcard ? "*." + number : number)))
                    .orElseGet(() -> invalid(malformed.detail()));
        }
        DomainName host = name.orElseThrow();
        return new Parsed.Ok<>(wildcard ? new AnyLabel(host) : new Exact(host));
    }

    private static Parsed<MxPattern> invalid(String why) {
        return new Parsed.Malformed<>(Defect.INVALID_MX, 0, "mx " + why);
    }
}
