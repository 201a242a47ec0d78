// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.MxAttempt;
import io.github.mtasts4j.delivery.SessionFacts;
import io.github.mtasts4j.delivery.TlsRequirement;
import io.github.mtasts4j.delivery.Violation;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.report.SessionResult;
import io.github.mtasts4j.report.TlsReportRecorder;
import io.github.mtasts4j.testkit.SimulatedSender.Fate;
import io.github.mtasts4j.testkit.StsWorld;
import io.github.mtasts4j.testkit.smtp.MxFault;
import io.github.mtasts4j.testkit.tls.TestCa;
import io.github.mtasts4j.tls.TlsOutcome;
import io.github.mtasts4j.tlsreport.FailureKey;
import io.github.mtasts4j.tlsreport.IpAddress;
import io.github.mtasts4j.tlsreport.MailAddress;
import io.github.mtasts4j.tlsreport.PolicyReport;
import io.github.mtasts4j.tlsreport.ReportFormat;
import io.github.mtasts4j.tlsreport.SessionCounts;
import io.github.mtasts4j.tlsreport.TlsReport;
import io.github.mtasts4j.tlsreport.collect.ReportingOrganization;
import io.github.mtasts4j.tlsreport.collect.TlsReportCollector;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real sessions, from the handshake to the report. */
final class CollectedReportTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path EXAMPLE = Path.of("../tls-report/src/test/resources/rfc8460-appendix-b.json");
    private static final String DOMAIN = "company-y.example";
    private static final String ALICE = "alice@" + DOMAIN;
    private static final ReportingOrganization COMPANY_X =
            new ReportingOrganization("Company-X", MailAddress.of("sts-reporting@company-x.example"));
    private static final LocalDate TODAY = LocalDate.of(2026, 1, 1);

    private final StsWorld world = StsWorld.start();
    private final List<DeliveryDecision> judged = new CopyOnWriteArrayList<>();
    private final TlsReportCollector collector =
            TlsReportCollector.builder(COMPANY_X).clock(world.clock()).build();
    private final Relay relay = Relay.in(world, TlsReportRecorder.all(collector, new TlsReportRecorder() {
        @Override
        public void sessionJudged(Instant at, DeliveryDecision decision, List<SessionResult> results) {
            judged.add(decision);
        }
    }));

    @AfterEach
    void close() {
        relay.close();
        collector.close();
        world.close();
    }

    private PolicyReport reported() {
        world.clock().advance(Duration.ofDays(1).plusMinutes(1));
        List<PolicyReport> policies = collector
                .handOut(TODAY)
                .flatMap(day -> day.report(DomainName.of(DOMAIN)))
                .map(TlsReport::policies)
                .orElse(List.of());
        assertThat(policies).hasSize(1);
        return policies.get(0);
    }

    // ---- the example of RFC 8460 Appendix B ----

    @Test
    void theExampleOfTheRfcComesOfSuchSessions() throws Exception {
        DeliveryDecision expired = judgedAt("mx1.mail." + DOMAIN);
        DeliveryDecision noStartTls = judgedAt("mx2.mail." + DOMAIN);
        DeliveryDecision broken = judgedAt("mx-backup.mail." + DOMAIN);
        DeliveryDecision good = judgedAt("mx3.mail." + DOMAIN);
        try (TlsReportCollector company = TlsReportCollector.builder(COMPANY_X)
                .clock(InstantSource.fixed(Instant.parse("2016-04-02T03:00:00Z")))
                .build()) {
            feed(company, 5326, good.attempt());
            feed(company, 100, expired.attempt().withSession(facts("2001:db8:abcd:12::1", Optional.empty())));
            feed(
                    company,
                    200,
                    noStartTls
                            .attempt()
                            .withSession(facts("2001:db8:abcd:13::1", Optional.of("203.0.113.56"))
                                    .withInformation("https://reports.company-x.example/report_info"
                                            + "?id=5065427c-23d3#StarttlsNotSupported")));
            feed(company, 3, asOpenSslSaysIt(broken, facts("198.51.100.62", Optional.of("203.0.113.58"))));
            TlsReport report = company.handOut(LocalDate.of(2016, 4, 1))
                    .orElseThrow()
                    .report(DomainName.of(DOMAIN))
                    .orElseThrow();

            assertThat(report.reportId()).matches("[0-9a-f]{32}");
            assertThat(ours(report)).isEqualTo(theirs());
        }
    }

    /** What a real session with a host comes to that does what the example says of it. */
    private DeliveryDecision judgedAt(String mx) throws Exception {
        world.domain(DOMAIN)
                .mx(mx)
                .publishes("1", "version: STSv1\nmode: testing\nmx: *.mail.company-y.example\nmax_age: 86400\n");
        switch (mx.substring(0, mx.indexOf('.'))) {
            case "mx1" ->
                world.mx(mx).present(world.ca().issue(new TestCa.Spec().dns(mx).expired()));
            case "mx2" -> world.mx(mx).behave(MxFault.Always.NO_STARTTLS);
            case "mx-backup" -> world.mx(mx).behave(MxFault.InsteadOfTls.ALERT);
            default -> {}
        }
        judged.clear();
        assertThat(relay.sendTo(ALICE).fate()).isEqualTo(Fate.DELIVERED);
        assertThat(judged).hasSize(1);
        return judged.get(0);
    }

    private static SessionFacts facts(String sending, Optional<String> receiving) throws IOException {
        SessionFacts both = SessionFacts.between(address(sending), address(receiving.orElse("192.0.2.1")));
        return receiving.isPresent()
                ? both
                : new SessionFacts(
                        both.sendingMta(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static InetAddress address(String text) throws IOException {
        return InetAddress.getAllByName(text)[0];
    }

    private static MxAttempt asOpenSslSaysIt(DeliveryDecision decision, SessionFacts facts) {
        MxAttempt attempt = decision.attempt();
        assertThat(attempt.tls()).isInstanceOf(TlsOutcome.HandshakeFailed.class);
        TlsOutcome tls = new TlsOutcome.HandshakeFailed(
                "X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED", attempt.tls().toString());
        return new MxAttempt(attempt.resolution(), attempt.mx(), tls, attempt.dane()).withSession(facts);
    }

    private void feed(TlsReportCollector company, int times, MxAttempt attempt) {
        DeliveryDecision decision = relay.sts().decide(attempt);
        for (int i = 0; i < times; i++) {
            company.sessionJudged(Instant.parse("2016-04-01T12:00:00Z"), decision, SessionResult.of(decision));
        }
    }

    /** Without the id, which is random, and without the words for what the example has no word for. */
    private static JsonNode ours(TlsReport report) throws IOException {
        ObjectNode json = (ObjectNode) JSON.readTree(ReportFormat.JSON.write(report));
        json.remove("report-id");
        json.at("/policies/0/failure-details").forEach(failure -> {
            if (!failure.path("result-type").asText().equals("validation-failure")) {
                assertThat(failure.path("failure-reason-code").asText()).matches("[a-z-]+");
                ((ObjectNode) failure).remove("failure-reason-code");
            }
        });
        return json;
    }

    /**
     * The example as it has to be: {@code mx-host} is an array (erratum 6241), addresses are in their one form, the spaces that came
     * with typesetting the URI are none of it, and the failures are in our order.
     */
    private static JsonNode theirs() throws IOException {
        ObjectNode json = (ObjectNode) JSON.readTree(Files.readString(EXAMPLE));
        json.remove("report-id");
        ObjectNode policy = (ObjectNode) json.at("/policies/0/policy");
        policy.set("mx-host", JSON.createArrayNode().add(policy.get("mx-host")));
        ArrayNode failures = (ArrayNode) json.at("/policies/0/failure-details");
        failures.forEach(failure -> {
            ObjectNode members = (ObjectNode) failure;
            canonical(members, "sending-mta-ip");
            canonical(members, "receiving-ip");
            if (members.has("additional-information")) {
                members.put(
                        "additional-information",
                        members.get("additional-information").asText().replace(" ", ""));
            }
        });
        return json;
    }

    private static void canonical(ObjectNode failure, String member) {
        if (failure.has(member)) {
            String groups = failure.get(member).asText().replaceAll(":0+(?=[0-9a-f])", ":");
            failure.put(member, IpAddress.of(groups).toString());
        }
    }

    // ---- what a real session brings with it ----

    @Test
    void aFailedSessionIsReportedWithBothEndsAndTheNameTheServerGave() throws Exception {
        world.domain(DOMAIN).mx("mx.company-y.example").enforces("mx.company-y.example");
        world.mx("mx.company-y.example").present(world.untrustedCa().issue("mx.company-y.example"));
        assertThat(relay.sendTo(ALICE).fate()).isEqualTo(Fate.DEFERRED);
        PolicyReport report = reported();

        assertThat(report.sessions()).isEqualTo(new SessionCounts(0, 1));
        FailureKey key = report.failures().get(0).key();
        assertThat(key.resultType()).isEqualTo("certificate-not-trusted");
        assertThat(key.receivingMxHostname()).contains("mx.company-y.example");
        assertThat(key.receivingMxHelo()).isPresent();
        assertThat(key.sendingMtaIp()).contains(IpAddress.of("127.0.0.1"));
        assertThat(key.receivingIp()).contains(IpAddress.of("127.0.0.1"));
    }

    @Test
    void aHostThatIsSkippedForThePolicysSakeIsAFailedSession() throws Exception {
        world.domain(DOMAIN).mx("mx.company-y.example").enforces("mx.company-y.example");
        relay.sendTo(ALICE);
        world.domain(DOMAIN).mxForgedAs("mx.evil.example");
        assertThat(relay.sendTo(ALICE).fate()).isEqualTo(Fate.DEFERRED);
        PolicyReport report = reported();

        assertThat(report.sessions()).isEqualTo(new SessionCounts(1, 1));
        assertThat(report.failures().get(0).key().failureReasonCode()).contains("sts-mx-mismatch");
        assertThat(report.failures().get(0).key().sendingMtaIp()).isEmpty();
    }

    // ---- reports about reports ----

    @Test
    void aTlsReportGetsThroughWhateverThePolicySaysAndIsNotInTheNextOne() throws Exception {
        world.domain(DOMAIN).mx("mx.company-y.example").enforces("mx.company-y.example");
        world.mx("mx.company-y.example").present(world.untrustedCa().issue("mx.company-y.example"));
        assertThat(relay.sendTo(ALICE).fate()).isEqualTo(Fate.DEFERRED);

        assertThat(relay.sendTo(ALICE, TlsRequirement.TLS_REPORT).fate()).isEqualTo(Fate.DELIVERED);
        assertThat(world.mailsTo(ALICE)).hasSize(1);
        DeliveryDecision decision = judged.get(judged.size() - 1);
        assertThat(decision.violations()).extracting(Violation::kind).contains(Violation.Kind.CERTIFICATE_NOT_TRUSTED);
        PolicyResolution policy = decision.attempt().resolution();
        assertThat(policy.applicable()).isPresent();

        assertThat(reported().sessions()).isEqualTo(new SessionCounts(0, 1));
    }

    @Test
    void aPersonsMessageThatDoesWithoutTlsIsInTheReport() throws Exception {
        world.domain(DOMAIN).mx("mx.company-y.example").enforces("mx.company-y.example");
        world.mx("mx.company-y.example").present(world.untrustedCa().issue("mx.company-y.example"));

        assertThat(relay.sendTo(ALICE, TlsRequirement.TLS_NOT_REQUIRED).fate()).isEqualTo(Fate.DELIVERED);
        assertThat(reported().sessions()).isEqualTo(new SessionCounts(0, 1));
    }
}
