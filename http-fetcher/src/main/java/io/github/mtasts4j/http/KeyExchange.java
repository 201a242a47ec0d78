// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import java.security.AlgorithmConstraints;
import java.security.AlgorithmParameters;
import java.security.CryptoPrimitive;
import java.security.Key;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLParameters;

/**
 * Which groups a handshake offers to agree on a key in. JSSE makes a key for the first of each kind that it offers, before it
 * knows which the server takes.
 */
enum KeyExchange {

    /** Whatever the runtime has. */
    ANY,

    /** The curves of NIST alone, one of which every server knows that keeps to RFC 8446 §9.1. */
    NIST_CURVES;

    /**
     * What to begin with. Where the curves of NIST have a provider of their own, which is native as a rule, X25519 is left to Java,
     * where it takes as long as everything else that is computed in a handshake.
     */
    static KeyExchange first() {
        try {
            return providerOf("EC").equals(providerOf("X25519")) ? ANY : NIST_CURVES;
        } catch (NoSuchAlgorithmException e) {
            return ANY; // Then there is not so much to choose from.
        }
    }

    private static String providerOf(String algorithm) throws NoSuchAlgorithmException {
        return KeyPairGenerator.getInstance(algorithm).getProvider().getName();
    }

    /** Offers no more than this. What JSSE refuses on its own account it goes on to refuse. */
    void restrict(SSLParameters parameters) {
        if (this == NIST_CURVES) {
            parameters.setAlgorithmConstraints(new WithoutOthers());
        }
    }

    /** JSSE asks about each group by its name. */
    private static final class WithoutOthers implements AlgorithmConstraints {

        @Override
        public boolean permits(Set<CryptoPrimitive> use, String algorithm, AlgorithmParameters parameters) {
            return !use.contains(CryptoPrimitive.KEY_AGREEMENT) || !isOther(algorithm.toLowerCase(Locale.ROOT));
        }

        private static boolean isOther(String algorithm) {
            return algorithm.startsWith("x25519") || algorithm.startsWith("x448") || algorithm.startsWith("ffdhe");
        }

        @Override
        public boolean permits(Set<CryptoPrimitive> use, Key key) {
            return true;
        }

        @Override
        public boolean permits(Set<CryptoPrimitive> use, String algorithm, Key key, AlgorithmParameters parameters) {
            return permits(use, algorithm, parameters);
        }
    }
}
