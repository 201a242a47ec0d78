// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tls;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** The word of a trust manager that the embedder brings; it goes by its own clock. */
record ManagedTrust(X509TrustManager manager) implements Trust {

    @Override
    public Set<X509Certificate> anchors() {
        X509Certificate @Nullable [] issuers = manager.getAcceptedIssuers(); // Some know no better than null.
        return issuers == null ? Set.of() : Set.copyOf(List.of(issuers));
    }

    @Override
    public void check(X509Certificate[] chain, Instant at) throws CertificateException {
        try {
            manager.checkServerTrusted(chain, "UNKNOWN");
        } catch (CertificateException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new CertificateException("the trust manager failed", e);
        }
    }
}
