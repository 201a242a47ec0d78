// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.dkim;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.RemoteText;
import io.github.mtasts4j.tlsreport.HeaderField;
import io.github.mtasts4j.tlsreport.send.ReportSigner;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.apache.james.jdkim.DKIMSigner;
import org.apache.james.jdkim.exceptions.FailException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs with Apache jDKIM: {@code rsa-sha256}, relaxed canonical form of header and body, the whole body. Covered are From, To, Subject,
 * Date, Message-ID, MIME-Version, Content-Type, both {@code TLS-Report} fields, {@code Auto-Submitted} and {@code TLS-Required}.
 *
 * <p>RSA keys only: 1024 bits at least (RFC 8301), and a warning in the log below 2048. There is no Ed25519 because jDKIM 0.5 cannot sign
 * with it. Immutable and thread-safe.
 */
public final class JdkimReportSigner implements ReportSigner {

    private static final Logger log = LoggerFactory.getLogger(JdkimReportSigner.class);

    private static final int LEAST_BITS = 1024;
    private static final int ENOUGH_BITS = 2048;
    private static final int WIDTH = 70;

    private static final List<String> COVERED = List.of(
            "From",
            "To",
            "Subject",
            "Date",
            "Message-ID",
            "MIME-Version",
            "Content-Type",
            "TLS-Report-Domain",
            "TLS-Report-Submitter",
            "Auto-Submitted",
            "TLS-Required");

    private final DomainName domain;
    private final String template;
    private final RSAPrivateCrtKey key;

    private JdkimReportSigner(DomainName domain, String template, RSAPrivateCrtKey key) {
        this.domain = domain;
        this.template = template;
        this.key = key;
    }

    /**
     * Signs for a domain.
     *
     * @param domain the domain of the contact of the reports
     * @param selector below which the public key is published: {@code <selector>._domainkey.<domain>}
     * @param key an RSA key, with its CRT parameters as all usual files have them
     * @return a signer that has no key for any other domain
     * @throws IllegalArgumentException if the key is another one or has less than 1024 bits, or the selector is none
     */
    public static JdkimReportSigner of(DomainName domain, String selector, PrivateKey key) {
        if (!selector.matches("[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?")) {
            throw new IllegalArgumentException("not a selector: \"" + RemoteText.safe(selector) + "\"");
        }
        if (!(key instanceof RSAPrivateCrtKey rsa)) {
            throw new IllegalArgumentException("not an RSA key, but " + key.getAlgorithm());
        }
        int bits = rsa.getModulus().bitLength();
        if (bits < LEAST_BITS) {
            throw new IllegalArgumentException(
                    "an RSA key of " + bits + " bits, and no verifier accepts less than 1024");
        }
        if (bits < ENOUGH_BITS) {
            log.warn("The DKIM key {} of {} has {} bits; it should have 2048", selector, domain, bits);
        }
        String template = "v=1; a=rsa-sha256; c=relaxed/relaxed; d=" + domain + "; s=" + selector + "; h="
                + String.join(":", COVERED) + "; bh=; b=;";
        return new JdkimReportSigner(domain, template, rsa);
    }

    /**
     * Signs for a domain with a key from a file.
     *
     * @param domain the domain of the contact of the reports
     * @param selector below which the public key is published
     * @param pem the text of a file that begins with {@code -----BEGIN PRIVATE KEY-----} (PKCS #8, not encrypted)
     * @return a signer that has no key for any other domain
     * @throws IllegalArgumentException if there is no such key in it, or as for {@link #of}
     */
    public static JdkimReportSigner ofPem(DomainName domain, String selector, String pem) {
        String begin = "-----BEGIN PRIVATE KEY-----";
        int from = pem.indexOf(begin);
        int to = pem.indexOf("-----END PRIVATE KEY-----");
        if (from < 0 || to < from) {
            throw new IllegalArgumentException(
                    "not a PKCS #8 key in PEM; openssl pkcs8 -topk8 -nocrypt makes one of a PKCS #1 key");
        }
        try {
            byte[] octets = Base64.getMimeDecoder().decode(pem.substring(from + begin.length(), to));
            return of(domain, selector, KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(octets)));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not an RSA key in PKCS #8", e);
        }
    }

    @Override
    public Optional<HeaderField> sign(DomainName submitter, byte[] message) {
        return submitter.equals(domain) ? Optional.of(sign(message)) : Optional.empty();
    }

    private HeaderField sign(byte[] message) {
        try {
            String field = new DKIMSigner(template, key).sign(new ByteArrayInputStream(message));
            int colon = field.indexOf(':');
            return new HeaderField(
                    field.substring(0, colon),
                    foldable(field.substring(colon + 1).strip()));
        } catch (IOException | FailException e) {
            throw new IllegalStateException("jDKIM cannot sign", e);
        }
    }

    /** Spaces in {@code b=} do not count (RFC 6376 §3.5), and lines can be broken there. */
    private static String foldable(String value) {
        int begin = value.indexOf("; b=") + "; b=".length();
        int end = value.indexOf(';', begin) < 0 ? value.length() : value.indexOf(';', begin);
        String signature = value.substring(begin, end).replaceAll("\\s", "");
        return value.substring(0, begin)
                + signature.replaceAll("(.{" + WIDTH + "})(?=.)", "$1 ")
                + value.substring(end);
    }

    /**
     * What to publish as a TXT record at {@code <selector>._domainkey.<domain>}. Its service types are {@code email:tlsrpt}: {@code tlsrpt}
     * for receivers of reports (RFC 8460 §3), {@code email} for all others on the way, such as those that check DMARC.
     *
     * @return the text of the record; where it exceeds 255 octets, zone files have it in several strings
     */
    public String keyRecord() {
        try {
            byte[] octets = KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()))
                    .getEncoded();
            return "v=DKIM1; k=rsa; s=email:tlsrpt; p=" + Base64.getEncoder().encodeToString(octets);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has RSA", e);
        }
    }
}
