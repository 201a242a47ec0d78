// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tls;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.CertificateException;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** JSSE's own PKIX with all the rules the runtime adds to it, but for these anchors and any time. */
final class AnchoredTrust implements Trust {

    private final Set<X509Certificate> anchors;
    private final Set<TrustAnchor> trustAnchors;

    private AnchoredTrust(Set<X509Certificate> anchors) {
        if (anchors.isEmpty()) {
            throw new IllegalArgumentException("no trust anchors: nothing could ever be verified");
        }
        this.anchors = anchors;
        this.trustAnchors = asTrustAnchors(anchors);
    }

    static AnchoredTrust in(Collection<X509Certificate> anchors) {
        return new AnchoredTrust(Set.copyOf(anchors));
    }

    /** The anchors in a store, or in the runtime's own. */
    static AnchoredTrust in(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return in(List.of(x509(factory).getAcceptedIssuers()));
    }

    @Override
    public Set<X509Certificate> anchors() {
        return anchors;
    }

    @Override
    public void check(X509Certificate[] chain, Instant at) throws CertificateException {
        try {
            judge(chain[0], at).checkServerTrusted(chain, "UNKNOWN");
        } catch (CertificateException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the Java runtime has no PKIX", e);
        }
    }

    private X509TrustManager judge(X509Certificate leaf, Instant at) throws GeneralSecurityException {
        X509CertSelector target = new X509CertSelector();
        target.setCertificate(leaf);
        PKIXBuilderParameters parameters = parameters(target);
        parameters.setRevocationEnabled(false); // It is a matter of its own, and must not make anybody connect.
        parameters.setDate(Date.from(at));
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(new CertPathTrustManagerParameters(parameters));
        return x509(factory);
    }

    private PKIXBuilderParameters parameters(X509CertSelector target) {
        try {
            return new PKIXBuilderParameters(trustAnchors, target);
        } catch (InvalidAlgorithmParameterException e) {
            throw new IllegalStateException(e); // Only for an empty set of anchors.
        }
    }

    static Set<TrustAnchor> asTrustAnchors(Set<X509Certificate> anchors) {
        return anchors.stream().map(anchor -> new TrustAnchor(anchor, null)).collect(Collectors.toSet());
    }

    private static X509TrustManager x509(TrustManagerFactory factory) throws GeneralSecurityException {
        TrustManager[] managers = factory.getTrustManagers();
        return Arrays.stream(managers)
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow(() -> new KeyStoreException("the Java runtime has no X.509 trust manager"));
    }
}
