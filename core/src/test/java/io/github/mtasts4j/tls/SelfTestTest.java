// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whoever would let an impostor pass is refused before the first mail. */
final class SelfTestTest {

    private static final String FETCHING = "com.sun.security.enableAIAcaIssuers";

    /** What is found in every second answer to "PKIX path building failed". */
    private static class TrustsAll implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {}

        @Override
        public X509Certificate @Nullable [] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Test
    void aManagerThatTrustsAllIsRefusedAndTheMessageSaysWhatToDo() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CertificateVerifier.trusting(new TrustsAll()))
                .withMessageContaining("accepts a certificate whose authority nobody trusts")
                .withMessageContaining("hand in the trust anchors");
    }

    @Test
    void aManagerThatLooksAtDatesOnlyIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CertificateVerifier.trusting(new TrustsAll() {
                    @Override
                    public void checkServerTrusted(X509Certificate[] chain, String authType)
                            throws CertificateException {
                        for (X509Certificate certificate : chain) {
                            certificate.checkValidity();
                        }
                    }
                }));
    }

    @Test
    void aManagerThatTrustsAllAndHasNullForIssuersIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CertificateVerifier.trusting(new TrustsAll() {
                    @Override
                    public X509Certificate @Nullable [] getAcceptedIssuers() {
                        return null;
                    }
                }));
    }

    @Test
    void aManagerThatTrustsWhateverIsSelfSignedAtTheEndIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CertificateVerifier.trusting(new TrustsAll() {
                    @Override
                    public void checkServerTrusted(X509Certificate[] chain, String authType)
                            throws CertificateException {
                        X509Certificate last = chain[chain.length - 1];
                        if (!last.getIssuerX500Principal().equals(last.getSubjectX500Principal())) {
                            throw new CertificateException("incomplete");
                        }
                    }
                }));
    }

    @Test
    void aManagerThatChecksTheChainIsTaken() throws Exception {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init((KeyStore) null);

        assertThat(CertificateVerifier.trusting((X509TrustManager) factory.getTrustManagers()[0]))
                .isNotNull();
    }

    @Test
    void whatAManagerThrowsRefuses() {
        assertThat(CertificateVerifier.trusting(new TrustsAll() {
                    @Override
                    public void checkServerTrusted(X509Certificate[] chain, String authType) {
                        throw new IllegalStateException("not today");
                    }
                }))
                .isNotNull();
    }

    @Test
    void whoeverTrustsNobodyIsRefused() throws Exception {
        KeyStore empty = KeyStore.getInstance("PKCS12");
        empty.load(null, null);

        assertThatIllegalArgumentException().isThrownBy(() -> CertificateVerifier.trusting(List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> CertificateVerifier.trusting(empty));
    }

    @Test
    void theRuntimeMustNotFetchWhereCertificatesSay() {
        System.setProperty(FETCHING, "true");
        try {
            assertThatIllegalStateException()
                    .isThrownBy(CertificateVerifier::trustingSystem)
                    .withMessageContaining("-D" + FETCHING);
        } finally {
            System.clearProperty(FETCHING);
        }
        assertThat(CertificateVerifier.trustingSystem()).isNotNull();
    }
}
