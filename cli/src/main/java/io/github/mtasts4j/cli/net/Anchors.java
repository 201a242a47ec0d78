// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.net;

import io.github.mtasts4j.cli.Refusal;
import io.github.mtasts4j.tls.CertificateVerifier;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whom to trust. */
public final class Anchors {

    private Anchors() {}

    static CertificateVerifier verifier(List<Path> only, List<Path> also) {
        if (only.isEmpty() && also.isEmpty()) {
            return CertificateVerifier.trustingSystem();
        }
        List<X509Certificate> anchors = new ArrayList<>();
        only.forEach(file -> anchors.addAll(read(file)));
        also.forEach(file -> anchors.addAll(read(file)));
        if (only.isEmpty()) {
            anchors.addAll(ofSystem());
        }
        return CertificateVerifier.trusting(anchors);
    }

    /**
     * Reads certificates.
     *
     * @param file certificates in PEM or one in DER
     * @return what is in it, at least one
     * @throws Refusal if it cannot be read or has none
     */
    public static List<X509Certificate> read(Path file) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            List<X509Certificate> found = new ArrayList<>();
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                found.add((X509Certificate) certificate);
            }
            if (found.isEmpty()) {
                throw new Refusal("there is no certificate in " + file);
            }
            return found;
        } catch (IOException | CertificateException e) {
            throw new Refusal("cannot read certificates from " + file + ": " + e.getMessage(), e);
        }
    }

    private static List<X509Certificate> ofSystem() {
        List<X509Certificate> found = new ArrayList<>();
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            @Nullable KeyStore theSystems = null;
            factory.init(theSystems);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509TrustManager x509) {
                    found.addAll(List.of(x509.getAcceptedIssuers()));
                }
            }
            return found;
        } catch (GeneralSecurityException e) {
            throw new Refusal("the Java runtime has no usable trust store: " + e.getMessage(), e);
        }
    }
}
