// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jakartamail;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.report.SessionResult;
import io.github.mtasts4j.report.TlsReportRecorder;
import io.github.mtasts4j.testkit.RecipientDomain;
import io.github.mtasts4j.testkit.StsWorld;
import io.github.mtasts4j.testkit.smtp.ReceivedCommand;
import io.github.mtasts4j.testkit.smtp.SmtpMx;
import io.github.mtasts4j.tls.MxTls;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.angus.mail.smtp.SMTPTransport;

/** The hosts of a {@link StsWorld}, policies without a Policy Host, and a sender on Angus Mail. */
final class MailWorld implements AutoCloseable, TlsReportRecorder {

    static final String BOB = "bob@sender.example";
    private static final Duration WEEK = Duration.ofDays(7);

    private final StsWorld world = StsWorld.start();
    private final Map<String, String> policies = new ConcurrentHashMap<>();
    private final List<DeliveryDecision> judged = new CopyOnWriteArrayList<>();
    private final MtaSts sts = MtaSts.builder(this::lookUp, this::fetch)
            .clock(world.clock())
            .recorder(this)
            .withoutRefresh()
            .build();

    StsWorld world() {
        return world;
    }

    MtaSts sts() {
        return sts;
    }

    MxTls tls() {
        return new MxTls(world.verifier(), world.clock());
    }

    SmtpMx mx(String host) {
        return world.mx(host);
    }

    MailWorld enforces(String domain, String... patterns) {
        return publishes(domain, Mode.ENFORCE, patterns);
    }

    MailWorld publishes(String domain, Mode mode, String... patterns) {
        policies.put(domain, RecipientDomain.policy(mode, WEEK, patterns));
        return this;
    }

    /** What was told to the recorder, which is each decision once. */
    List<DeliveryDecision> judged() {
        return judged;
    }

    /** Patient for a second, so that silent hosts do not hold up the tests. */
    static Properties impatient() {
        Properties properties = new Properties();
        properties.setProperty("mail.smtp.localhost", "sender.example");
        properties.setProperty("mail.smtp.timeout", "1000");
        properties.setProperty("mail.smtp.connectiontimeout", "5000");
        return properties;
    }

    MxConnector connector(Properties properties) throws MessagingException {
        return new MxConnector(sts, tls(), properties, MailWorld::offers);
    }

    static boolean offers(Transport transport, String keyword) {
        return ((SMTPTransport) transport).supportsExtension(keyword);
    }

    MxCandidate candidate(String domain, String host) throws InterruptedException {
        DomainName mx = DomainName.of(host);
        return new MxCandidate(resolve(domain), mx, world.addressOf(mx));
    }

    PolicyResolution resolve(String domain) throws InterruptedException {
        return sts.resolve(PolicyDomain.ofDomain(domain));
    }

    MxConnection connect(String domain, String host) throws MessagingException, InterruptedException {
        return connector(impatient()).connect(candidate(domain, host));
    }

    /** Connects and sends a message to alice, if it may. */
    MxConnection send(String domain, String host) throws MessagingException, InterruptedException {
        MxConnection connection = connect(domain, host);
        if (connection instanceof OpenMx open) {
            try (open) {
                open.send(BOB, message(), alice(domain));
            }
        }
        return connection;
    }

    static InternetAddress alice(String domain) throws MessagingException {
        return new InternetAddress("alice@" + domain);
    }

    static Message message() throws MessagingException {
        MimeMessage message = new MimeMessage(Session.getInstance(new Properties()));
        message.setFrom(BOB);
        message.setSubject("Hello");
        message.setText("Hello, Alice.\n.\n");
        message.saveChanges();
        return message;
    }

    /** The verbs of all commands that a host has received. */
    List<String> verbs(String host) {
        return mx(host).commands().stream()
                .map(ReceivedCommand::line)
                .map(line -> line.split(" ", 2)[0])
                .toList();
    }

    private TxtLookup.Answer lookUp(DomainName name) {
        String domain = name.toString().replace("_mta-sts.", "");
        return policies.containsKey(domain)
                ? new TxtLookup.Records(
                        List.of("v=STSv1; id=1;".getBytes(StandardCharsets.US_ASCII)), Duration.ofDays(1))
                : new TxtLookup.None(Duration.ofDays(1));
    }

    private PolicyFetcher.Result fetch(PolicyFetcher.Request request) {
        String body = policies.getOrDefault(request.domain().toString(), "");
        return new PolicyFetcher.Response(
                200, List.of("text/plain"), List.of(), body.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void sessionJudged(Instant at, DeliveryDecision decision, List<SessionResult> results) {
        judged.add(decision);
    }

    @Override
    public void close() {
        sts.close();
        world.close();
    }
}
