// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tls;

import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a chain has to lead to, and who says that it does. */
interface Trust {

    /** The authorities that need no proof. */
    Set<X509Certificate> anchors();

    /**
     * PKIX (RFC 5280 §6) for a server's chain. Asks nobody outside, and does not look at names of hosts.
     *
     * @param chain its own certificate first
     * @param at the time to judge for, where it can be chosen
     */
    void check(X509Certificate[] chain, Instant at) throws CertificateException;

    default boolean isAnchor(X509Certificate certificate) {
        return anchors().contains(certificate);
    }

    /**
     * The certificates that carry the proof, from the leaf to the last one below an anchor. An anchor is trusted for
     * what it is, not for its own signature; and what a server presents beside the path (an old root signed with
     * SHA-1, say) proves nothing and spoils nothing.
     */
    default List<X509Certificate> pathOf(List<X509Certificate> chain) {
        List<X509Certificate> path = new ArrayList<>();
        Optional<X509Certificate> next = Optional.of(chain.get(0));
        while (next.isPresent() && !isAnchor(next.get())) {
            X509Certificate current = next.get();
            path.add(current);
            next = anchorAbove(current).isPresent()
                    ? Optional.empty()
                    : chain.stream()
                            .filter(issuer -> !path.contains(issuer) && isIssuedBy(current, issuer))
                            .findFirst();
        }
        return path;
    }

    default Optional<X509Certificate> anchorAbove(X509Certificate certificate) {
        return anchors().stream()
                .filter(anchor -> isIssuedBy(certificate, anchor))
                .findFirst();
    }

    /** By name and by key: a name alone is anybody's to write. */
    private static boolean isIssuedBy(X509Certificate certificate, X509Certificate issuer) {
        if (!certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
            return false;
        }
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
