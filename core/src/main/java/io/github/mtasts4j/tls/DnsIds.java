// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tls;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.MxPattern;
import io.github.mtasts4j.policy.Parsed;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The identity rule of RFC 8461, for the Policy Host and for MX hosts alike: the DNS-IDs of a certificate (SAN dNSName)
 * and nothing else. A common name counts for nothing, nor does an address; {@code *} stands for the whole left-most
 * label or for nothing (§3.3, §4.2, RFC 6125 §6.4, RFC 9525).
 */
public final class DnsIds {

    private static final int DNS_NAME = 2;

    private DnsIds() {}

    /**
     * The DNS-IDs of a certificate, as it bears them.
     *
     * @param certificate any certificate
     * @return the dNSName entries, which may be anything but names; none if the extension is absent or broken
     */
    public static List<String> of(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            List<String> dnsIds = new ArrayList<>();
            for (List<?> name : names == null ? List.<List<?>>of() : names) {
                if (name.get(0).equals(DNS_NAME) && name.get(1) instanceof String dnsId) {
                    dnsIds.add(dnsId);
                }
            }
            return dnsIds;
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    /**
     * Whether a certificate is for a host.
     *
     * @param certificate the peer's certificate
     * @param host the name that was asked for
     * @return whether one of its DNS-IDs matches
     */
    public static boolean match(X509Certificate certificate, DomainName host) {
        return match(of(certificate), host);
    }

    /**
     * Whether one of these DNS-IDs matches a host.
     *
     * @param dnsIds what a certificate bears; entries that are no names match nothing
     * @param host the name that was asked for
     * @return whether one matches
     */
    public static boolean match(List<String> dnsIds, DomainName host) {
        for (String dnsId : dnsIds) {
            if (matches(dnsId, host)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(String dnsId, DomainName host) {
        if (dnsId.endsWith(".")) {
            return false; // RFC 5280 §4.2.1.6: the preferred name syntax has no trailing dot.
        }
        boolean wildcard = dnsId.startsWith("*.");
        Parsed<DomainName> name = DomainName.parseHost(wildcard ? dnsId.substring(2) : dnsId);
        if (!(name instanceof Parsed.Ok<DomainName> ok)) {
            return false;
        }
        MxPattern rule = wildcard ? new MxPattern.AnyLabel(ok.value()) : new MxPattern.Exact(ok.value());
        return rule.matches(host);
    }
}
