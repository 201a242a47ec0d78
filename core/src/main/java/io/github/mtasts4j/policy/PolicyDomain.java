// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.policy;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The domain whose policy counts for a delivery (§1.1, §3.4): the domain of the recipient, or the smart host where all
 * mail goes to one. Never an MX, never what a CNAME points to, never a parent.
 *
 * <p>What has no policy domain is a value as well, so that no address a stranger chose makes a caller fail.
 */
public sealed interface PolicyDomain {

    /**
     * A domain that may publish a policy.
     *
     * @param name the domain
     */
    record Named(DomainName name) implements PolicyDomain {
        @Override
        public String toString() {
            return name.toString();
        }
    }

    /**
     * There is no policy domain; {@code resolve} answers so without asking anybody.
     *
     * @param why the kind of destination
     * @param detail the destination, escaped and shortened, with the reason
     */
    record None(Why why, String detail) implements PolicyDomain {
        @Override
        public String toString() {
            return detail;
        }
    }

    /** Why a destination has no policy domain. */
    enum Why {
        /** An address literal such as {@code [192.0.2.1]} (§3.4). */
        ADDRESS_LITERAL,
        /** A name that no policy can be published for: a single label, or a special-use name such as {@code .onion}. */
        NOT_PUBLIC,
        /** Not a domain name, or one to which {@code mta-sts.} cannot be prepended. */
        INVALID
    }

    /**
     * The policy domain of a recipient: what stands behind the last {@code @}.
     *
     * @param address an address such as {@code alice@example.com}
     * @return the policy domain, or {@link None} for anything else; never throws
     */
    static PolicyDomain ofRecipient(@Nullable String address) {
        int at = address == null ? -1 : address.lastIndexOf('@');
        if (address == null || at < 1) {
            return new None(Why.INVALID, "\"" + RemoteText.safe(address) + "\" is not a mail address");
        }
        return ofDomain(address.substring(at + 1));
    }

    /**
     * The policy domain of a relay that all mail is routed through (§3.4): the relay itself, not the recipient.
     *
     * @param host the relay's host name or address, without a port
     * @return the policy domain, or {@link None} for anything else; never throws
     */
    static PolicyDomain ofSmartHost(@Nullable String host) {
        return ofDomain(host);
    }

    /**
     * The policy domain of a domain that the caller has already cut out of an address.
     *
     * @param domain a domain in A-labels, or an address literal
     * @return the policy domain, or {@link None} for anything else; never throws
     */
    static PolicyDomain ofDomain(@Nullable String domain) {
        DomainName canonical = domain == null ? null : DomainName.ifCanonical(domain);
        if (canonical != null) {
            return ofPublic(canonical);
        }
        Parsed<DomainName> parsed = DomainName.parse(domain);
        return parsed instanceof Parsed.Ok<DomainName> ok ? ofPublic(ok.value()) : notAName(domain, parsed);
    }

    private static PolicyDomain ofPublic(DomainName name) {
        return name.isSingleLabel() || SpecialUse.covers(name)
                ? new None(Why.NOT_PUBLIC, quote(name) + " is not a public domain")
                : of(name);
    }

    private static PolicyDomain notAName(@Nullable String domain, Parsed<DomainName> parsed) {
        return domain != null && AddressLiterals.isLiteral(domain)
                ? new None(Why.ADDRESS_LITERAL, "\"" + RemoteText.safe(domain) + "\" is an address literal")
                : new None(Why.INVALID, ((Parsed.Malformed<DomainName>) parsed).detail());
    }

    /**
     * A policy domain that is taken as it is, special-use names included.
     *
     * @param name the domain
     * @return the policy domain, or {@link None} if {@code mta-sts.} cannot be prepended to it
     */
    static PolicyDomain of(DomainName name) {
        if (!name.isLetterDigitHyphen()) {
            return new None(Why.INVALID, quote(name) + " has an underscore: not a mail domain");
        }
        // "_mta-sts" and "mta-sts" differ by one octet; both have to fit.
        return name.hasRoomFor("_mta-sts")
                ? new Named(name)
                : new None(Why.INVALID, quote(name) + " is too long for MTA-STS");
    }

    private static String quote(DomainName name) {
        return "\"" + RemoteText.safe(name.toString()) + "\"";
    }

    /**
     * The domain's name, where there is one.
     *
     * @return the name, or empty for {@link None}
     */
    default Optional<DomainName> asName() {
        return this instanceof Named named ? Optional.of(named.name) : Optional.empty();
    }
}

/** Names that the public DNS does not serve (RFC 6761, RFC 6762, RFC 7686). */
final class SpecialUse {

    private static final String[] BELOW = {".localhost", ".local", ".onion", ".arpa"};

    private SpecialUse() {}

    /** Single labels are not asked about. */
    static boolean covers(DomainName name) {
        for (String domain : BELOW) {
            if (name.isBelow(domain)) {
                return true;
            }
        }
        return false;
    }
}

/** Tells an address from a name by its form; nothing is resolved. */
final class AddressLiterals {

    private AddressLiterals() {}

    static boolean isLiteral(String text) {
        return (text.startsWith("[") && text.endsWith("]")) || isDottedQuad(text) || isIpv6(text);
    }

    private static boolean isIpv6(String text) {
        return text.indexOf(':') >= 0
                && text.indexOf(':') != text.lastIndexOf(':')
                && text.chars().allMatch(c -> (Character.digit(c, 16) >= 0 && c < 0x80) || c == ':' || c == '.');
    }

    static boolean isDottedQuad(String text) {
        int octets = 0;
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i < text.length() && text.charAt(i) != '.') {
                if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                    return false;
                }
                continue;
            }
            if (i == start || i - start > 3) {
                return false;
            }
            octets++;
            start = i + 1;
        }
        return octets == 4;
    }
}
