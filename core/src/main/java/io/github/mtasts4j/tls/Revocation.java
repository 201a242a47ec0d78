// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tls;

import io.github.mtasts4j.tls.CertificateProblem.Kind;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.PKIXRevocationChecker.Option;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Whether a certificate that its authority has revoked is noticed (§10.5). Nobody is ever asked: what is looked at is
 * the OCSP response that the server staples to its handshake, and the revocation lists that the embedder provides. The
 * addresses in certificates are a stranger's to write, and no connection is made to them.
 *
 * <table>
 * <caption>What the modes refuse</caption>
 * <tr><th>mode</th><th>looks at</th><th>the staple or a list says revoked</th><th>nothing is known</th></tr>
 * <tr><td>{@link #off()}</td><td>nothing</td><td>accepted</td><td>accepted</td></tr>
 * <tr><td>{@link #stapled()}</td><td>staple</td><td>refused</td><td>accepted</td></tr>
 * <tr><td>{@link #soft}</td><td>staple, lists</td><td>refused</td><td>accepted</td></tr>
 * <tr><td>{@link #hard}</td><td>staple, lists</td><td>refused</td><td>refused</td></tr>
 * </table>
 *
 * <p>"Nothing is known" covers a staple or a list that is missing, expired, unreadable or not signed by the authority.
 * Lists are held against every certificate of the path; known must be the state of the server's own certificate only. A
 * certificate that promises a staple (RFC 7633) is refused without one in every mode but the first.
 */
public final class Revocation {

    private static final String TLS_FEATURE = "1.3.6.1.5.5.7.1.24";
    private static final String ISSUING_DISTRIBUTION_POINT = "2.5.29.28";
    private static final String DELTA = "2.5.29.27";

    private enum Mode {
        OFF,
        STAPLED,
        SOFT,
        HARD
    }

    private enum Status {
        GOOD,
        REVOKED,
        UNKNOWN
    }

    private final Mode mode;
    private final Supplier<? extends Collection<X509CRL>> lists;

    private Revocation(Mode mode, Supplier<? extends Collection<X509CRL>> lists) {
        this.mode = mode;
        this.lists = lists;
    }

    /**
     * Looks at nothing, as Java does by default.
     *
     * @return the mode that is the default
     */
    public static Revocation off() {
        return new Revocation(Mode.OFF, List::of);
    }

    /**
     * Looks at what the server staples.
     *
     * @return the mode
     */
    public static Revocation stapled() {
        return new Revocation(Mode.STAPLED, List::of);
    }

    /**
     * Looks at the staple and at revocation lists, and accepts what they say nothing of.
     *
     * @param lists asked once per certificate judged, in the thread that judges; it should have them at hand. One that
     *     throws provides none
     * @return the mode
     */
    public static Revocation soft(Supplier<? extends Collection<X509CRL>> lists) {
        return new Revocation(Mode.SOFT, lists);
    }

    /**
     * Looks at the staple and at revocation lists, and refuses what they say nothing of. Most servers staple nothing, so
     * without lists of all authorities in use hardly any mail will be delivered where a policy asks for a certificate.
     *
     * @param lists asked once per certificate judged, in the thread that judges; it should have them at hand. One that
     *     throws provides none
     * @return the mode
     */
    public static Revocation hard(Supplier<? extends Collection<X509CRL>> lists) {
        return new Revocation(Mode.HARD, lists);
    }

    /** What is wrong with a path that PKIX has accepted otherwise. */
    Optional<CertificateProblem> check(PresentedChain chain, Trust trust, Instant at) {
        if (mode == Mode.OFF || trust.isAnchor(chain.certificates().get(0))) {
            return Optional.empty();
        }
        List<X509Certificate> path = trust.pathOf(chain.certificates());
        X509Certificate leaf = path.get(0);
        Status stapled = stapled(path, chain.staple(), trust, at);
        Collection<X509CRL> crls = lists();
        Status listed = crls.isEmpty() ? Status.UNKNOWN : listed(path, crls, trust, at);
        if (stapled == Status.REVOKED || listed == Status.REVOKED) {
            return Optional.of(new CertificateProblem(
                    Kind.REVOKED,
                    "revoked",
                    "the certificate has been revoked, says "
                            + (stapled == Status.REVOKED ? "its authority's stapled response" : "a revocation list")));
        } else if (stapled == Status.UNKNOWN && promisesStaple(leaf)) {
            return unknown(
                    "staple-missing", "the certificate promises a stapled response, and none has come that counts");
        } else if (mode == Mode.HARD && stapled != Status.GOOD && listed != Status.GOOD) {
            return unknown("revocation-unknown", "nothing is known of whether the certificate has been revoked");
        }
        return Optional.empty();
    }

    private static Optional<CertificateProblem> unknown(String reason, String detail) {
        return Optional.of(new CertificateProblem(Kind.UNTRUSTED, reason, detail));
    }

    /** A list of features, each an INTEGER of one octet; the fifth is status_request (RFC 7633 §4.1). */
    private static boolean promisesStaple(X509Certificate leaf) {
        byte[] features = leaf.getExtensionValue(TLS_FEATURE);
        for (int i = 0; features != null && i + 2 < features.length; i++) {
            if (features[i] == 2 && features[i + 1] == 1 && features[i + 2] == 5) {
                return true;
            }
        }
        return false;
    }

    /** With a response at hand and no fallback allowed, JSSE's checker asks nobody. */
    private static Status stapled(List<X509Certificate> path, byte[] staple, Trust trust, Instant at) {
        if (staple.length == 0) {
            return Status.UNKNOWN;
        }
        try {
            CertPathValidator validator = CertPathValidator.getInstance("PKIX");
            PKIXRevocationChecker checker = (PKIXRevocationChecker) validator.getRevocationChecker();
            checker.setOptions(EnumSet.of(Option.ONLY_END_ENTITY, Option.NO_FALLBACK));
            checker.setOcspResponses(Map.of(path.get(0), staple));
            PKIXParameters parameters = new PKIXParameters(AnchoredTrust.asTrustAnchors(trust.anchors()));
            parameters.setRevocationEnabled(false); // But for this checker.
            parameters.addCertPathChecker(checker);
            parameters.setDate(Date.from(at));
            validator.validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
            return Status.GOOD;
        } catch (CertPathValidatorException e) {
            return e.getReason() == BasicReason.REVOKED ? Status.REVOKED : Status.UNKNOWN;
        } catch (GeneralSecurityException e) {
            return Status.UNKNOWN;
        }
    }

    private Collection<X509CRL> lists() {
        try {
            return lists.get();
        } catch (RuntimeException e) {
            return List.of();
        }
    }

    /** Revoked if any certificate of the path is; good if a list that would name the first one does not. */
    private static Status listed(List<X509Certificate> path, Collection<X509CRL> lists, Trust trust, Instant at) {
        Status first = Status.UNKNOWN;
        for (int i = 0; i < path.size(); i++) {
            X509Certificate certificate = path.get(i);
            Optional<X509Certificate> issuer =
                    i + 1 < path.size() ? Optional.of(path.get(i + 1)) : trust.anchorAbove(certificate);
            for (X509CRL list : lists) {
                if (issuer.isPresent() && isCurrent(list, issuer.get(), at)) {
                    if (list.isRevoked(certificate)) {
                        return Status.REVOKED;
                    }
                    first = i == 0 && isComplete(list) ? Status.GOOD : first;
                }
            }
        }
        return first;
    }

    private static boolean isCurrent(X509CRL list, X509Certificate issuer, Instant at) {
        boolean current = list.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())
                && !list.hasUnsupportedCriticalExtension()
                && list.getExtensionValue(DELTA) == null
                && !at.isBefore(list.getThisUpdate().toInstant())
                && list.getNextUpdate() != null
                && at.isBefore(list.getNextUpdate().toInstant());
        try {
            if (current) {
                list.verify(issuer.getPublicKey());
            }
            return current;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** A list for some of an authority's certificates proves nothing by its silence. */
    private static boolean isComplete(X509CRL list) {
        return list.getExtensionValue(ISSUING_DISTRIBUTION_POINT) == null;
    }
}
