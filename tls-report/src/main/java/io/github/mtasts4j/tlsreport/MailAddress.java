// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.RemoteText;
import java.util.Optional;

/**
 * A mail address of the plain form: a dot-string of at most 64 octets, {@code @}, a domain in A-labels (RFC 5321 §4.1.2).
 * Quoted local parts, comments, display names and address literals are not taken: nobody needs them here, and they are how one
 * address is made to look like another.
 *
 * @param localPart what stands before the {@code @}, in its own case
 * @param domain what stands behind it
 */
public record MailAddress(String localPart, DomainName domain) {

    private static final int MAX_LOCAL_PART = 64;
    private static final String SYMBOLS = "!#$%&'*+-/=?^_`{|}~";

    /**
     * Checks the local part.
     *
     * @param localPart a dot-string of ASCII, 1 to 64 octets
     * @param domain the domain
     * @throws IllegalArgumentException if the local part is anything else
     */
    public MailAddress {
        if (!isDotString(localPart)) {
            throw new IllegalArgumentException("not a local part: \"" + RemoteText.safe(localPart) + "\"");
        }
    }

    /**
     * Reads an address.
     *
     * @param text anything
     * @return the address, or empty if it is not one of the plain form
     */
    public static Optional<MailAddress> parse(String text) {
        int at = text.indexOf('@');
        return at < 0 || !isDotString(text.substring(0, at))
                ? Optional.empty()
                : DomainName.parse(text.substring(at + 1))
                        .asOptional()
                        .map(domain -> new MailAddress(text.substring(0, at), domain));
    }

    /**
     * An address that the program itself knows to be right.
     *
     * @param text an address
     * @return the address
     * @throws IllegalArgumentException if it is not one of the plain form
     */
    public static MailAddress of(String text) {
        return parse(text)
                .orElseThrow(() ->
                        new IllegalArgumentException("not a plain mail address: \"" + RemoteText.safe(text) + "\""));
    }

    private static boolean isDotString(String text) {
        return !text.isEmpty() && text.length() <= MAX_LOCAL_PART && isDotAtom(text);
    }

    /** {@code dot-atom-text} (RFC 5322 §3.2.3), in ASCII. */
    static boolean isDotAtom(String text) {
        boolean atDot = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.' ? atDot : !isAtomText(c)) {
                return false;
            }
            atDot = c == '.';
        }
        return !atDot;
    }

    static boolean isAtomText(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || (c < 0x7f && SYMBOLS.indexOf(c) >= 0);
    }

    /**
     * The address.
     *
     * @return such as {@code reports@example.com}
     */
    @Override
    public String toString() {
        return localPart + "@" + domain;
    }
}
