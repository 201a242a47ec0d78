// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tls;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The weakest cipher suite that counts as TLS, whatever an operator has taken out of {@code jdk.tls.disabledAlgorithms}:
 * encrypted with a cipher that is not broken, and not with just anybody. Names are those of the IANA registry, or JSSE's
 * own with {@code SSL_} in front.
 *
 * <p>Key exchange by plain RSA, without forward secrecy, is above the floor where the runtime still offers it: MX hosts
 * exist that know nothing else, and an attacker of today cannot use it to pose as one of them.
 */
final class CipherFloor {

    /** Named rather than all but the broken ones, because {@code TLS_SHA256_SHA256} (RFC 9150) encrypts nothing. */
    private static final Set<String> CIPHERS = Set.of("AES", "ARIA", "CAMELLIA", "CHACHA20", "SM4");

    /** What spoils a suite even beside one of these, as in {@code TLS_DH_anon_WITH_AES_128_CBC_SHA}. */
    private static final Set<String> BROKEN =
            Set.of("NULL", "ANON", "EXPORT", "EXPORT1024", "RC2", "RC4", "DES", "DES40", "3DES", "MD5");

    /** No suite but a signal to the server, which no session ever has (RFC 5746 §3.3). */
    private static final String RENEGOTIATION_SIGNAL = "TLS_EMPTY_RENEGOTIATION_INFO_SCSV";

    /** What is known of the suites that the runtime has names for; it asks about all of them before each handshake. */
    private static final Map<String, Boolean> JUDGED = new ConcurrentHashMap<>();

    private CipherFloor() {}

    /** Whether a session with this suite counts; not with a name that means nothing to us. */
    static boolean admits(String suite) {
        return JUDGED.computeIfAbsent(suite, CipherFloor::isAbove);
    }

    private static boolean isAbove(String suite) {
        String name = suite.toUpperCase(Locale.ROOT);
        if (!name.startsWith("TLS_") && !name.startsWith("SSL_")) {
            return false;
        }
        boolean encrypts = false;
        StringTokenizer words = new StringTokenizer(name, "_");
        while (words.hasMoreTokens()) {
            String word = words.nextToken();
            if (BROKEN.contains(word)) {
                return false;
            }
            encrypts |= CIPHERS.contains(word);
        }
        return encrypts;
    }

    /** What is left to be offered of a list, in its order. */
    static String[] of(String... suites) {
        return Arrays.stream(suites)
                .filter(suite -> admits(suite) || suite.equals(RENEGOTIATION_SIGNAL))
                .toArray(String[]::new);
    }
}
