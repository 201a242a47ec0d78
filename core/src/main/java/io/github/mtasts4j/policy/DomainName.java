// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.policy;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A domain name in the one form that is ever compared: A-labels, lower case, no trailing dot, at most 253 octets.
 *
 * <p>Internationalised names have to be converted before they get here (UTS #46, non-transitional); a U-label is
 * refused, because the JDK's own converter implements IDNA2003 and turns some of them into other people's domains.
 * Names whose last label is all digits are refused too: they are addresses, or look like them.
 */
public final class DomainName implements Comparable<DomainName> {

    private static final int MAX_OCTETS = CanonicalForm.MAX_OCTETS;
    private static final int MAX_LABEL = CanonicalForm.MAX_LABEL;

    private final String name;

    private DomainName(String canonical) {
        this.name = canonical;
    }

    /**
     * Reads a domain as it stands in an address, a policy or a configuration: labels of letters, digits and inner
     * hyphens. Upper case and one trailing dot are taken.
     *
     * @param text anything
     * @return the name, or {@link Defect#INVALID_NAME} with the reason
     */
    public static Parsed<DomainName> parse(@Nullable String text) {
        return read(text, Labels.LETTERS_DIGITS_HYPHEN);
    }

    /**
     * Reads a host name as it stands in an MX record, where underscores occur in the wild.
     *
     * @param text anything
     * @return the name, or {@link Defect#INVALID_NAME} with the reason
     */
    public static Parsed<DomainName> parseHost(@Nullable String text) {
        return read(text, Labels.WITH_UNDERSCORE);
    }

    /**
     * A host name the program itself knows to be right; takes what {@link #parseHost} takes.
     *
     * @param text a host name
     * @return the name
     * @throws IllegalArgumentException if it is not one
     */
    public static DomainName of(String text) {
        DomainName canonical = ifCanonical(text);
        if (canonical != null) {
            return canonical;
        }
        Parsed<DomainName> parsed = readCarefully(text, Labels.WITH_UNDERSCORE);
        if (parsed instanceof Parsed.Malformed<DomainName> malformed) {
            throw new IllegalArgumentException(malformed.detail());
        }
        return parsed.orElseThrow();
    }

    private static Parsed<DomainName> read(@Nullable String text, Labels labels) {
        DomainName canonical = text == null ? null : ifCanonical(text);
        return canonical != null ? new Parsed.Ok<>(canonical) : readCarefully(text, labels);
    }

    /** Most names are, and a mail server reads two for each message. */
    static @Nullable DomainName ifCanonical(String text) {
        return CanonicalForm.isIn(text) ? new DomainName(text) : null;
    }

    private static Parsed<DomainName> readCarefully(@Nullable String text, Labels labels) {
        if (text == null || text.isEmpty() || text.equals(".")) {
            return refuse(text, "is empty");
        }
        int end = endWithoutDot(text);
        if (end > MAX_OCTETS) {
            return refuse(text, "is longer than " + MAX_OCTETS + " octets");
        }
        String trouble = troubleIn(text, end, labels);
        if (trouble == null && endsInNumber(text, end)) {
            trouble = "ends in a number: an address, not a name";
        }
        return trouble == null ? new Parsed.Ok<>(new DomainName(lowerCase(text, end))) : refuse(text, trouble);
    }

    /**
     * What RFC 5321 takes for a domain and {@link #parse} does not: letter-digit-hyphen labels, the last of them a
     * number.
     *
     * @param text anything
     * @return the text in canonical form, or empty if it is a name or has other faults
     */
    static Optional<String> numeric(String text) {
        int end = endWithoutDot(text);
        boolean numeric = end > 0
                && end <= MAX_OCTETS
                && troubleIn(text, end, Labels.LETTERS_DIGITS_HYPHEN) == null
                && endsInNumber(text, end);
        return numeric ? Optional.of(lowerCase(text, end)) : Optional.empty();
    }

    private static int endWithoutDot(String text) {
        return text.endsWith(".") ? text.length() - 1 : text.length();
    }

    private static @Nullable String troubleIn(String text, int end, Labels labels) {
        int labelStart = 0;
        for (int i = 0; i <= end; i++) {
            if (i < end && text.charAt(i) != '.') {
                if (!labels.allow(text.charAt(i))) {
                    return text.charAt(i) > 0x7f
                            ? "is not ASCII: convert U-labels to A-labels (UTS #46) first"
                            : "has a character that no domain name has";
                }
                continue;
            }
            if (i == labelStart) {
                return "has an empty label";
            }
            if (i - labelStart > MAX_LABEL) {
                return "has a label of more than " + MAX_LABEL + " octets";
            }
            if (text.charAt(labelStart) == '-' || text.charAt(i - 1) == '-') {
                return "has a label that begins or ends with a hyphen";
            }
            labelStart = i + 1;
        }
        return null;
    }

    /** Whether the last label is all digits. */
    private static boolean endsInNumber(String text, int end) {
        int i = end - 1;
        while (i >= 0 && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
            i--;
        }
        return i < 0 || (i < end - 1 && text.charAt(i) == '.');
    }

    /** ASCII only and without a locale; returns the very string where it is canonical already. */
    private static String lowerCase(String text, int end) {
        for (int i = 0; i < end; i++) {
            if (text.charAt(i) >= 'A' && text.charAt(i) <= 'Z') {
                char[] chars = text.substring(0, end).toCharArray();
                for (int j = i; j < end; j++) {
                    chars[j] = chars[j] >= 'A' && chars[j] <= 'Z' ? (char) (chars[j] | 0x20) : chars[j];
                }
                return new String(chars);
            }
        }
        return end == text.length() ? text : text.substring(0, end);
    }

    private static Parsed<DomainName> refuse(@Nullable String text, String why) {
        return new Parsed.Malformed<>(Defect.INVALID_NAME, 0, "\"" + RemoteText.safe(text) + "\" " + why);
    }

    /**
     * This name under one more label, as in {@code _mta-sts.example.com}.
     *
     * @param label one label of letters, digits, hyphens and underscores
     * @return the longer name, or empty if it would exceed 253 octets
     */
    public Optional<DomainName> child(String label) {
        return parseHost(label + "." + name).asOptional();
    }

    /**
     * This name without its left-most label.
     *
     * @return the parent, or empty for a single label
     */
    public Optional<DomainName> parent() {
        int dot = name.indexOf('.');
        return dot < 0 ? Optional.empty() : Optional.of(new DomainName(name.substring(dot + 1)));
    }

    /**
     * Whether this name is exactly one label below another, without making the parent.
     *
     * @param other the name above
     * @return whether {@code parent()} is {@code other}
     */
    boolean isChildOf(DomainName other) {
        int dot = name.length() - other.name.length() - 1;
        return dot > 0 && name.indexOf('.') == dot && name.endsWith(other.name);
    }

    /** Whether a label that no name has yet would fit in front of it. */
    boolean hasRoomFor(String label) {
        return label.length() + 1 + name.length() <= MAX_OCTETS;
    }

    /** Whether this name is a label below one that is given with the dot in front of it, or more than one. */
    boolean isBelow(String dotAndName) {
        return name.endsWith(dotAndName);
    }

    /**
     * Whether the name has but one label.
     *
     * @return whether there is no dot in it
     */
    public boolean isSingleLabel() {
        return name.indexOf('.') < 0;
    }

    /**
     * Whether every label is of letters, digits and hyphens, which TLS requires of a server name (RFC 6066 §3).
     *
     * @return whether the name can be sent as SNI
     */
    public boolean isLetterDigitHyphen() {
        return name.indexOf('_') < 0;
    }

    @Override
    public int compareTo(DomainName other) {
        return name.compareTo(other.name);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DomainName that && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /**
     * The canonical name.
     *
     * @return lower case, A-labels, no trailing dot
     */
    @Override
    public String toString() {
        return name;
    }

    private enum Labels {
        LETTERS_DIGITS_HYPHEN,
        WITH_UNDERSCORE;

        boolean allow(char c) {
            return (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '-'
                    || (c == '_' && this == WITH_UNDERSCORE);
        }
    }
}
