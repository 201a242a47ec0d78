// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.tls;

import io.github.mtasts4j.testkit.MovableClock;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A certificate authority for tests. It signs whatever it is asked to, above all what no honest authority would.
 *
 * <p>Everything is valid from 2025 to 2035 unless said otherwise, so that a {@link MovableClock} has room.
 */
public final class TestCa {

    private static final Instant VALID_FROM = Instant.parse("2025-01-01T00:00:00Z");
    private static final Instant VALID_TO = Instant.parse("2035-01-01T00:00:00Z");
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final AlgorithmParameterSpec P224 = new ECGenParameterSpec("secp224r1");

    private final KeyPair keys;
    private final X509Certificate certificate;
    private final List<X509Certificate> chainAboveLeaf;

    private TestCa(KeyPair keys, X509Certificate certificate, List<X509Certificate> chainAboveLeaf) {
        this.keys = keys;
        this.certificate = certificate;
        this.chainAboveLeaf = List.copyOf(chainAboveLeaf);
    }

    /**
     * Makes a root.
     *
     * @param name its common name
     * @return a new authority
     */
    public static TestCa root(String name) {
        KeyPair keys = newKeys(new ECGenParameterSpec("secp256r1"));
        Spec spec = new Spec().commonName(name).authority(-1);
        return new TestCa(keys, spec.sign(keys, subject(name), keys), List.of());
    }

    /**
     * Makes an authority below this one.
     *
     * @param name its common name
     * @return a new authority, which servers present along with their own certificate
     */
    public TestCa intermediate(String name) {
        return intermediate(name, new Spec());
    }

    /**
     * Makes an authority below this one with peculiarities, such as name constraints or a past.
     *
     * @param name its common name
     * @param spec the peculiarities
     * @return a new authority
     */
    public TestCa intermediate(String name, Spec spec) {
        KeyPair below = spec.newKeys();
        X509Certificate signed = spec.authorityUnlessSaid().commonName(name).sign(keys, issuer(), below);
        List<X509Certificate> chain = new ArrayList<>(List.of(signed));
        chain.addAll(chainAboveLeaf);
        return new TestCa(below, signed, chain);
    }

    /**
     * Issues an ordinary server certificate: these DNS-IDs, no common name.
     *
     * @param dnsIds what goes into the SAN, names or not
     * @return a new identity
     */
    public Identity issue(String... dnsIds) {
        return issue(new Spec().dns(dnsIds));
    }

    /**
     * Issues a certificate to order.
     *
     * @param spec what it is to say
     * @return a new identity
     */
    public Identity issue(Spec spec) {
        KeyPair leaf = spec.newKeys();
        List<X509Certificate> chain = new ArrayList<>(List.of(spec.sign(keys, issuer(), leaf)));
        chain.addAll(chainAboveLeaf);
        return new Identity(leaf.getPrivate(), chain);
    }

    /**
     * A host that plays the authority: it signs with its own certificate, whatever that allows.
     *
     * @param host an ordinary identity
     * @return an authority that is none
     */
    public static TestCa under(Identity host) {
        KeyPair keys = new KeyPair(host.certificate().getPublicKey(), host.key());
        return new TestCa(keys, host.certificate(), host.chain());
    }

    /**
     * The same authority under a key of its own: what it issues names the true authority as its issuer, and only the
     * signature tells.
     *
     * @return an authority that deserves no trust
     */
    public TestCa impostor() {
        KeyPair other = newKeys(new ECGenParameterSpec("secp256r1"));
        return new TestCa(other, certificate, chainAboveLeaf);
    }

    /**
     * This authority's key with another's blessing: a certificate of the same name and key, signed by the other.
     *
     * @param other who signs
     * @param spec the peculiarities
     * @return the cross-certificate
     */
    public X509Certificate crossSignedBy(TestCa other, Spec spec) {
        return spec.authorityUnlessSaid().sign(other.keys, other.issuer(), issuer(), keys);
    }

    /**
     * A certificate that nobody but its holder has signed.
     *
     * @param spec what it is to say
     * @return a new identity
     */
    public static Identity selfSigned(Spec spec) {
        KeyPair keys = spec.newKeys();
        return new Identity(keys.getPrivate(), List.of(spec.sign(keys, spec.subject(), keys)));
    }

    /**
     * This authority's own certificate.
     *
     * @return the certificate to trust
     */
    public X509Certificate certificate() {
        return certificate;
    }

    /**
     * A key store that trusts this authority and no other.
     *
     * @return a fresh key store
     */
    public KeyStore trustStore() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("test-ca", certificate);
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    PrivateKey key() {
        return keys.getPrivate();
    }

    private X500Name issuer() {
        return X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    }

    private static X500Name subject(String commonName) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, commonName)
                .build();
    }

    private static KeyPair newKeys(AlgorithmParameterSpec parameters) {
        try {
            KeyPairGenerator generator = generator(parameters);
            generator.initialize(parameters, RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPairGenerator generator(AlgorithmParameterSpec parameters) throws GeneralSecurityException {
        if (parameters instanceof RSAKeyGenParameterSpec) {
            return KeyPairGenerator.getInstance("RSA");
        } else if (parameters == P224) {
            return KeyPairGenerator.getInstance("EC", new BouncyCastleProvider()); // The JDK has given it up.
        }
        return KeyPairGenerator.getInstance("EC");
    }

    /** What a certificate is to say. Mutable, to be filled in one chain of calls. */
    public static final class Spec {

        private final List<GeneralName> names = new ArrayList<>();
        private @Nullable String commonName;
        private Instant from = VALID_FROM;
        private Instant to = VALID_TO;
        private AlgorithmParameterSpec keyParameters = new ECGenParameterSpec("secp256r1");
        private @Nullable KeyPair givenKeys;
        private @Nullable String signature;
        private boolean authority;
        private int pathLength = -1;
        private KeyPurposeId purpose = KeyPurposeId.id_kp_serverAuth;
        private @Nullable String permittedSubtree;
        private boolean unknownCritical;
        private boolean staplePromised;
        private @Nullable String pointer;
        private boolean wrongKeyUsage;

        /** Begins with a certificate that names nobody. */
        public Spec() {}

        /**
         * Adds dNSName entries.
         *
         * @param dnsIds any ASCII text
         * @return this
         */
        public Spec dns(String... dnsIds) {
            for (String dnsId : dnsIds) {
                names.add(new GeneralName(GeneralName.dNSName, dnsId));
            }
            return this;
        }

        /**
         * Adds a dNSName entry of any octets, which no honest certificate bears: NUL, UTF-8 ...
         *
         * @param octets the content of the entry
         * @return this
         */
        public Spec dnsOctets(byte[] octets) {
            names.add(new GeneralName(GeneralName.dNSName, new DEROctetString(octets)));
            return this;
        }

        /**
         * Adds an iPAddress entry.
         *
         * @param address an IPv4 or IPv6 address
         * @return this
         */
        public Spec ip(String address) {
            names.add(new GeneralName(GeneralName.iPAddress, address));
            return this;
        }

        /**
         * Adds an rfc822Name entry.
         *
         * @param address a mail address
         * @return this
         */
        public Spec email(String address) {
            names.add(new GeneralName(GeneralName.rfc822Name, address));
            return this;
        }

        /**
         * Sets the subject's common name.
         *
         * @param name any text
         * @return this
         */
        public Spec commonName(String name) {
            this.commonName = name;
            return this;
        }

        /**
         * Sets the validity.
         *
         * @param notBefore its begin
         * @param notAfter its end
         * @return this
         */
        public Spec validity(Instant notBefore, Instant notAfter) {
            this.from = notBefore;
            this.to = notAfter;
            return this;
        }

        /**
         * Makes it a certificate that was over on 2025-12-01, a month before {@link MovableClock#START}.
         *
         * @return this
         */
        public Spec expired() {
            return validity(VALID_FROM, Instant.parse("2025-12-01T00:00:00Z"));
        }

        /**
         * Makes it a certificate that begins in 2034.
         *
         * @return this
         */
        public Spec notYetValid() {
            return validity(Instant.parse("2034-01-01T00:00:00Z"), VALID_TO);
        }

        /**
         * Gives it an RSA key instead of one on P-256.
         *
         * @param bits the length of the modulus
         * @return this
         */
        public Spec rsa(int bits) {
            this.keyParameters = new RSAKeyGenParameterSpec(bits, RSAKeyGenParameterSpec.F4);
            return this;
        }

        /**
         * Gives it a key on P-224, which the JDK has given up.
         *
         * @return this
         */
        public Spec p224() {
            this.keyParameters = P224;
            return this;
        }

        /**
         * Certifies a key that is at hand, of any kind.
         *
         * @param pair the keys
         * @return this
         */
        public Spec keys(KeyPair pair) {
            this.givenKeys = pair;
            return this;
        }

        private KeyPair newKeys() {
            return givenKeys == null ? TestCa.newKeys(keyParameters) : givenKeys;
        }

        /**
         * Has it signed with another algorithm than the default, which is SHA-256 with the issuer's kind of key.
         *
         * @param algorithm a JCA name such as {@code SHA1withECDSA}, {@code MD5withRSA} or {@code SHA1withRSAandMGF1}
         * @return this
         */
        public Spec signedWith(String algorithm) {
            this.signature = algorithm;
            return this;
        }

        /**
         * Leaves out the key usage that lets a server sign a handshake, or an authority sign certificates.
         *
         * @return this
         */
        public Spec wrongKeyUsage() {
            this.wrongKeyUsage = true;
            return this;
        }

        /**
         * Makes it the certificate of an authority.
         *
         * @param maxPathLength how many authorities may stand below; no bound if negative
         * @return this
         */
        public Spec authority(int maxPathLength) {
            this.authority = true;
            this.pathLength = maxPathLength;
            return this;
        }

        /**
         * Makes it good for clients only (extended key usage clientAuth).
         *
         * @return this
         */
        public Spec clientOnly() {
            this.purpose = KeyPurposeId.id_kp_clientAuth;
            return this;
        }

        /**
         * Permits an authority to issue for one subtree only (RFC 5280 §4.2.1.10).
         *
         * @param domain a DNS subtree
         * @return this
         */
        public Spec permitting(String domain) {
            this.permittedSubtree = domain;
            return this;
        }

        /**
         * Adds a critical extension that nobody knows.
         *
         * @return this
         */
        public Spec unknownCriticalExtension() {
            this.unknownCritical = true;
            return this;
        }

        /**
         * Adds addresses at which a careless verifier would ask: for OCSP, for the issuer's certificate and for a CRL.
         *
         * @param url the address, under which all three are said to be
         * @return this
         */
        public Spec pointingTo(String url) {
            this.pointer = url;
            return this;
        }

        /**
         * Promises that the server staples an OCSP response ("must staple", RFC 7633: status_request, and its second version).
         *
         * @return this
         */
        public Spec promisingStaple() {
            this.staplePromised = true;
            return this;
        }

        private Spec authorityUnlessSaid() {
            return authority ? this : authority(-1);
        }

        private X500Name subject() {
            return commonName == null ? new X500Name("O=nobody") : TestCa.subject(commonName);
        }

        private X509Certificate sign(KeyPair issuerKeys, X500Name issuer, KeyPair subjectKeys) {
            return sign(issuerKeys, issuer, subject(), subjectKeys);
        }

        private X509Certificate sign(KeyPair issuerKeys, X500Name issuer, X500Name subject, KeyPair subjectKeys) {
            try {
                X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                        issuer,
                        new BigInteger(120, RANDOM).setBit(119),
                        Date.from(from),
                        Date.from(to),
                        subject,
                        subjectKeys.getPublic());
                extend(builder);
                String algorithm = algorithm(issuerKeys.getPrivate());
                JcaContentSignerBuilder signer = new JcaContentSignerBuilder(algorithm);
                if (algorithm.endsWith("MGF1")) {
                    signer.setProvider(new BouncyCastleProvider()); // The JDK knows these by another name.
                }
                return new JcaX509CertificateConverter()
                        .getCertificate(builder.build(signer.build(issuerKeys.getPrivate())));
            } catch (IOException | OperatorCreationException | GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        private String algorithm(PrivateKey issuerKey) {
            if (signature != null) {
                return signature;
            }
            return issuerKey.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        }

        private int keyUsage() {
            if (wrongKeyUsage) {
                return authority ? KeyUsage.digitalSignature : KeyUsage.dataEncipherment;
            }
            return authority
                    ? KeyUsage.keyCertSign | KeyUsage.cRLSign | KeyUsage.digitalSignature
                    : KeyUsage.digitalSignature | KeyUsage.keyEncipherment;
        }

        private void extend(X509v3CertificateBuilder builder) throws CertIOException {
            builder.addExtension(
                    Extension.basicConstraints,
                    true,
                    pathLength < 0 ? new BasicConstraints(authority) : new BasicConstraints(pathLength));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(keyUsage()));
            if (!authority || !names.isEmpty()) {
                builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
            }
            if (!names.isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName, false, new GeneralNames(names.toArray(GeneralName[]::new)));
            }
            if (permittedSubtree != null) {
                GeneralSubtree[] permitted = {new GeneralSubtree(new GeneralName(GeneralName.dNSName, permittedSubtree))
                };
                builder.addExtension(Extension.nameConstraints, true, new NameConstraints(permitted, null));
            }
            if (pointer != null) {
                addPointers(builder, new GeneralName(GeneralName.uniformResourceIdentifier, pointer));
            }
            if (staplePromised) {
                builder.addExtension(
                        new ASN1ObjectIdentifier("1.3.6.1.5.5.7.1.24"),
                        false,
                        new DERSequence(new ASN1Encodable[] {new ASN1Integer(5), new ASN1Integer(17)}));
            }
            if (unknownCritical) {
                builder.addExtension(new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1"), true, DERNull.INSTANCE);
            }
        }

        private static void addPointers(X509v3CertificateBuilder builder, GeneralName address) throws CertIOException {
            builder.addExtension(
                    Extension.authorityInfoAccess, false, new AuthorityInformationAccess(new AccessDescription[] {
                        new AccessDescription(AccessDescription.id_ad_ocsp, address),
                        new AccessDescription(AccessDescription.id_ad_caIssuers, address)
                    }));
            DistributionPointName name = new DistributionPointName(new GeneralNames(address));
            builder.addExtension(Extension.cRLDistributionPoints, false, new CRLDistPoint(new DistributionPoint[] {
                new DistributionPoint(name, null, null)
            }));
        }
    }
}
