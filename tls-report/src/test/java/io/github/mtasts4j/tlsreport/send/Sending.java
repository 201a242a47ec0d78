// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.send;

import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.tlsreport.DateRange;
import io.github.mtasts4j.tlsreport.HeaderField;
import io.github.mtasts4j.tlsreport.MailAddress;
import io.github.mtasts4j.tlsreport.Samples;
import io.github.mtasts4j.tlsreport.TlsReport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** A sender whose DNS, mail and HTTPS are values, and whose day is over. */
final class Sending implements AutoCloseable {

    static final Instant MIDNIGHT = Instant.parse("2026-01-02T00:00:00Z");
    static final Duration WINDOW = Duration.ofHours(4);
    static final PolicyFetcher.Result OK = status(200);

    final MovableClock clock = new MovableClock(MIDNIGHT);
    final Map<DomainName, TxtLookup.Answer> records = new ConcurrentHashMap<>();
    final Map<String, PolicyFetcher.Result> servers = new ConcurrentHashMap<>();
    final List<String> posts = new CopyOnWriteArrayList<>();
    final List<String> mails = new CopyOnWriteArrayList<>();
    final List<SendingListener.Attempt> attempts = new CopyOnWriteArrayList<>();
    final List<SendingListener.End> ends = new CopyOnWriteArrayList<>();
    private final List<ReportSender> senders = new ArrayList<>();

    volatile MailTransport.Answer mailServer = new MailTransport.Answer(MailTransport.Verdict.ACCEPTED, "250 ok");
    volatile ReportSigner signer = (submitter, message) -> Optional.of(signature(submitter));

    static HeaderField signature(DomainName submitter) {
        return new HeaderField(
                "DKIM-Signature",
                "v=1; d=" + submitter + "; s=x; h=From:TLS-Report-Domain:TLS-Report-Submitter; bh=; b=");
    }

    static PolicyFetcher.Result status(int code) {
        return new PolicyFetcher.Response(code, List.of(), List.of(), new byte[0]);
    }

    ReportSender in(Path queue) {
        return in(queue, builder -> builder);
    }

    ReportSender in(Path queue, UnaryOperator<ReportSender.Builder> more) {
        ReportSender sender = more.apply(ReportSender.builder(queue, this::lookup)
                        .mail(this::submit, (submitter, message) -> signer.sign(submitter, message))
                        .https(this::post)
                        .clock(clock)
                        .random(new Random(7))
                        .listener(new SendingListener() {
                            @Override
                            public void attempted(Attempt attempt) {
                                attempts.add(attempt);
                            }

                            @Override
                            public void ended(End end) {
                                ends.add(end);
                            }
                        }))
                .build();
        senders.add(sender);
        return sender;
    }

    /** The record of a domain from now on. */
    void asks(String domain, String... uris) {
        records.put(
                DomainName.of("_smtp._tls." + domain),
                new TxtLookup.Records(
                        List.of(("v=TLSRPTv1; rua=" + String.join(",", uris)).getBytes(StandardCharsets.US_ASCII)),
                        Duration.ofHours(1)));
    }

    void hasRecord(String domain, TxtLookup.Answer answer) {
        records.put(DomainName.of("_smtp._tls." + domain), answer);
    }

    TxtLookup.Answer lookup(DomainName name) {
        return records.getOrDefault(name, new TxtLookup.None(Duration.ofHours(1)));
    }

    private MailTransport.Answer submit(MailAddress from, MailAddress to, byte[] message) {
        mails.add(from + " to " + to);
        return mailServer;
    }

    private PolicyFetcher.Result post(DomainName host, String target, String mediaType, byte[] body) {
        posts.add(
                host + target + " " + mediaType + " " + Samples.understood(body).reportId());
        return servers.getOrDefault(host + target, new PolicyFetcher.Unreachable("connection-refused", "nobody there"));
    }

    static TlsReport report(String id) {
        return new TlsReport("Sender", DateRange.ofDay(LocalDate.of(2026, 1, 1)), Samples.CONTACT, id, List.of());
    }

    /** A queue with one report on example.com, whose time has come. */
    ReportSender withOneDue(Path queue) {
        return withOneDue(in(queue));
    }

    ReportSender withOneDue(ReportSender sender) {
        sender.hand(report("r1"), DomainName.of("example.com"));
        clock.advance(WINDOW);
        return sender;
    }

    List<DeliveryOutcome> outcomes() {
        return attempts.stream().map(SendingListener.Attempt::outcome).toList();
    }

    List<SendingListener.Ending> endings() {
        return ends.stream().map(SendingListener.End::ending).toList();
    }

    /** Lets time pass minute by minute as a scheduler would, until so much time is over. */
    void run(ReportSender sender, Duration time) throws InterruptedException {
        Instant end = clock.instant().plus(time);
        while (clock.instant().isBefore(end)) {
            sender.sendDue();
            clock.advance(Duration.ofMinutes(1));
        }
        sender.sendDue();
    }

    @Override
    public void close() {
        senders.forEach(ReportSender::close);
    }
}
