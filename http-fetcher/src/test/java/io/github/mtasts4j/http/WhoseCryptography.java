// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Signature;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;

/** Runs with the native provider only, and says that the tests beside it do. */
final class WhoseCryptography {

    @Test
    void theArithmeticIsNativeAndTheProtocolTheJdks() throws GeneralSecurityException {
        assertThat(Signature.getInstance("SHA256withECDSA").getProvider().getName())
                .isEqualTo("AmazonCorrettoCryptoProvider");
        assertThat(KeyPairGenerator.getInstance("EC").getProvider().getName())
                .isEqualTo("AmazonCorrettoCryptoProvider");
        assertThat(KeyExchange.first()).isEqualTo(KeyExchange.NIST_CURVES);
        assertThat(SSLContext.getInstance("TLS").getProvider().getName()).isEqualTo("SunJSSE");
    }
}
