// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.policy.DomainName;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CipherFloorTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TLS_AES_256_GCM_SHA384",
                "TLS_AES_128_GCM_SHA256",
                "TLS_CHACHA20_POLY1305_SHA256",
                "TLS_AES_128_CCM_8_SHA256",
                "TLS_SM4_GCM_SM3",
                "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
                "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
                "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256",
                "TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA",
                "TLS_ECDHE_ECDSA_WITH_ARIA_256_GCM_SHA384",
                "TLS_RSA_WITH_AES_128_CBC_SHA",
                "TLS_RSA_WITH_AES_256_GCM_SHA384",
                "tls_rsa_with_aes_256_gcm_sha384"
            })
    void aSuiteThatEncryptsAndAuthenticatesIsAdmitted(String suite) {
        assertThat(CipherFloor.admits(suite)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSL_NULL_WITH_NULL_NULL",
                "SSL_RSA_WITH_NULL_MD5",
                "SSL_RSA_WITH_NULL_SHA",
                "TLS_RSA_WITH_NULL_SHA256",
                "TLS_ECDHE_ECDSA_WITH_NULL_SHA",
                "TLS_SHA256_SHA256",
                "TLS_SHA384_SHA384",
                "TLS_DH_anon_WITH_AES_256_GCM_SHA384",
                "TLS_ECDH_anon_WITH_AES_128_CBC_SHA",
                "TLS_ECDH_anon_WITH_NULL_SHA",
                "SSL_DH_anon_WITH_RC4_128_MD5",
                "SSL_RSA_EXPORT_WITH_RC4_40_MD5",
                "SSL_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA",
                "SSL_RSA_EXPORT_WITH_RC2_CBC_40_MD5",
                "TLS_RSA_EXPORT1024_WITH_DES_CBC_SHA",
                "SSL_RSA_WITH_RC4_128_SHA",
                "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA",
                "SSL_RSA_WITH_DES_CBC_SHA",
                "SSL_RSA_WITH_3DES_EDE_CBC_SHA",
                "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
                "TLS_RSA_WITH_IDEA_CBC_SHA",
                "TLS_RSA_WITH_AES_128_CBC_MD5"
            })
    void aSuiteThatDoesNotIsRefused(String suite) {
        assertThat(CipherFloor.admits(suite)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "_",
                "____",
                "TLS_",
                "NONE",
                "(NONE)",
                "null",
                "AES",
                "AES_128",
                "TLS_AESX_128_GCM_SHA256",
                "TLS-AES-128-GCM-SHA256",
                " TLS_AES_128_GCM_SHA256",
                "TLS_EMPTY_RENEGOTIATION_INFO_SCSV",
                "TLS_FALLBACK_SCSV",
                "TLS_DH_ANON_WITH_AES_128_CBC_SHA",
                "TLS_RSA__NULL__AES",
                "TLS_GREASE_IS_THE_WORD"
            })
    void aNameThatMeansNothingIsRefused(String suite) {
        assertThat(CipherFloor.admits(suite)).isFalse();
    }

    @Test
    void whatIsLeftOfAWeakenedListKeepsItsOrderAndTheRenegotiationSignal() {
        assertThat(CipherFloor.of(
                        "TLS_AES_128_GCM_SHA256",
                        "SSL_RSA_WITH_3DES_EDE_CBC_SHA",
                        "TLS_RSA_WITH_AES_128_CBC_SHA",
                        "SSL_DH_anon_WITH_RC4_128_MD5",
                        "TLS_EMPTY_RENEGOTIATION_INFO_SCSV"))
                .containsExactly(
                        "TLS_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_EMPTY_RENEGOTIATION_INFO_SCSV");
    }

    @Test
    void aListOfBrokenSuitesLeavesNothingToOffer() {
        assertThat(CipherFloor.of("SSL_RSA_WITH_3DES_EDE_CBC_SHA", "TLS_RSA_WITH_NULL_SHA256"))
                .isEmpty();
    }

    @Test
    void theRuntimesOwnListIsOfferedWhole() throws NoSuchAlgorithmException {
        SSLContext context = SSLContext.getDefault();

        assertThat(ClientTls.parameters(context, DomainName.of("mx.example.com"))
                        .getCipherSuites())
                .containsExactly(context.getDefaultSSLParameters().getCipherSuites());
    }
}
