// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.dns;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.dns.DaneLookup.Answer;
import io.github.mtasts4j.dns.DaneLookup.Insecure;
import io.github.mtasts4j.dns.DaneLookup.None;
import io.github.mtasts4j.dns.DaneLookup.Unavailable;
import io.github.mtasts4j.dns.DaneLookup.Unusable;
import io.github.mtasts4j.dns.DaneLookup.Usable;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.testkit.tls.Identity;
import io.github.mtasts4j.testkit.tls.TestCa;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a peer has to show where there are usable TLSA records (RFC 7672 §3, RFC 7671 §5), with real certificates. */
class DaneOutcomeTest {

    private static final Instant NOW = MovableClock.START;
    private static final DomainName MX = DomainName.of("mx.example.com");
    private static final DomainName BASE = DomainName.of("mx.provider.example");
    private static final DomainName NEXT_HOP = DomainName.of("example.com");
    private static final TestCa ROOT = TestCa.root("Root");
    private static final TestCa MIDDLE = ROOT.intermediate("Middle");

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 1", "0, 2", "1, 0", "1, 1", "1, 2"})
    void eachSelectorAndMatchingTypeMatchesItsCertificateAndNoOther(int selector, int matchingType) throws Exception {
        Identity server = ROOT.issue("mx.example.com");

        assertThat(outcome(record(3, selector, matchingType, server.certificate()), server.chain()))
                .isEqualTo(DaneOutcome.PASSED);
        assertThat(outcome(
                        record(3, selector, matchingType, server.certificate()),
                        ROOT.issue("mx.example.com").chain()))
                .isEqualTo(DaneOutcome.FAILED);
    }

    @Test
    void daneEeNeedsNoNameNoValidityAndNoIssuer() throws Exception {
        Identity server = TestCa.selfSigned(
                new TestCa.Spec().dns("other.example").expired().clientOnly());

        assertThat(outcome(record(3, 1, 1, server.certificate()), server.chain()))
                .isEqualTo(DaneOutcome.PASSED);
    }

    @Test
    void daneEeIsOfTheServersOwnCertificateOnly() throws Exception {
        Identity server = MIDDLE.issue("mx.example.com");

        assertThat(outcome(record(3, 1, 1, MIDDLE.certificate()), server.chain()))
                .isEqualTo(DaneOutcome.FAILED);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 1", "0, 2", "1, 0", "1, 1", "1, 2"})
    void daneTaIsAnAuthorityInTheChain(int selector, int matchingType) throws Exception {
        Identity server = MIDDLE.issue("mx.example.com");

        assertThat(outcome(record(2, selector, matchingType, MIDDLE.certificate()), server.chain()))
                .isEqualTo(DaneOutcome.PASSED);
    }

    @Test
    void daneTaMayBeTheRootIfItIsPresented() throws Exception {
        Identity server = MIDDLE.issue("mx.example.com");
        TlsaRecord root = record(2, 1, 1, ROOT.certificate());

        assertThat(outcome(root, server.chain())).isEqualTo(DaneOutcome.FAILED);
        assertThat(outcome(root, with(server.chain(), ROOT.certificate()))).isEqualTo(DaneOutcome.PASSED);
    }

    @Test
    void daneTaMayBePublishedWholeInsteadOfPresented() throws Exception {
        Identity server = MIDDLE.issue("mx.example.com");

        assertThat(outcome(record(2, 0, 0, ROOT.certificate()), server.chain())).isEqualTo(DaneOutcome.PASSED);
        assertThat(outcome(record(2, 1, 0, ROOT.certificate()), server.chain())).isEqualTo(DaneOutcome.FAILED);
    }

    @Test
    void anAuthorityThatIsOnlyPresentedProvesNothing() throws Exception {
        Identity stranger = TestCa.root("Stranger").issue("mx.example.com");

        assertThat(outcome(record(2, 0, 1, MIDDLE.certificate()), with(stranger.chain(), MIDDLE.certificate())))
                .isEqualTo(DaneOutcome.FAILED);
    }

    @Test
    void aNameIsNoSignature() throws Exception {
        Identity forged = MIDDLE.impostor().issue("mx.example.com");

        assertThat(outcome(record(2, 0, 1, MIDDLE.certificate()), forged.chain()))
                .isEqualTo(DaneOutcome.FAILED);
    }

    @Test
    void aServersOwnCertificateIsNoAuthority() throws Exception {
        Identity server = ROOT.issue("mx.example.com");
        TlsaRecord own = record(2, 0, 1, server.certificate());

        assertThat(outcome(own, server.chain())).isEqualTo(DaneOutcome.FAILED);
        assertThat(outcome(own, with(server.chain(), server.certificate()))).isEqualTo(DaneOutcome.FAILED);
    }

    @Test
    void aHostThatIsNoAuthorityIssuesNothing() throws Exception {
        Identity host = MIDDLE.issue("mx.example.com");
        Identity below = TestCa.under(host).issue("mx.example.com");

        assertThat(outcome(record(2, 0, 1, host.certificate()), below.chain())).isEqualTo(DaneOutcome.FAILED);
        assertThat(outcome(record(2, 0, 1, MIDDLE.certificate()), below.chain()))
                .isEqualTo(DaneOutcome.FAILED);
    }

    @ParameterizedTest
    @CsvSource({
        "mx.provider.example, PASSED",
        "mx.example.com, PASSED",
        "example.com, PASSED",
        "*.example.com, PASSED",
        "mail.example.com, FAILED",
        "m*.example.com, FAILED",
        "*.com, PASSED", // it stands for the next hop, example.com
        "*.provider.example, PASSED"
    })
    void daneTaNeedsTheNameOfTheBaseDomainTheHostOrTheNextHop(String dnsId, DaneOutcome expected) throws Exception {
        Identity server = MIDDLE.issue(dnsId);

        assertThat(outcome(record(2, 1, 1, MIDDLE.certificate()), server.chain()))
                .isEqualTo(expected);
    }

    @Test
    void ofASmartHostTheRecipientsDomainIsNoName() throws Exception {
        Identity server = MIDDLE.issue("example.com");
        Usable usable = new Usable(List.of(record(2, 1, 1, MIDDLE.certificate())), BASE, MX);

        assertThat(usable.outcome(server.chain(), NOW)).isEqualTo(DaneOutcome.FAILED);
    }

    @Test
    void aCommonNameCountsForNothing() throws Exception {
        Identity server = MIDDLE.issue(new TestCa.Spec().commonName("mx.example.com"));

        assertThat(outcome(record(2, 1, 1, MIDDLE.certificate()), server.chain()))
                .isEqualTo(DaneOutcome.FAILED);
    }

    @Test
    void daneTaNeedsValidityAllTheWayUp() throws Exception {
        Identity expired = MIDDLE.issue(new TestCa.Spec().dns("mx.example.com").expired());
        Identity early = MIDDLE.issue(new TestCa.Spec().dns("mx.example.com").notYetValid());
        TestCa old = ROOT.intermediate("Old", new TestCa.Spec().expired());
        TlsaRecord middle = record(2, 1, 1, MIDDLE.certificate());

        assertThat(outcome(middle, expired.chain())).isEqualTo(DaneOutcome.FAILED);
        assertThat(outcome(middle, early.chain())).isEqualTo(DaneOutcome.FAILED);
        assertThat(outcome(
                        record(2, 1, 1, old.certificate()),
                        old.issue("mx.example.com").chain()))
                .isEqualTo(DaneOutcome.FAILED);
        assertThat(outcome(
                        record(2, 0, 0, ROOT.certificate()),
                        old.issue("mx.example.com").chain()))
                .isEqualTo(DaneOutcome.FAILED);
    }

    @Test
    void oneMatchAmongManyRecordsWillDo() throws Exception {
        Identity server = MIDDLE.issue("mx.example.com");
        Usable usable = new Usable(
                List.of(
                        record(3, 1, 1, ROOT.certificate()),
                        record(2, 0, 1, ROOT.certificate()),
                        record(2, 1, 2, MIDDLE.certificate())),
                MX,
                MX);

        assertThat(usable.outcome(server.chain(), NOW)).isEqualTo(DaneOutcome.PASSED);
    }

    @Test
    void aChainOfTooManyCertificatesIsRefused() throws Exception {
        Identity server = MIDDLE.issue("mx.example.com");
        List<X509Certificate> chain = new ArrayList<>(server.chain());
        chain.addAll(Collections.nCopies(10, ROOT.certificate()));

        assertThat(outcome(record(2, 1, 1, MIDDLE.certificate()), chain)).isEqualTo(DaneOutcome.FAILED);
    }

    @Test
    void withoutTlsUsableRecordsAreAFailure() throws Exception {
        assertThat(outcome(record(3, 1, 1, ROOT.certificate()), List.of())).isEqualTo(DaneOutcome.FAILED);
    }

    @Test
    void whatWasCertainBeforeTheHandshakeStaysSo() {
        Map<Answer, DaneOutcome> certain = Map.of(
                new Unusable("one line"), DaneOutcome.UNUSABLE,
                new None("one line"), DaneOutcome.NOT_APPLICABLE,
                new Insecure("one line"), DaneOutcome.NOT_APPLICABLE,
                new Unavailable("dns-servfail", "one line"), DaneOutcome.ERROR);

        certain.forEach((answer, outcome) -> {
            assertThat(answer.planned()).isEqualTo(outcome);
            assertThat(answer.outcome(ROOT.issue("mx.example.com").chain(), NOW, NEXT_HOP))
                    .isEqualTo(outcome);
            assertThat(answer.outcome(List.of(), NOW, NEXT_HOP)).isEqualTo(outcome);
        });
    }

    @Test
    void usableWithoutRecordsIsAMistake() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Usable(List.of(), MX, MX));
    }

    @Test
    void aWholeCertificateIsDerWithNothingBehindIt() throws Exception {
        byte[] der = ROOT.certificate().getEncoded();
        String pem = "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(der)
                + "\n-----END CERTIFICATE-----\n";

        assertThat(TlsaRecord.usable(2, 0, 0, der)).isPresent();
        assertThat(TlsaRecord.usable(2, 0, 0, Arrays.copyOf(der, der.length + 1)))
                .isEmpty();
        assertThat(TlsaRecord.usable(2, 0, 0, Arrays.copyOf(der, der.length - 1)))
                .isEmpty();
        assertThat(TlsaRecord.usable(2, 0, 0, pem.getBytes(US_ASCII))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"2048", "4096"})
    void theKeyIsThatOfTheCertificateOctetForOctet(int bits) throws Exception {
        X509Certificate rsa =
                ROOT.issue(new TestCa.Spec().dns("mx.example.com").rsa(bits)).certificate();
        X509Certificate ec = ROOT.issue("mx.example.com").certificate();

        assertThat(KeyInfo.of(rsa)).isEqualTo(rsa.getPublicKey().getEncoded());
        assertThat(KeyInfo.of(ec)).isEqualTo(ec.getPublicKey().getEncoded());
    }

    @Test
    void aKeyThatJavaWouldWriteAnotherWayIsTakenAsItStands() throws Exception {
        Identity server = ROOT.issue(new TestCa.Spec().dns("mx.example.com").rsa(2048));
        SubjectPublicKeyInfo honest = SubjectPublicKeyInfo.getInstance(
                server.certificate().getPublicKey().getEncoded());
        SubjectPublicKeyInfo sloppy = new SubjectPublicKeyInfo(
                new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption), honest.parsePublicKey());
        X500Name name = new X500Name("O=nobody");
        X509Certificate certificate = new JcaX509CertificateConverter()
                .getCertificate(
                        new X509v3CertificateBuilder(name, BigInteger.ONE, Date.from(NOW), Date.from(NOW), name, sloppy)
                                .build(new JcaContentSignerBuilder("SHA256withRSA").build(server.key())));

        assertThat(KeyInfo.of(certificate)).isEqualTo(sloppy.getEncoded());
        assertThat(certificate.getPublicKey().getEncoded()).isNotEqualTo(sloppy.getEncoded());
    }

    @Test
    void aRecordWithoutDataIsNone() {
        assertThat(TlsaRecord.usable(3, 0, 0, new byte[0])).isEmpty();
        assertThat(TlsaRecord.usable(3, 1, 0, new byte[0])).isEmpty();
        assertThat(TlsaRecord.usable(3, 1, 1, new byte[0])).isEmpty();
    }

    @Test
    void aRecordIsAValue() {
        byte[] octets = new byte[32];
        TlsaRecord record = TlsaRecord.usable(3, 1, 1, octets).orElseThrow();
        octets[0] = 1;
        record.data()[0] = 1;

        assertThat(record).isEqualTo(TlsaRecord.usable(3, 1, 1, new byte[32]).orElseThrow());
        assertThat(record).isNotEqualTo(TlsaRecord.usable(2, 1, 1, new byte[32]).orElseThrow());
        assertThat(record).hasToString("3 1 1 0000000000000000...");
        assertThat(record.usage()).isEqualTo(TlsaRecord.Usage.DANE_EE);
        assertThat(record.selector()).isEqualTo(TlsaRecord.Selector.SPKI);
        assertThat(record.matchingType()).isEqualTo(TlsaRecord.MatchingType.SHA2_256);
    }

    private static DaneOutcome outcome(TlsaRecord record, List<X509Certificate> chain) {
        return new Usable(List.of(record), BASE, MX).outcome(chain, NOW, NEXT_HOP);
    }

    /** A record of a certificate, its data made another way than the code does. */
    static TlsaRecord record(int usage, int selector, int matchingType, X509Certificate certificate)
            throws GeneralSecurityException {
        byte[] selected = selector == 0
                ? certificate.getEncoded()
                : certificate.getPublicKey().getEncoded();
        byte[] data = matchingType == 0
                ? selected
                : MessageDigest.getInstance(matchingType == 1 ? "SHA-256" : "SHA-512")
                        .digest(selected);
        return TlsaRecord.usable(usage, selector, matchingType, data).orElseThrow();
    }

    private static List<X509Certificate> with(List<X509Certificate> chain, X509Certificate more) {
        List<X509Certificate> all = new ArrayList<>(chain);
        all.add(more);
        return all;
    }
}
