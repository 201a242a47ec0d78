// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.serve;

import java.security.Provider;
import java.security.Security;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * The Amazon Corretto Crypto Provider, if it is beside the jar: most of a first contact is the arithmetic of a TLS handshake, which
 * native code does several times as fast. The handshake itself, and every judgement in it, stays the JDK's.
 */
final class NativeCryptography {

    private static final String PROVIDER = "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";

    private NativeCryptography() {}

    /**
     * Puts it in front of the JDK's, for the whole process.
     *
     * @return its name and version; empty if it is not there, or not for this machine
     */
    static Optional<String> use() {
        Optional<Provider> there = ServiceLoader.load(Provider.class).stream()
                .filter(provider -> provider.type().getName().equals(PROVIDER))
                .findFirst()
                .map(ServiceLoader.Provider::get)
                // Without its native library it offers nothing.
                .filter(provider -> provider.getService("Signature", "SHA256withECDSA") != null);
        there.ifPresent(provider -> Security.insertProviderAt(provider, 1));
        return there.map(provider -> provider.getName() + " " + provider.getVersionStr());
    }
}
