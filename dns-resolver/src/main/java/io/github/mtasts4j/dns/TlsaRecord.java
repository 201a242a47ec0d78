// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.dns;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A TLSA record that SMTP can use (RFC 6698 §2, RFC 7672 §3.1). Others do not become one: {@link #usable} is the only way
 * to make them.
 */
public final class TlsaRecord {

    private static final int SHOWN_OCTETS = 8;

    private final Usage usage;
    private final Selector selector;
    private final MatchingType matchingType;
    private final byte[] data;

    private TlsaRecord(Usage usage, Selector selector, MatchingType matchingType, byte[] data) {
        this.usage = usage;
        this.selector = selector;
        this.matchingType = matchingType;
        this.data = data;
    }

    /**
     * Reads the fields of a TLSA record.
     *
     * @param usage the certificate usage, of which 2 and 3 are usable (RFC 7672 §3.1.3)
     * @param selector 0 or 1
     * @param matchingType 0, 1 or 2
     * @param data the certificate association data; not kept
     * @return the record; or empty if a field has another value, a digest is not as long as it has to be, or the whole
     *     certificate is to match and there is none in the data
     */
    public static Optional<TlsaRecord> usable(int usage, int selector, int matchingType, byte[] data) {
        Optional<Usage> knownUsage = Usage.of(usage);
        Optional<Selector> knownSelector = Selector.of(selector);
        Optional<MatchingType> knownType = MatchingType.of(matchingType);
        if (knownUsage.isEmpty() || knownSelector.isEmpty() || knownType.isEmpty()) {
            return Optional.empty();
        }
        TlsaRecord record = new TlsaRecord(knownUsage.get(), knownSelector.get(), knownType.get(), data.clone());
        return record.isWellFormed() ? Optional.of(record) : Optional.empty();
    }

    private boolean isWellFormed() {
        return switch (matchingType) {
            case SHA2_256 -> data.length == 32;
            case SHA2_512 -> data.length == 64;
            case FULL ->
                selector == Selector.SPKI ? data.length > 0 : certificate().isPresent();
        };
    }

    /** The certificate that the record bears whole, if it does (RFC 7671 §5.2.2 calls that {@code 2 0 0}). */
    Optional<X509Certificate> certificate() {
        if (selector != Selector.CERT || matchingType != MatchingType.FULL) {
            return Optional.empty();
        }
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            X509Certificate certificate = (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(data));
            // The factory takes PEM, and octets behind a certificate; a record has neither (RFC 6698 §2.1.4).
            return Optional.of(certificate).filter(this::matches);
        } catch (CertificateException | RuntimeException e) { // the latter: the octets are a stranger's
            return Optional.empty();
        }
    }

    /**
     * What the record is about.
     *
     * @return an authority's certificate, or the server's own
     */
    public Usage usage() {
        return usage;
    }

    /**
     * What is compared.
     *
     * @return the certificate, or its key
     */
    public Selector selector() {
        return selector;
    }

    /**
     * How it is compared.
     *
     * @return in full, or by a digest
     */
    public MatchingType matchingType() {
        return matchingType;
    }

    /**
     * The certificate association data.
     *
     * @return a copy
     */
    public byte[] data() {
        return data.clone();
    }

    /**
     * Whether the record is that of a certificate, by selector and matching type alone. What follows from it depends on
     * the usage: for {@link Usage#DANE_EE} and a server's own certificate, everything; for {@link Usage#DANE_TA} only that
     * this is the authority ({@link DaneLookup.Usable#outcome} does the rest).
     *
     * @param certificate any certificate
     * @return whether it matches
     */
    public boolean matches(X509Certificate certificate) {
        try {
            byte[] selected = selector == Selector.CERT ? certificate.getEncoded() : KeyInfo.of(certificate);
            return MessageDigest.isEqual(data, matchingType.of(selected));
        } catch (GeneralSecurityException e) {
            return false; // A certificate that cannot be encoded is no record's.
        }
    }

    /** RFC 7671 §9: of two digests of one thing the stronger counts alone, lest the weaker be the way in. */
    boolean isOutdoneBy(TlsaRecord other) {
        return usage == other.usage
                && selector == other.selector
                && matchingType == MatchingType.SHA2_256
                && other.matchingType == MatchingType.SHA2_512;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TlsaRecord that
                && usage == that.usage
                && selector == that.selector
                && matchingType == that.matchingType
                && Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() {
        return Objects.hash(usage, selector, matchingType, Arrays.hashCode(data));
    }

    /**
     * The record for a person.
     *
     * @return the fields as in a zone file, the data cut after some octets
     */
    @Override
    public String toString() {
        String shown = HexFormat.of().formatHex(data, 0, Math.min(data.length, SHOWN_OCTETS));
        return usage.value + " " + selector.value + " " + matchingType.value + " " + shown
                + (data.length > SHOWN_OCTETS ? "..." : "");
    }

    /** The certificate usages that SMTP can use, by their names in RFC 7218. */
    public enum Usage {
        /** 2: the record is of an authority that has issued the server's certificate. */
        DANE_TA(2),
        /** 3: the record is of the server's own certificate. */
        DANE_EE(3);

        private final int value;

        Usage(int value) {
            this.value = value;
        }

        private static Optional<Usage> of(int value) {
            return Arrays.stream(values()).filter(usage -> usage.value == value).findFirst();
        }
    }

    /** What is compared, by its name in RFC 7218. */
    public enum Selector {
        /** 0: the whole certificate. */
        CERT(0),
        /** 1: its public key, with the algorithm. */
        SPKI(1);

        private final int value;

        Selector(int value) {
            this.value = value;
        }

        private static Optional<Selector> of(int value) {
            return Arrays.stream(values())
                    .filter(selector -> selector.value == value)
                    .findFirst();
        }
    }

    /** How it is compared, by its name in RFC 7218. */
    public enum MatchingType {
        /** 0: in full. */
        FULL(0),
        /** 1: by its SHA-256. */
        SHA2_256(1),
        /** 2: by its SHA-512. */
        SHA2_512(2);

        private final int value;

        MatchingType(int value) {
            this.value = value;
        }

        private static Optional<MatchingType> of(int value) {
            return Arrays.stream(values()).filter(type -> type.value == value).findFirst();
        }

        private byte[] of(byte[] selected) throws NoSuchAlgorithmException {
            return switch (this) {
                case FULL -> selected;
                case SHA2_256 -> MessageDigest.getInstance("SHA-256").digest(selected);
                case SHA2_512 -> MessageDigest.getInstance("SHA-512").digest(selected);
            };
        }
    }
}
