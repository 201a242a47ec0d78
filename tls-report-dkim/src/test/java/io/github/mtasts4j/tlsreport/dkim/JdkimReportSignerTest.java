// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.dkim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.report.FailureDetail;
import io.github.mtasts4j.report.ResultType;
import io.github.mtasts4j.testkit.dns.DnsServer;
import io.github.mtasts4j.tlsreport.AppliedPolicy;
import io.github.mtasts4j.tlsreport.DateRange;
import io.github.mtasts4j.tlsreport.FailureCount;
import io.github.mtasts4j.tlsreport.FailureKey;
import io.github.mtasts4j.tlsreport.HeaderField;
import io.github.mtasts4j.tlsreport.MailAddress;
import io.github.mtasts4j.tlsreport.PolicyReport;
import io.github.mtasts4j.tlsreport.ReportEnvelope;
import io.github.mtasts4j.tlsreport.ReportFormat;
import io.github.mtasts4j.tlsreport.ReportReading;
import io.github.mtasts4j.tlsreport.SessionCounts;
import io.github.mtasts4j.tlsreport.TlsReport;
import io.github.mtasts4j.tlsreport.TlsReportReader;
import io.github.mtasts4j.tlsreport.send.ReportMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.apache.james.jdkim.DKIMVerifier;
import org.apache.james.jdkim.api.SignatureRecord;
import org.apache.james.jdkim.exceptions.FailException;
import org.apache.james.jdkim.impl.DNSPublicKeyRecordRetriever;
import org.apache.james.mime4j.dom.Message;
import org.apache.james.mime4j.dom.Multipart;
import org.apache.james.mime4j.dom.SingleBody;
import org.apache.james.mime4j.message.DefaultMessageBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Lookup;
import org.xbill.DNS.SimpleResolver;

/** Signatures as two verifiers see them: jDKIM's, which asks a DNS server, and the JDK's. */
final class JdkimReportSignerTest {

    private static final DomainName SENDER = DomainName.of("sender.example");
    private static final KeyPair KEYS = rsa(2048);

    private final DnsServer dns = DnsServer.start();
    private final JdkimReportSigner signer = JdkimReportSigner.of(SENDER, "2024-05", KEYS.getPrivate());

    private static KeyPair rsa(int bits) {
        return keys("RSA", bits);
    }

    private static KeyPair keys(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void publish() {
        publish(signer.keyRecord());
    }

    private void publish(String record) {
        String name = "2024-05._domainkey.sender.example";
        dns.remove(name).txt(name, record.substring(0, 200), record.substring(200));
    }

    @AfterEach
    void close() {
        dns.close();
    }

    private static byte[] message() {
        PolicyReport policy = new PolicyReport(
                AppliedPolicy.none(DomainName.of("example.com")),
                new SessionCounts(5, 1),
                List.of(new FailureCount(
                        FailureKey.of(new FailureDetail(ResultType.VALIDATION_FAILURE, "a  reason")), 1)));
        TlsReport report = new TlsReport(
                "Sender",
                DateRange.ofDay(LocalDate.of(2024, 5, 1)),
                MailAddress.of("tls-reports@sender.example"),
                "0f3a",
                List.of(policy));
        return ReportMessage.unsigned(
                new ReportEnvelope(report, DomainName.of("example.com"), ReportFormat.GZIP),
                MailAddress.of("tls@example.com"),
                Instant.parse("2024-05-02T03:04:05Z"));
    }

    private byte[] signed() {
        byte[] message = message();
        return ReportMessage.signed(signer.sign(SENDER, message).orElseThrow(), message);
    }

    private List<SignatureRecord> jdkim(byte[] message) throws IOException, FailException {
        SimpleResolver resolver = new SimpleResolver(dns.address());
        Lookup.getDefaultCache(DClass.IN).clearCache(); // Of the whole JVM, and it does not ask whose answer it has.
        return new DKIMVerifier(new DNSPublicKeyRecordRetriever(resolver)).verify(new ByteArrayInputStream(message));
    }

    private boolean isValid(byte[] message) throws Exception {
        boolean byTheJdk = DkimCheck.verify(message, signer.keyRecord());
        boolean byJdkim;
        try {
            byJdkim = !jdkim(message).isEmpty();
        } catch (FailException e) {
            byJdkim = false;
        }
        assertThat(byJdkim).isEqualTo(byTheJdk);
        return byTheJdk;
    }

    @Test
    void bothVerifiersAcceptTheSignature() throws Exception {
        assertThat(isValid(signed())).isTrue();
        assertThat(dns.queriedNames()).contains("2024-05._domainkey.sender.example");
    }

    @Test
    void theSignatureCoversWhatItShouldAndTheWholeBody() throws Exception {
        SignatureRecord record = jdkim(signed()).get(0);

        assertThat(record.getDToken()).hasToString("sender.example");
        assertThat(record.getHeaders().stream().map(name -> name.toString().toLowerCase(Locale.ROOT)))
                .contains(
                        "from",
                        "to",
                        "subject",
                        "date",
                        "message-id",
                        "mime-version",
                        "content-type",
                        "tls-report-domain",
                        "tls-report-submitter");
        assertThat(record.getHeaderCanonicalisationMethod()).isEqualTo("relaxed");
        assertThat(record.getBodyCanonicalisationMethod()).isEqualTo("relaxed");
        HeaderField field = signer.sign(SENDER, message()).orElseThrow();
        assertThat(field.name()).isEqualTo("DKIM-Signature");
        assertThat(field.value()).contains("a=rsa-sha256;").doesNotContainPattern("[; ]l=");
        assertThat(Arrays.asList(field.folded().split("\r\n")))
                .hasSizeGreaterThan(5)
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(300));
    }

    @Test
    void theKeyRecordIsForMailAndForReports() throws Exception {
        assertThat(signer.keyRecord()).startsWith("v=DKIM1; k=rsa; s=email:tlsrpt; p=MIIB");
        publish(signer.keyRecord().replace("s=email:tlsrpt", "s=tlsrpt"));

        assertThat(isValid(signed())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "From: tls-reports",
                "To: tls@",
                "Subject: Report",
                "Date: Thu",
                "Message-ID: <",
                "MIME-Version: 1",
                "Content-Type: multipart/report",
                "TLS-Report-Domain: example",
                "TLS-Report-Submitter: sender",
                "TLS-Required: N",
                "TLS report by S",
                "H4sI"
            })
    void aChangeAnywhereIsNoticed(String place) throws Exception {
        String text = new String(signed(), StandardCharsets.US_ASCII);
        int at = text.indexOf("\r\n" + place) < 0 ? text.indexOf(place) : text.indexOf("\r\n" + place) + 2;
        assertThat(at).isPositive();
        int last = at + place.length() - 1;
        String changed = text.substring(0, last) + "Q" + text.substring(last + 1);

        assertThat(isValid(changed.getBytes(StandardCharsets.US_ASCII))).isFalse();
    }

    @Test
    void whatIsAppendedIsNoticed() throws Exception {
        byte[] longer = ReportMessage.signed(new HeaderField("X-Front", "harmless"), signed());
        assertThat(isValid(longer)).isTrue();

        String text = new String(longer, StandardCharsets.US_ASCII) + "one more line\r\n";
        assertThat(isValid(text.getBytes(StandardCharsets.US_ASCII))).isFalse();
    }

    @Test
    void anotherKeyInTheDnsIsNoticed() throws Exception {
        JdkimReportSigner other =
                JdkimReportSigner.of(SENDER, "2024-05", rsa(2048).getPrivate());
        publish(other.keyRecord());

        assertThatThrownBy(() -> jdkim(signed())).isInstanceOf(FailException.class);
        assertThat(DkimCheck.verify(signed(), other.keyRecord())).isFalse();
    }

    @Test
    void aThirdReaderFindsTheReportInTheSignedMessage() throws IOException {
        Message message = new DefaultMessageBuilder().parseMessage(new ByteArrayInputStream(signed()));
        Multipart parts = (Multipart) message.getBody();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ((SingleBody) parts.getBodyParts().get(1).getBody()).writeTo(file);

        assertThat(message.getMimeType()).isEqualTo("multipart/report");
        assertThat(parts.getBodyParts()).hasSize(2);
        assertThat(parts.getBodyParts().get(0).getMimeType()).isEqualTo("text/plain");
        assertThat(parts.getBodyParts().get(1).getMimeType()).isEqualTo("application/tlsrpt+gzip");
        assertThat(parts.getBodyParts().get(1).getFilename())
                .isEqualTo("sender.example!example.com!1714521600!1714607999!0f3a.json.gz");
        assertThat(TlsReportReader.read(file.toByteArray())).isInstanceOf(ReportReading.Understood.class);
    }

    @Test
    void thereIsNoKeyForAnotherDomain() {
        assertThat(signer.sign(DomainName.of("other.example"), message())).isEmpty();
    }

    @Test
    void aKeyComesFromAFile() throws Exception {
        String pem = "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(KEYS.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";

        assertThat(JdkimReportSigner.ofPem(SENDER, "2024-05", pem).keyRecord()).isEqualTo(signer.keyRecord());
        assertThatThrownBy(() -> JdkimReportSigner.ofPem(SENDER, "x", pem.replace("PRIVATE", "RSA PRIVATE")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("openssl");
        assertThatThrownBy(() -> JdkimReportSigner.ofPem(SENDER, "x", pem.substring(0, 200) + pem.substring(1500)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void weakAndForeignKeysAreRefused() {
        assertThatThrownBy(() -> JdkimReportSigner.of(SENDER, "x", rsa(512).getPrivate()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("512");
        assertThatThrownBy(
                        () -> JdkimReportSigner.of(SENDER, "x", keys("EC", 256).getPrivate()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(JdkimReportSigner.of(SENDER, "x", rsa(1024).getPrivate()).sign(SENDER, message()))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a;l=5", "-a", "a\r\nb", "\u00e4"})
    void whatIsNoSelectorIsRefused(String selector) {
        assertThatThrownBy(() -> JdkimReportSigner.of(SENDER, selector, KEYS.getPrivate()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
