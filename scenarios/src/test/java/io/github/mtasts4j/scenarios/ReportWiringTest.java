// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.dns.DnsJavaResolver;
import io.github.mtasts4j.http.ApachePolicyFetcher;
import io.github.mtasts4j.http.ApacheReportPost;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tlsreport.MailAddress;
import io.github.mtasts4j.tlsreport.collect.ReportingOrganization;
import io.github.mtasts4j.tlsreport.collect.TlsReportCollector;
import io.github.mtasts4j.tlsreport.dkim.JdkimReportSigner;
import io.github.mtasts4j.tlsreport.send.MailTransport;
import io.github.mtasts4j.tlsreport.send.ReportSender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The wiring in {@code docs/tls-reporting.md}. */
final class ReportWiringTest {

    private static final Path SOURCE = Path.of("src/test/java/io/github/mtasts4j/scenarios/ReportWiringTest.java");

    @Test
    void thePartsFitTogether(@TempDir Path directory) throws IOException, NoSuchAlgorithmException {
        Path keyFile = Files.writeString(directory.resolve("key.pem"), key());
        Path queue = directory.resolve("queue");
        MailTransport mta = (from, to, message) -> new MailTransport.Answer(MailTransport.Verdict.ACCEPTED, "queued");
        TlsReportCollector collector = TlsReportCollector.builder(
                        new ReportingOrganization("Sender Inc.", MailAddress.of("tls-reports@sender.example")))
                .build();
        // region wiring
        DnsJavaResolver dns = DnsJavaResolver.system().build();
        ApachePolicyFetcher fetcher =
                ApachePolicyFetcher.builder().addresses(dns.addressLookup()).build();
        // The domain of the reports' contact, such as tls-reports@sender.example.
        DomainName submitter = DomainName.of("sender.example");
        JdkimReportSigner signer = JdkimReportSigner.ofPem(submitter, "tlsrpt", Files.readString(keyFile));

        ReportSender sender = ReportSender.builder(queue, dns.txtLookup())
                .mail(mta, signer)
                .https(ApacheReportPost.through(fetcher)::post)
                .build();
        sender.start(collector); // At the end: sender.close(), collector.close(), fetcher.close().
        // endregion wiring
        try (fetcher;
                collector;
                sender) {
            assertThat(sender.waiting()).isZero();
            assertThat(sender.hand(ReportQueuer.report("r1"), ReportQueuer.DOMAIN))
                    .isEqualTo(ReportSender.Handover.QUEUED);
        }
        assertThat(queue).isDirectoryContaining("glob:**.report");
    }

    private static String key() throws NoSuchAlgorithmException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        byte[] octets = generator.generateKeyPair().getPrivate().getEncoded();
        return "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(octets)
                + "\n-----END PRIVATE KEY-----\n";
    }

    @Test
    void thePageShowsThisCode() throws IOException {
        List<String> lines = Files.readAllLines(SOURCE);
        int from = lines.indexOf("        // region wiring");
        int to = lines.indexOf("        // endregion wiring");
        String code = String.join("\n", lines.subList(from + 1, to)).indent(-8).stripTrailing();

        assertThat(Files.readString(Path.of("../docs/tls-reporting.md"))).contains(code);
    }
}
