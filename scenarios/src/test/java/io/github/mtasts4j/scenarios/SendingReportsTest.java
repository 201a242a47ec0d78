// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.dns.DnsJavaResolver;
import io.github.mtasts4j.http.AddressGuard;
import io.github.mtasts4j.http.ApachePolicyFetcher;
import io.github.mtasts4j.http.ApacheReportPost;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.report.FailureDetail;
import io.github.mtasts4j.report.ResultType;
import io.github.mtasts4j.report.SessionResult;
import io.github.mtasts4j.report.TlsReportRecorder;
import io.github.mtasts4j.testkit.RecipientDomain;
import io.github.mtasts4j.testkit.SimulatedSender.Fate;
import io.github.mtasts4j.testkit.StsWorld;
import io.github.mtasts4j.testkit.https.Reply;
import io.github.mtasts4j.testkit.https.SeenRequest;
import io.github.mtasts4j.testkit.smtp.MxFault;
import io.github.mtasts4j.testkit.smtp.ReceivedMail;
import io.github.mtasts4j.tls.MxTls;
import io.github.mtasts4j.tlsreport.AppliedPolicy;
import io.github.mtasts4j.tlsreport.DateRange;
import io.github.mtasts4j.tlsreport.FailureCount;
import io.github.mtasts4j.tlsreport.FailureKey;
import io.github.mtasts4j.tlsreport.MailAddress;
import io.github.mtasts4j.tlsreport.PolicyReport;
import io.github.mtasts4j.tlsreport.ReportReading;
import io.github.mtasts4j.tlsreport.SessionCounts;
import io.github.mtasts4j.tlsreport.TlsReport;
import io.github.mtasts4j.tlsreport.TlsReportReader;
import io.github.mtasts4j.tlsreport.collect.ReportingOrganization;
import io.github.mtasts4j.tlsreport.collect.TlsReportCollector;
import io.github.mtasts4j.tlsreport.dkim.JdkimReportSigner;
import io.github.mtasts4j.tlsreport.send.DeliveryOutcome;
import io.github.mtasts4j.tlsreport.send.ReportSender;
import io.github.mtasts4j.tlsreport.send.SendingListener;
import io.github.mtasts4j.tlsreport.send.SendingListener.Ending;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;
import org.apache.james.jdkim.DKIMVerifier;
import org.apache.james.jdkim.api.SignatureRecord;
import org.apache.james.mime4j.dom.Message;
import org.apache.james.mime4j.dom.Multipart;
import org.apache.james.mime4j.dom.SingleBody;
import org.apache.james.mime4j.message.DefaultMessageBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports on their way over real DNS, SMTP and HTTPS, to destinations that are as destinations are. */
final class SendingReportsTest {

    private static final DomainName BANK = DomainName.of("bank.example");
    private static final MailAddress CONTACT = MailAddress.of("tls@sender.example");
    private static final String MAILBOX = "tls@reports.example";
    private static final DomainName MX = DomainName.of("mx.reports.example");
    private static final String COLLECTOR = "collector.example";
    private static final String ENDPOINT = "https://mta-sts.collector.example/v1";
    private static final Instant MIDNIGHT = Instant.parse("2026-01-02T00:00:00Z");

    private final StsWorld world = StsWorld.start();
    private final DnsJavaResolver dns = DnsJavaResolver.servers(world.dns().address())
            .tryTimeout(Duration.ofMillis(200))
            .build();
    private final ApachePolicyFetcher fetcher = ApachePolicyFetcher.builder()
            .addresses(dns.addressLookup())
            .addressGuard(AddressGuard.publicOnly().allowing("127.0.0.0/8"))
            .trust(world.verifier())
            .port(world.policyHost().port())
            .build();
    private final ApacheReportPost poster =
            ApacheReportPost.through(fetcher).withClock(world.clock()).withTimeout(Duration.ofSeconds(20));
    private final JdkimReportSigner signer = JdkimReportSigner.of(CONTACT.domain(), "tlsrpt", keys().getPrivate());
    private final List<DeliveryOutcome> outcomes = new CopyOnWriteArrayList<>();
    private final List<Ending> endings = new CopyOnWriteArrayList<>();

    @TempDir
    private Path queue;

    @TempDir
    private Path journal;

    private static KeyPair keys() {
        try {
            return KeyPairGenerator.getInstance("RSA").generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void publish() {
        world.clock().set(MIDNIGHT);
        String key = signer.keyRecord();
        world.dns().txt("tlsrpt._domainkey.sender.example", key.substring(0, 200), key.substring(200));
        world.domain("reports.example").mx(MX.toString()).enforces("mx.elsewhere.example");
        world.dns().host("mta-sts.collector.example", "127.0.0.1");
        world.policyHost().serve(COLLECTOR, world.ca().issue("mta-sts.collector.example"), Reply.http(201, ""));
    }

    @AfterEach
    void close() {
        fetcher.close();
        world.close();
    }

    private void bankAsksFor(String... uris) {
        world.dns()
                .remove("_smtp._tls.bank.example")
                .txt("_smtp._tls.bank.example", "v=TLSRPTv1; rua=" + String.join(",", uris));
    }

    private ReportSender sender(ApacheReportPost https) {
        return ReportSender.builder(queue, dns.txtLookup())
                .mail(new ReportMta(world, dns, new MxTls(world.verifier(), world.clock())), signer)
                .https(https::post)
                .clock(world.clock())
                .random(new Random(5))
                .listener(new SendingListener() {
                    @Override
                    public void attempted(Attempt attempt) {
                        outcomes.add(attempt.outcome());
                    }

                    @Override
                    public void ended(End end) {
                        endings.add(end.ending());
                    }
                })
                .build();
    }

    private ApacheReportPost onLoopback() {
        return poster.withAddressGuard(AddressGuard.publicOnly().allowing("127.0.0.0/8"));
    }

    private static TlsReport report() {
        FailureKey failure = FailureKey.of(new FailureDetail(ResultType.CERTIFICATE_EXPIRED, "not-after"))
                .at(DomainName.of("mx.bank.example"))
                .withHelo("\u001b[31m\r\nmx");
        PolicyReport policy = new PolicyReport(
                AppliedPolicy.none(BANK), new SessionCounts(120, 3), List.of(new FailureCount(failure, 3)));
        return new TlsReport("Sender", DateRange.ofDay(LocalDate.of(2026, 1, 1)), CONTACT, "0f3a", List.of(policy));
    }

    /** Hands in the report, and sends what is due for some hours, as if by a scheduler. */
    private void send(ApacheReportPost https, Duration time) throws InterruptedException {
        try (ReportSender sender = sender(https)) {
            sender.hand(report(), BANK);
            Instant end = world.clock().instant().plus(time);
            while (world.clock().instant().isBefore(end)) {
                sender.sendDue();
                world.clock().advance(Duration.ofMinutes(2));
            }
        }
    }

    private void send() throws InterruptedException {
        send(onLoopback(), Duration.ofHours(5));
    }

    // ---- all of it ----

    @Test
    void whatWasCountedTodayArrivesTomorrowByMailAndByHttps() throws Exception {
        bankAsksFor("mailto:" + MAILBOX, ENDPOINT);
        world.domain("bank.example")
                .mx("mx.bank.example")
                .publishes("1", RecipientDomain.policy(Mode.TESTING, Duration.ofDays(7), "mx.bank.example"));
        try (TlsReportCollector collector = collector();
                Relay relay = Relay.in(world, collector)) {
            assertThat(relay.sendTo("alice@bank.example").fate()).isEqualTo(Fate.DELIVERED);
            world.mx("mx.bank.example").present(world.ca().issue("mx.else.example"));
            assertThat(relay.sendTo("alice@bank.example").fate()).isEqualTo(Fate.DELIVERED);
        }

        try (TlsReportCollector afterRestart = collector();
                ReportSender sender = sender(onLoopback())) {
            assertThat(sender.takeOver(afterRestart)).as("the day is not over").isZero();
            world.clock().advance(Duration.ofHours(25));
            assertThat(sender.takeOver(afterRestart)).isEqualTo(1);
            assertThat(afterRestart.finishedDays()).isEmpty();
            world.clock().advance(Duration.ofHours(4));
            sender.sendDue();
        }

        assertThat(endings).containsOnly(Ending.DELIVERED);
        TlsReport byHttps = read(world.policyHost().requests(COLLECTOR).get(0).octets());
        assertThat(read(attachment(world.mailsTo(MAILBOX).get(0)))).isEqualTo(byHttps);
        PolicyReport policy = byHttps.policies().get(0);
        assertThat(policy.sessions()).isEqualTo(new SessionCounts(1, 1));
        assertThat(policy.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.key().resultType()).isEqualTo("certificate-host-mismatch");
            assertThat(failure.key().receivingMxHostname()).contains("mx.bank.example");
        });
    }

    private TlsReportCollector collector() {
        return TlsReportCollector.builder(new ReportingOrganization("Sender", CONTACT))
                .journal(journal)
                .clock(world.clock())
                .build();
    }

    // ---- mail ----

    private void assertArrivedByMail() throws Exception {
        assertThat(endings).containsExactly(Ending.DELIVERED);
        List<ReceivedMail> mails = world.mailsTo(MAILBOX);
        assertThat(mails).hasSize(1);
        assertThat(mails.get(0).from()).isEqualTo(CONTACT.toString());
        byte[] octets = mails.get(0).data().getBytes(StandardCharsets.ISO_8859_1);
        assertSigned(octets);
        Message message = new DefaultMessageBuilder().parseMessage(new ByteArrayInputStream(octets));
        Multipart parts = (Multipart) message.getBody();
        assertThat(message.getHeader().getField("TLS-Report-Domain").getBody()).isEqualTo("bank.example");
        assertThat(parts.getBodyParts()).hasSize(2);
        assertIsTheReport(attachment(mails.get(0)));
    }

    private static byte[] attachment(ReceivedMail mail) throws IOException {
        byte[] octets = mail.data().getBytes(StandardCharsets.ISO_8859_1);
        Message message = new DefaultMessageBuilder().parseMessage(new ByteArrayInputStream(octets));
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ((SingleBody) ((Multipart) message.getBody()).getBodyParts().get(1).getBody()).writeTo(file);
        return file.toByteArray();
    }

    private static TlsReport read(byte[] file) {
        assertThat(TlsReportReader.read(file)).isInstanceOf(ReportReading.Understood.class);
        return ((ReportReading.Understood) TlsReportReader.read(file)).report();
    }

    private void assertSigned(byte[] message) throws Exception {
        List<SignatureRecord> signatures = new DKIMVerifier(this::keyRecords).verify(new ByteArrayInputStream(message));
        assertThat(signatures).hasSize(1);
        assertThat(signatures.get(0).getDToken()).hasToString("sender.example");
    }

    private List<String> keyRecords(CharSequence methods, CharSequence selector, CharSequence domain) {
        try {
            TxtLookup.Answer answer = dns.txtLookup().lookup(DomainName.of(selector + "._domainkey." + domain));
            return ((TxtLookup.Records) answer)
                    .values().stream()
                            .map(value -> new String(value, StandardCharsets.US_ASCII))
                            .toList();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertIsTheReport(byte[] file) throws IOException {
        assertThat(read(file)).isEqualTo(report());
        JsonNode json = JsonMapper.builder()
                .enable(
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                        DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                .build()
                .readTree(new GZIPInputStream(new ByteArrayInputStream(file)).readAllBytes());
        assertThat(json.path("contact-info").asText()).isEqualTo("tls@sender.example");
        assertThat(json.at("/policies/0/summary/total-successful-session-count").asLong())
                .isEqualTo(120);
        assertThat(json.at("/policies/0/failure-details/0/receiving-mx-helo").asText())
                .isEqualTo("\\x1b[31m\\x0d\\x0amx");
    }

    @Test
    void aReportArrivesAlthoughThePolicyOfItsDestinationForbidsTheHost() throws Exception {
        bankAsksFor("mailto:" + MAILBOX);
        try (Relay relay = Relay.in(world)) {
            assertThat(relay.sendTo("postmaster@reports.example").fate()).isEqualTo(Fate.DEFERRED);
        }
        send();

        assertArrivedByMail();
        assertThat(world.mailsTo(MAILBOX).get(0).isOverTls()).isTrue();
    }

    @Test
    void aReportArrivesInTheClearIfItHasTo() throws Exception {
        bankAsksFor("mailto:" + MAILBOX);
        world.mx(MX.toString()).behave(MxFault.Always.NO_STARTTLS);
        send();

        assertArrivedByMail();
        assertThat(world.mailsTo(MAILBOX).get(0).isOverTls()).isFalse();
    }

    @Test
    void aReportArrivesAtAnImpostorsCertificateAndAfterABrokenHandshake() throws Exception {
        bankAsksFor("mailto:" + MAILBOX);
        world.mx(MX.toString()).present(world.untrustedCa().issue("mx.else.example"));
        send();
        assertArrivedByMail();

        world.mx(MX.toString()).behave(MxFault.InsteadOfTls.ALERT);
        try (ReportSender sender = sender(onLoopback())) {
            TlsReport next = new TlsReport("Sender", report().range(), CONTACT, "next", report().policies());
            sender.hand(next, BANK);
            world.clock().advance(Duration.ofHours(4));
            sender.sendDue();
        }
        assertThat(endings).containsExactly(Ending.DELIVERED, Ending.DELIVERED);
        assertThat(world.mailsTo(MAILBOX).get(1).isOverTls()).isFalse();
    }

    @Test
    void theSessionOfAReportIsNotCounted() throws Exception {
        List<DeliveryDecision> sessions = new CopyOnWriteArrayList<>();
        TlsReportRecorder recorder = new TlsReportRecorder() {
            @Override
            public void sessionJudged(Instant at, DeliveryDecision decision, List<SessionResult> results) {
                sessions.add(decision);
            }
        };
        bankAsksFor("mailto:" + MAILBOX);
        try (Relay relay = Relay.in(world, recorder)) {
            send();
            assertThat(sessions).isEmpty();
            relay.sendTo("postmaster@reports.example");
            assertThat(sessions).isNotEmpty();
        }
    }

    @Test
    void aMailServerThatRefusesTheAddressIsNotAskedAgain() throws Exception {
        bankAsksFor("mailto:" + MAILBOX);
        world.mx(MX.toString()).behave(MxFault.refuses("RCPT", 550));
        send();

        assertThat(outcomes).containsExactly(DeliveryOutcome.REJECTED);
        assertThat(endings).containsExactly(Ending.REFUSED);
    }

    // ---- HTTPS ----

    @Test
    void aReportArrivesByHttps() throws Exception {
        bankAsksFor(ENDPOINT);
        send();

        assertThat(endings).containsExactly(Ending.DELIVERED);
        assertThat(world.policyHost().requests(COLLECTOR)).hasSize(1);
        SeenRequest request = world.policyHost().requests(COLLECTOR).get(0);
        assertThat(request.requestLine()).isEqualTo("POST /v1 HTTP/1.1");
        assertThat(request.header("Content-Type")).contains("application/tlsrpt+gzip");
        assertThat(request.header("Content-Encoding")).isEmpty();
        assertIsTheReport(request.octets());
    }

    @Test
    void aDayOf503IsTheEndAndOneLineInTheLog() throws Exception {
        bankAsksFor(ENDPOINT);
        world.policyHost().respond(COLLECTOR, Reply.http(503, ""));
        CapturedLog log = CapturedLog.begin();
        try (log) {
            send(onLoopback(), Duration.ofHours(30));
        }

        assertThat(endings).containsExactly(Ending.EXPIRED);
        assertThat(outcomes).hasSizeBetween(9, 16).containsOnly(DeliveryOutcome.TRY_LATER);
        assertThat(world.policyHost().requests(COLLECTOR)).hasSameSizeAs(outcomes);
        assertThat(log.lines()).filteredOn(line -> line.contains("TLS report")).hasSize(1);
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        bankAsksFor(ENDPOINT);
        world.dns().host("mta-sts.elsewhere.example", "127.0.0.1");
        world.policyHost()
                .serve("elsewhere.example", world.ca().issue("mta-sts.elsewhere.example"), Reply.http(200, ""))
                .respond(COLLECTOR, Reply.http(307, "", "Location: https://mta-sts.elsewhere.example/"));
        send();

        assertThat(outcomes).isNotEmpty().containsOnly(DeliveryOutcome.TRY_LATER);
        assertThat(world.policyHost().requests("elsewhere.example")).isEmpty();
        assertThat(endings).isEmpty();
    }

    @Test
    void theFirstEndpointIsDownAndTheSecondAccepts() throws Exception {
        bankAsksFor(ENDPOINT, "mailto:" + MAILBOX);
        world.policyHost().respond(COLLECTOR, Reply.withoutTls(Reply.Sabotage.RESET));
        send();

        assertThat(outcomes).containsExactly(DeliveryOutcome.UNREACHABLE, DeliveryOutcome.ACCEPTED);
        assertArrivedByMail();
    }

    @Test
    void aNameThatLeadsInsideIsNotConnectedTo() throws Exception {
        world.dns().host("mta-sts.inside.example", "127.0.0.1");
        world.dns().host("metadata.example", "169.254.169.254");
        world.policyHost().serve("inside.example", world.ca().issue("mta-sts.inside.example"), Reply.http(200, ""));
        bankAsksFor("https://mta-sts.inside.example/", "https://metadata.example/latest/");
        send(poster, Duration.ofHours(5));

        assertThat(outcomes).containsExactly(DeliveryOutcome.ADDRESS_FORBIDDEN, DeliveryOutcome.ADDRESS_FORBIDDEN);
        assertThat(endings).containsExactly(Ending.REFUSED);
        assertThat(world.policyHost().visits()).isEmpty();
    }

    @Test
    void anEndpointWithAnInvalidCertificateGetsNothingUnlessThatIsConfigured() throws Exception {
        bankAsksFor(ENDPOINT);
        world.policyHost().present(COLLECTOR, world.untrustedCa().issue("mta-sts.collector.example"));
        send();
        assertThat(outcomes).isNotEmpty().containsOnly(DeliveryOutcome.CERTIFICATE_REJECTED);
        assertThat(world.policyHost().requests(COLLECTOR)).isEmpty();

        send(onLoopback().evenIfNotValidated(), Duration.ofHours(5));
        assertThat(endings).containsExactly(Ending.DELIVERED);
        assertThat(world.policyHost().requests(COLLECTOR)).hasSize(1);
    }

    @Test
    void whoHasRemovedHisRecordGetsNothing() throws Exception {
        bankAsksFor(ENDPOINT, "mailto:" + MAILBOX);
        try (ReportSender sender = sender(onLoopback())) {
            sender.hand(report(), BANK);
            world.dns().remove("_smtp._tls.bank.example");
            world.clock().advance(Duration.ofHours(4));
            sender.sendDue();
        }

        assertThat(endings).containsExactly(Ending.NOT_WANTED);
        assertThat(world.mailsTo(MAILBOX)).isEmpty();
        assertThat(world.policyHost().requests(COLLECTOR)).isEmpty();
    }
}
