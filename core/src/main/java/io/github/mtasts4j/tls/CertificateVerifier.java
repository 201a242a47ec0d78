// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tls;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.RemoteText;
import io.github.mtasts4j.tls.CertificateProblem.Kind;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PublicKey;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertPathValidatorException.Reason;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXReason;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Says whether a certificate chain proves that its holder is a host: PKIX to one of the caller's trust anchors, and the
 * DNS-ID rule of {@link DnsIds}. Both, always. A function of its arguments: it keeps nothing and asks nobody.
 */
public final class CertificateVerifier {

    /** A chain of more certificates is refused unread. */
    public static final int MAX_CERTIFICATES = 10;

    /** A chain of more octets is refused unread. */
    public static final int MAX_CHAIN_OCTETS = 128 * 1024;

    /** A certificate of more DNS-IDs is refused unread. */
    public static final int MAX_DNS_IDS = 1000;

    private static final int MIN_RSA_BITS = 2048;
    private static final int MIN_EC_BITS = 256;

    /** The leaf's own dates are judged apart, so that those of PKIX are an issuer's. */
    private static final Map<Reason, String> REASONS = Map.of(
            BasicReason.ALGORITHM_CONSTRAINED, "algorithm",
            BasicReason.EXPIRED, "issuer-expired",
            BasicReason.INVALID_SIGNATURE, "bad-signature",
            BasicReason.NOT_YET_VALID, "issuer-not-yet-valid",
            PKIXReason.INVALID_NAME, "name-constraints",
            PKIXReason.INVALID_KEY_USAGE, "key-usage",
            PKIXReason.NOT_CA_CERT, "issuer-not-a-ca",
            PKIXReason.PATH_TOO_LONG, "path-too-long",
            PKIXReason.UNRECOGNIZED_CRIT_EXT, "unknown-critical-extension");

    private final Set<TrustAnchor> anchors;

    private CertificateVerifier(Collection<X509Certificate> anchors) {
        if (anchors.isEmpty()) {
            throw new IllegalArgumentException("no trust anchors: nothing could ever be verified");
        }
        this.anchors = anchors.stream().map(a -> new TrustAnchor(a, null)).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Trusts what the Java runtime trusts, which is much what browsers do (§3.3).
     *
     * @return a verifier
     * @throws IllegalStateException if the runtime has no usable trust store
     */
    public static CertificateVerifier trustingSystem() {
        try {
            return new CertificateVerifier(acceptedIssuers(null));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the Java runtime has no usable trust store", e);
        }
    }

    /**
     * Trusts the certificates of a key store.
     *
     * @param trustStore a store with trusted certificate entries
     * @return a verifier
     * @throws KeyStoreException if the store has not been loaded
     * @throws IllegalArgumentException if there is no trusted certificate in it
     */
    public static CertificateVerifier trusting(KeyStore trustStore) throws KeyStoreException {
        try {
            return new CertificateVerifier(acceptedIssuers(trustStore));
        } catch (KeyStoreException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new KeyStoreException(e);
        }
    }

    /**
     * Trusts these certificates.
     *
     * @param anchors at least one
     * @return a verifier
     * @throws IllegalArgumentException if there is none
     */
    public static CertificateVerifier trusting(Collection<X509Certificate> anchors) {
        return new CertificateVerifier(anchors);
    }

    private static List<X509Certificate> acceptedIssuers(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return Arrays.asList(x509(factory).getAcceptedIssuers());
    }

    private static X509TrustManager x509(TrustManagerFactory factory) throws GeneralSecurityException {
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                return x509;
            }
        }
        throw new KeyStoreException("the Java runtime has no X.509 trust manager");
    }

    /**
     * Judges a chain.
     *
     * @param chain what the peer presented, its own certificate first
     * @param host the name that was asked for: the Policy Host, or the name in the MX record
     * @param at the time to judge for
     * @return every problem found, or an empty list: the peer is the host
     */
    public List<CertificateProblem> verify(List<X509Certificate> chain, DomainName host, Instant at) {
        if (chain.isEmpty()) {
            return List.of(problem(Kind.UNTRUSTED, "no-certificate", "the peer presented no certificate"));
        }
        List<CertificateProblem> problems = new ArrayList<>();
        addTooLarge(chain, problems);
        if (!problems.isEmpty()) {
            return problems;
        }
        X509Certificate leaf = chain.get(0);
        addWeak(chain, problems);
        addExpired(leaf, at, problems);
        addUntrusted(chain, at, problems);
        if (!DnsIds.match(leaf, host)) {
            problems.add(problem(
                    Kind.NAME_MISMATCH,
                    "no-matching-dns-id",
                    "the certificate is not for " + host + " but for " + names(leaf)));
        }
        return List.copyOf(problems);
    }

    private static void addTooLarge(List<X509Certificate> chain, List<CertificateProblem> problems) {
        if (chain.size() > MAX_CERTIFICATES) {
            problems.add(problem(Kind.TOO_LARGE, "chain-too-long", "a chain of " + chain.size() + " certificates"));
        } else if (octets(chain) > MAX_CHAIN_OCTETS) {
            problems.add(problem(Kind.TOO_LARGE, "chain-too-large", "a chain of " + octets(chain) + " octets"));
        } else if (DnsIds.of(chain.get(0)).size() > MAX_DNS_IDS) {
            problems.add(problem(Kind.TOO_LARGE, "too-many-names", "a certificate of too many names"));
        }
    }

    private static long octets(List<X509Certificate> chain) {
        long sum = 0;
        for (X509Certificate certificate : chain) {
            try {
                sum += certificate.getEncoded().length;
            } catch (CertificateEncodingException e) {
                return Long.MAX_VALUE;
            }
        }
        return sum;
    }

    /** The JDK refuses these for public authorities only; a private root would let them pass. */
    private void addWeak(List<X509Certificate> chain, List<CertificateProblem> problems) {
        if (chain.stream().noneMatch(this::isWeak)) {
            return;
        }
        for (X509Certificate certificate : pathOf(chain)) {
            String algorithm = SignatureDigest.nameIn(certificate);
            if (isWeak(certificate.getPublicKey())) {
                problems.add(problem(Kind.WEAK, "weak-key", "a certificate's key is too short"));
            }
            if (SignatureDigest.isWeak(algorithm)) {
                problems.add(problem(
                        Kind.WEAK, "weak-signature", "a certificate is signed with " + RemoteText.safe(algorithm)));
            }
        }
    }

    private boolean isWeak(X509Certificate certificate) {
        return !isAnchor(certificate)
                && (isWeak(certificate.getPublicKey()) || SignatureDigest.isWeak(SignatureDigest.nameIn(certificate)));
    }

    /**
     * The certificates that carry the proof, from the leaf to the last one below an anchor. An anchor is trusted for
     * what it is, not for its own signature; and what a server presents beside the path (an old root signed with
     * SHA-1, say) proves nothing and spoils nothing.
     */
    private List<X509Certificate> pathOf(List<X509Certificate> chain) {
        List<X509Certificate> path = new ArrayList<>();
        Optional<X509Certificate> next = Optional.of(chain.get(0));
        while (next.isPresent() && !isAnchor(next.get())) {
            X509Certificate current = next.get();
            path.add(current);
            next = isBelowAnchor(current)
                    ? Optional.empty()
                    : chain.stream()
                            .filter(issuer -> !path.contains(issuer) && isIssuedBy(current, issuer))
                            .findFirst();
        }
        return path;
    }

    private boolean isBelowAnchor(X509Certificate certificate) {
        return anchors.stream().anyMatch(anchor -> isIssuedBy(certificate, anchor.getTrustedCert()));
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

    private static boolean isWeak(PublicKey key) {
        if (key instanceof RSAKey rsa) {
            return rsa.getModulus().bitLength() < MIN_RSA_BITS;
        }
        return key instanceof ECKey ec && ec.getParams().getOrder().bitLength() < MIN_EC_BITS;
    }

    private boolean isAnchor(X509Certificate certificate) {
        return anchors.stream().anyMatch(anchor -> certificate.equals(anchor.getTrustedCert()));
    }

    private static void addExpired(X509Certificate leaf, Instant at, List<CertificateProblem> problems) {
        if (at.isAfter(leaf.getNotAfter().toInstant())) {
            problems.add(problem(
                    Kind.EXPIRED,
                    "expired",
                    "the certificate expired at " + leaf.getNotAfter().toInstant()));
        }
    }

    /** PKIX as of a moment when the leaf itself is valid, so that its dates do not hide what else is wrong. */
    private void addUntrusted(List<X509Certificate> chain, Instant at, List<CertificateProblem> problems) {
        X509Certificate leaf = chain.get(0);
        Instant from = leaf.getNotBefore().toInstant();
        Instant to = leaf.getNotAfter().toInstant();
        if (at.isBefore(from)) {
            problems.add(problem(Kind.UNTRUSTED, "not-yet-valid", "the certificate is not valid before " + from));
        }
        if (leaf.getBasicConstraints() >= 0 && !isAnchor(leaf)) {
            problems.add(problem(Kind.UNTRUSTED, "ca-as-leaf", "the certificate is an authority's, not a host's"));
        }
        try {
            Instant when = at.isBefore(from) ? from : at.isAfter(to) ? to : at;
            pkix(leaf, when).checkServerTrusted(usable(chain, problems), "UNKNOWN");
        } catch (CertificateException e) {
            String reason = reasonOf(e, chain);
            boolean known =
                    reason.equals("algorithm") && problems.stream().anyMatch(problem -> problem.kind() == Kind.WEAK);
            if (!known) {
                problems.add(problem(Kind.UNTRUSTED, reason, "the certificate is not trusted: " + reason));
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the Java runtime has no PKIX", e);
        }
    }

    /**
     * What a path may be built from. While nothing weak has been found on the path that seems to be meant, none may go
     * through a weak authority; afterwards the verdict is settled, and the whole chain tells more about it.
     */
    private X509Certificate[] usable(List<X509Certificate> chain, List<CertificateProblem> problems) {
        boolean settled = problems.stream().anyMatch(problem -> problem.kind() == Kind.WEAK);
        return chain.stream()
                .filter(certificate -> settled || !isWeak(certificate))
                .toArray(X509Certificate[]::new);
    }

    /** JSSE's own PKIX with all the rules the runtime adds to it, but for our anchors and our time. */
    private X509TrustManager pkix(X509Certificate leaf, Instant at) throws GeneralSecurityException {
        X509CertSelector target = new X509CertSelector();
        target.setCertificate(leaf);
        PKIXBuilderParameters parameters = parameters(target);
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(at));
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(new CertPathTrustManagerParameters(parameters));
        return x509(factory);
    }

    private PKIXBuilderParameters parameters(X509CertSelector target) {
        try {
            return new PKIXBuilderParameters(anchors, target);
        } catch (InvalidAlgorithmParameterException e) {
            throw new IllegalStateException(e); // Only for an empty set of anchors.
        }
    }

    private static String reasonOf(CertificateException rejection, List<X509Certificate> chain) {
        for (Throwable cause = rejection; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertPathValidatorException path && REASONS.containsKey(path.getReason())) {
                return REASONS.get(path.getReason());
            }
        }
        String message = String.valueOf(rejection.getMessage()).toLowerCase(Locale.ROOT);
        if (message.contains("extended key usage")) {
            return "eku";
        }
        if (message.contains("keyusage") || message.contains("key usage")) {
            return "key-usage";
        }
        X509Certificate leaf = chain.get(0);
        if (leaf.getIssuerX500Principal().equals(leaf.getSubjectX500Principal())) {
            return "self-signed";
        }
        return chain.size() == 1 ? "incomplete-chain" : "unknown-ca";
    }

    private static String names(X509Certificate leaf) {
        List<String> dnsIds = DnsIds.of(leaf);
        if (dnsIds.isEmpty()) {
            return "no DNS name at all (a common name does not count)";
        }
        return dnsIds.stream().limit(3).map(RemoteText::safe).collect(Collectors.joining(", "))
                + (dnsIds.size() > 3 ? " and " + (dnsIds.size() - 3) + " more" : "");
    }

    private static CertificateProblem problem(Kind kind, String reason, String detail) {
        return new CertificateProblem(kind, reason, detail);
    }
}
