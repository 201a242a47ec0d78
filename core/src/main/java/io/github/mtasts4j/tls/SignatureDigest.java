// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tls;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.security.spec.PSSParameterSpec;
import java.util.Locale;

/** The digest under a certificate's signature, which is as strong as the signature can be. */
final class SignatureDigest {

    private SignatureDigest() {}

    /** The JDK's name of the algorithm; RSASSA-PSS keeps its digest in the parameters, and SHA-1 is its default. */
    static String nameIn(X509Certificate certificate) {
        String algorithm = certificate.getSigAlgName();
        if (!algorithm.equals("RSASSA-PSS")) {
            return algorithm;
        }
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance(algorithm);
            parameters.init(certificate.getSigAlgParams());
            return parameters.getParameterSpec(PSSParameterSpec.class).getDigestAlgorithm() + " and RSASSA-PSS";
        } catch (GeneralSecurityException | IOException e) {
            return algorithm; // PKIX cannot read it either, and refuses it.
        }
    }

    static boolean isWeak(String algorithm) {
        String digest = algorithm.toUpperCase(Locale.ROOT);
        return digest.startsWith("SHA1") || digest.startsWith("SHA-1 ") || digest.startsWith("MD");
    }
}
