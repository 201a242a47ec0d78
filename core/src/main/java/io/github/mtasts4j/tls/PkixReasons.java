// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tls;

import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertPathValidatorException.Reason;
import java.security.cert.CertificateException;
import java.security.cert.PKIXReason;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Why PKIX refused a chain, in the words of reports; the runtime tells some of it in prose only. */
final class PkixReasons {

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

    private PkixReasons() {}

    static String reasonOf(CertificateException rejection, List<X509Certificate> chain) {
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
}
