// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.dns;

import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tls.CertificateVerifier;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Asks the DNS whether DANE protects an MX, and with what (RFC 7672). DNSSEC is not validated here: the resolver does that,
 * and its word counts where it may be trusted ({@link DnsJavaResolver.Builder#trustingAdFrom}). Called by many threads at
 * once.
 */
@FunctionalInterface
public interface DaneLookup {

    /** The port of SMTP between mail servers. */
    int SMTP_PORT = 25;

    /**
     * Asks about a host whose name needs no proof: a smart host from the configuration, say. Waits for the network.
     *
     * @param host the host, even where it is a CNAME
     * @param port the port that will be connected to
     * @return what the DNS said; trouble is an {@link Answer} too
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    Answer lookup(DomainName host, int port) throws InterruptedException;

    /**
     * Asks about one of a domain's mail exchangers, on port 25. Waits for the network, unless the MX records are insecure:
     * who can forge them can name any host, and one with TLSA records of its own proves nothing (RFC 7672 §2.2.1).
     *
     * @param candidates what the same resolver said of the domain
     * @param host one of them
     * @return what the DNS said; trouble is an {@link Answer} too
     * @throws InterruptedException if the thread was interrupted while it waited
     * @throws IllegalArgumentException if the host is none of the candidates
     */
    default Answer lookup(MxLookup.Answer candidates, DomainName host) throws InterruptedException {
        return lookup(candidates, host, SMTP_PORT);
    }

    /**
     * The same for another port.
     *
     * @param candidates what the same resolver said of the domain
     * @param host one of them
     * @param port the port that will be connected to
     * @return what the DNS said; trouble is an {@link Answer} too
     * @throws InterruptedException if the thread was interrupted while it waited
     * @throws IllegalArgumentException if the host is none of the candidates
     */
    default Answer lookup(MxLookup.Answer candidates, DomainName host, int port) throws InterruptedException {
        if (!candidates.candidates().contains(host)) {
            throw new IllegalArgumentException(host + " is none of the candidates");
        }
        return candidates.security() == DnsSecurity.SECURE
                ? lookup(host, port)
                : new Insecure("the MX records that name " + host + " are not secure");
    }

    /** What the DNS said. "There is none" and "I could not find out" are never merged. */
    sealed interface Answer {

        /**
         * What to expect of DANE before the host is connected to.
         *
         * @return what {@code MtaSts.plan} needs; {@link DaneOutcome#PASSED} where the check is still to come
         */
        DaneOutcome planned();

        /**
         * What DANE says after STARTTLS.
         *
         * @param chain what the peer presented in a handshake that completed, its own certificate first; empty if there is
         *     no TLS
         * @param at the time to judge for
         * @param nextHop the domain whose MX the host is; none for a smart host
         * @return what {@code MtaSts.decide} needs
         */
        default DaneOutcome outcome(List<X509Certificate> chain, Instant at, DomainName... nextHop) {
            return planned();
        }
    }

    /**
     * There are secure TLSA records that can be used: TLS is mandatory and the peer has to match one.
     *
     * @param records at least one, all different
     * @param baseDomain the TLSA base domain, which is to be the SNI (RFC 7672 §2.2.3): the host, or where it leads as a
     *     CNAME
     * @param host the host as it was asked for
     */
    record Usable(List<TlsaRecord> records, DomainName baseDomain, DomainName host) implements Answer {

        /**
         * Copies the list.
         *
         * @param records at least one
         * @param baseDomain the TLSA base domain
         * @param host the host as it was asked for
         * @throws IllegalArgumentException if there is no record
         */
        public Usable {
            records = List.copyOf(records);
            if (records.isEmpty()) {
                throw new IllegalArgumentException("no usable record: that is Unusable, or None");
            }
        }

        @Override
        public DaneOutcome planned() {
            return DaneOutcome.PASSED;
        }

        /**
         * {@inheritDoc}
         *
         * <p>A peer whose own certificate matches a DANE-EE record has passed, whatever its names and dates (RFC 7671
         * §5.1). One whose chain goes up to an authority that matches a DANE-TA record, by the JDK's PKIX, has passed if
         * it is for the base domain, the host or the next hop, and nothing on the way has expired (RFC 7672 §3.2.2). The
         * authority has to be in the chain, unless a record bears its whole certificate (RFC 7671 §5.2.2). Common names
         * count for nothing, as everywhere in this library.
         */
        @Override
        public DaneOutcome outcome(List<X509Certificate> chain, Instant at, DomainName... nextHop) {
            boolean passed = !chain.isEmpty()
                    && (matches(TlsaRecord.Usage.DANE_EE, chain.get(0)) || isBelowAuthority(chain, at, nextHop));
            return passed ? DaneOutcome.PASSED : DaneOutcome.FAILED;
        }

        private boolean matches(TlsaRecord.Usage usage, X509Certificate certificate) {
            return records.stream().anyMatch(record -> record.usage() == usage && record.matches(certificate));
        }

        private boolean isBelowAuthority(List<X509Certificate> chain, Instant at, DomainName... nextHop) {
            if (chain.size() > CertificateVerifier.MAX_CERTIFICATES) {
                return false;
            }
            // The peer's own certificate is no authority's, though it be presented twice.
            List<X509Certificate> authorities = authorities(chain)
                    .filter(authority -> !authority.equals(chain.get(0)) && isValid(authority, at))
                    .toList();
            if (authorities.isEmpty()) {
                return false;
            }
            CertificateVerifier verifier = CertificateVerifier.trusting(authorities);
            return Stream.concat(Stream.of(baseDomain, host), Arrays.stream(nextHop))
                    .distinct()
                    .anyMatch(name -> verifier.verify(chain, name, at).isEmpty());
        }

        private Stream<X509Certificate> authorities(List<X509Certificate> chain) {
            Stream<X509Certificate> presented =
                    chain.stream().filter(certificate -> matches(TlsaRecord.Usage.DANE_TA, certificate));
            Stream<X509Certificate> published = records.stream()
                    .filter(record -> record.usage() == TlsaRecord.Usage.DANE_TA)
                    .map(TlsaRecord::certificate)
                    .flatMap(Optional::stream);
            return Stream.concat(presented, published);
        }

        /** PKIX does not look at the dates of a trust anchor. */
        private static boolean isValid(X509Certificate authority, Instant at) {
            try {
                authority.checkValidity(Date.from(at));
                return true;
            } catch (CertificateException e) {
                return false;
            }
        }
    }

    /**
     * There are secure TLSA records, and SMTP can use none: TLS is mandatory, and the peer is not authenticated (RFC 7672
     * §2.2).
     *
     * @param detail one printable line for a person
     */
    record Unusable(String detail) implements Answer {
        @Override
        public DaneOutcome planned() {
            return DaneOutcome.UNUSABLE;
        }
    }

    /**
     * There are no TLSA records, and that is certain.
     *
     * @param detail one printable line for a person
     */
    record None(String detail) implements Answer {
        @Override
        public DaneOutcome planned() {
            return DaneOutcome.NOT_APPLICABLE;
        }
    }

    /**
     * The DNS does not vouch for what it says, so DANE does not apply.
     *
     * @param detail one printable line for a person
     */
    record Insecure(String detail) implements Answer {
        @Override
        public DaneOutcome planned() {
            return DaneOutcome.NOT_APPLICABLE;
        }
    }

    /**
     * No usable answer: SERVFAIL, as for a bogus signature, or a time-out. The host must not be used for now (RFC 7672
     * §2.1.2).
     *
     * @param reason one word for a report, such as {@code dns-servfail} or {@code dns-timeout}
     * @param detail one printable line for a person
     */
    record Unavailable(String reason, String detail) implements Answer {
        @Override
        public DaneOutcome planned() {
            return DaneOutcome.ERROR;
        }
    }
}
