// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tls.CertificateProblem.Kind;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * What every verifier has to refuse before it is let near mail: a good certificate for another name, and one whose
 * authority nobody trusts. A trust manager that accepts all, or a security provider that has brought one, is found here
 * and not by an attacker.
 */
final class SelfTest {

    private static final DomainName ANOTHER = DomainName.of("mx.another.invalid");
    private static final Instant WHEN = Instant.parse("2027-01-01T00:00:00Z");

    /** With it the runtime fetches missing certificates from wherever a stranger's certificate says. */
    private static final String FETCHING = "com.sun.security.enableAIAcaIssuers";

    /** Of mx.self-test.invalid and of an authority whose key is lost; both are valid until 2226. */
    private static final String PEM = """
            -----BEGIN CERTIFICATE-----
            MIIB4DCCAYagAwIBAgIUEDvXBq5mlFInUhf/oGec3Vnlt6AwCgYIKoZIzj0EAwIw
            JzElMCMGA1UEAwwcbXRhc3RzNGogc2VsZi10ZXN0IGF1dGhvcml0eTAgFw0yNjEx
            MjIwNzEwMDZaGA8yMjI2MTAwNDA3MTAwNlowHTEbMBkGA1UEAwwSbXRhc3RzNGog
            c2VsZi10ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEm6I+/e29J7uo+Snj
            09QrL12T3Gh8kSsjrSclIoDNXSSAvtfESC2KbMsD5o96ImMP/pGlkhTqN5NVdPzQ
            R/oVTKOBlzCBlDAMBgNVHRMBAf8EAjAAMA4GA1UdDwEB/wQEAwIHgDATBgNVHSUE
            DDAKBggrBgEFBQcDATAfBgNVHREEGDAWghRteC5zZWxmLXRlc3QuaW52YWxpZDAf
            BgNVHSMEGDAWgBTBcn5ZJGkJdFHY3RNn0ArvpLctuDAdBgNVHQ4EFgQUOPCC7RN7
            LsFe69Ene4D0g9ylax8wCgYIKoZIzj0EAwIDSAAwRQIhAPDKG6wUAPa9MNKiTIL3
            w3nWiOAna1A7aIXDsA+sIWruAiAeSmnFq17IFulO7CfmqUTpDHfAiCscfijGlP+s
            nZHG8g==
            -----END CERTIFICATE-----
            -----BEGIN CERTIFICATE-----
            MIIBkzCCATqgAwIBAgIURqrG8VzT+4J1atGQO4EvN6MrmUowCgYIKoZIzj0EAwIw
            JzElMCMGA1UEAwwcbXRhc3RzNGogc2VsZi10ZXN0IGF1dGhvcml0eTAgFw0yNjEx
            MjIwNzEwMDZaGA8yMjI2MTAwNTA3MTAwNlowJzElMCMGA1UEAwwcbXRhc3RzNGog
            c2VsZi10ZXN0IGF1dGhvcml0eTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABLAO
            PKOsSoIxy0mnMwduU3kBprPej2fIqRay1er9AETLe5ToBMNy861jSjn7gdEetbbn
            wihShBqrq2yiKW33QvCjQjBAMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQD
            AgIEMB0GA1UdDgQWBBTBcn5ZJGkJdFHY3RNn0ArvpLctuDAKBggqhkjOPQQDAgNH
            ADBEAiB/UnjSHblI1IwRL8Va2fp3blw4M+vU1YdpcAdmkNDc6gIgblJS8qxRc5k/
            LSDnnoIdAYSGUp6fA84ZUgiNWezhE/M=
            -----END CERTIFICATE-----
            """;

    private static final List<X509Certificate> CHAIN = read();

    private SelfTest() {}

    /**
     * Tries a verifier.
     *
     * @throws IllegalArgumentException if it accepts what it has to refuse
     * @throws IllegalStateException if the runtime has been told to connect where certificates say
     */
    static void of(CertificateVerifier verifier) {
        if (Boolean.getBoolean(FETCHING)) {
            throw new IllegalStateException("the Java runtime runs with -D" + FETCHING
                    + "=true, so that any stranger's certificate could make this host connect anywhere; leave it out");
        }
        List<CertificateProblem> problems = verifier.verify(CHAIN, ANOTHER, WHEN);
        if (!tells(problems, Kind.UNTRUSTED)) {
            throw new IllegalArgumentException("this trust accepts a certificate whose authority nobody trusts, as an"
                    + " all-trusting X509TrustManager does, so that any impostor would pass for any mail server; hand"
                    + " in the trust anchors themselves, or a trust manager that checks the chain");
        }
        if (!tells(problems, Kind.NAME_MISMATCH)) {
            throw new IllegalStateException("a certificate for another name has been accepted for " + ANOTHER);
        }
    }

    private static boolean tells(List<CertificateProblem> problems, Kind kind) {
        return problems.stream().anyMatch(problem -> problem.kind() == kind);
    }

    private static List<X509Certificate> read() {
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(PEM.getBytes(US_ASCII)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (CertificateException e) {
            throw new IllegalStateException("the Java runtime cannot read a certificate", e);
        }
    }
}
