// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tls;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.RemoteText;
import io.github.mtasts4j.tls.CertificateProblem.Kind;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.X509TrustManager;

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

    private final Trust trust;
    private final Revocation revocation;

    private CertificateVerifier(Trust trust, Revocation revocation) {
        this.trust = trust;
        this.revocation = revocation;
    }

    private static CertificateVerifier tested(Trust trust) {
        CertificateVerifier verifier = new CertificateVerifier(trust, Revocation.off());
        SelfTest.of(verifier);
        return verifier;
    }

    /**
     * Trusts what the Java runtime trusts, which is much what browsers do (§3.3).
     *
     * @return a verifier that has passed the self-test
     * @throws IllegalStateException if the runtime has no usable trust store, or is set to connect where a certificate
     *     says
     */
    public static CertificateVerifier trustingSystem() {
        try {
            return tested(AnchoredTrust.in((KeyStore) null));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the Java runtime has no usable trust store", e);
        }
    }

    /**
     * Trusts the certificates of a key store.
     *
     * @param trustStore a store with trusted certificate entries
     * @return a verifier that has passed the self-test
     * @throws KeyStoreException if the store has not been loaded
     * @throws IllegalArgumentException if there is no trusted certificate in it
     * @throws IllegalStateException if the runtime is set to connect where a certificate says
     */
    public static CertificateVerifier trusting(KeyStore trustStore) throws KeyStoreException {
        try {
            return tested(AnchoredTrust.in(trustStore));
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
     * @return a verifier that has passed the self-test
     * @throws IllegalArgumentException if there is none
     * @throws IllegalStateException if the runtime is set to connect where a certificate says
     */
    public static CertificateVerifier trusting(Collection<X509Certificate> anchors) {
        return tested(AnchoredTrust.in(anchors));
    }

    /**
     * Trusts what a trust manager trusts: one that reloads its store, say, or knows a company's authorities. It is asked
     * for every certificate, in the thread that judges, about the chain alone; the rest of the rules hold in addition.
     * It goes by its own clock, and what it throws refuses the certificate.
     *
     * @param manager its {@code checkServerTrusted(chain, authType)} is called; {@code getAcceptedIssuers} should name
     *     its anchors, because an anchor's own signature and key are not judged
     * @return a verifier that has passed the self-test
     * @throws IllegalArgumentException if the manager accepts a certificate whose authority nobody trusts
     * @throws IllegalStateException if the runtime is set to connect where a certificate says
     */
    public static CertificateVerifier trusting(X509TrustManager manager) {
        return tested(new ManagedTrust(manager));
    }

    /**
     * The same verifier that notices revoked certificates too.
     *
     * @param revocation where it is to look; {@link Revocation#off()} is the default
     * @return another verifier
     */
    public CertificateVerifier withRevocation(Revocation revocation) {
        return new CertificateVerifier(trust, revocation);
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
        return verify(new PresentedChain(chain, List.of()), host, at);
    }

    /**
     * Judges a chain that came with OCSP responses.
     *
     * @param presented what the peer presented
     * @param host the name that was asked for: the Policy Host, or the name in the MX record
     * @param at the time to judge for
     * @return every problem found, or an empty list: the peer is the host
     */
    public List<CertificateProblem> verify(PresentedChain presented, DomainName host, Instant at) {
        List<X509Certificate> chain = presented.certificates();
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
        if (problems.stream().noneMatch(problem -> problem.kind() == Kind.UNTRUSTED)) {
            revocation.check(presented, trust, at).ifPresent(problems::add);
        }
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
        for (X509Certificate certificate : trust.pathOf(chain)) {
            String algorithm = SignatureDigest.nameIn(certificate);
            if (isWeak(certificate.getPublicKey())) {
                problems.add(problem(Kind.WEAK, "weak-key", "a certificate's key is too short, or of a weak kind"));
            }
            if (SignatureDigest.isWeak(algorithm)) {
                problems.add(problem(
                        Kind.WEAK, "weak-signature", "a certificate is signed with " + RemoteText.safe(algorithm)));
            }
        }
    }

    private boolean isWeak(X509Certificate certificate) {
        return !trust.isAnchor(certificate)
                && (isWeak(certificate.getPublicKey()) || SignatureDigest.isWeak(SignatureDigest.nameIn(certificate)));
    }

    /** What is not named is weak: DSA, curves below 256 bits, and whatever the runtime cannot even read. */
    private static boolean isWeak(PublicKey key) {
        if (key instanceof RSAKey rsa) {
            return rsa.getModulus().bitLength() < MIN_RSA_BITS;
        } else if (key instanceof ECKey ec) {
            return ec.getParams().getOrder().bitLength() < MIN_EC_BITS;
        }
        return !(key instanceof EdECKey);
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
        if (leaf.getBasicConstraints() >= 0 && !trust.isAnchor(leaf)) {
            problems.add(problem(Kind.UNTRUSTED, "ca-as-leaf", "the certificate is an authority's, not a host's"));
        }
        try {
            Instant when = at.isBefore(from) ? from : at.isAfter(to) ? to : at;
            trust.check(usable(chain, problems), when);
        } catch (CertificateException e) {
            String reason = PkixReasons.reasonOf(e, chain);
            if (!isKnown(reason, problems)) {
                problems.add(problem(Kind.UNTRUSTED, reason, "the certificate is not trusted: " + reason));
            }
        }
    }

    /** A weak certificate has been told already, and so have dates, which a trust manager judges by its own clock. */
    private boolean isKnown(String reason, List<CertificateProblem> problems) {
        return switch (reason) {
            case "algorithm" -> problems.stream().anyMatch(problem -> problem.kind() == Kind.WEAK);
            case "issuer-expired" ->
                trust instanceof ManagedTrust && problems.stream().anyMatch(problem -> problem.kind() == Kind.EXPIRED);
            case "issuer-not-yet-valid" ->
                trust instanceof ManagedTrust
                        && problems.stream()
                                .anyMatch(problem -> problem.reason().equals("not-yet-valid"));
            default -> false;
        };
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
