// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.delivery.DanePrecedence;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.DeliveryJudge;
import io.github.mtasts4j.delivery.MxAttempt;
import io.github.mtasts4j.delivery.SessionFacts;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.report.SessionResult;
import io.github.mtasts4j.tls.TlsOutcome;
import io.github.mtasts4j.tls.VerifiedPeer;
import io.github.mtasts4j.tlsreport.MailAddress;
import io.github.mtasts4j.tlsreport.collect.CollectorLimits;
import io.github.mtasts4j.tlsreport.collect.ReportingOrganization;
import io.github.mtasts4j.tlsreport.collect.TlsReportCollector;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A process that does nothing but count sessions: to be killed while it does, or to be given little heap. What it has begun and
 * what is on the disk stands on its standard output.
 */
final class SessionCounter {

    static final ReportingOrganization US =
            new ReportingOrganization("Sender", MailAddress.of("tls-reports@sender.example"));
    static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    static final int BATCH = 400;

    private static final int THREADS = 4;
    private static final int SESSIONS_EACH = BATCH / THREADS / 2;
    private static final int DOMAINS = 7;
    private static final int STRANGERS = 120_000;

    /** In one batch. */
    static final int MOST_FAILURES_OF_A_DOMAIN = THREADS * (SESSIONS_EACH / DOMAINS + 1);

    private SessionCounter() {}

    /** Arguments: the directory, and what to do. */
    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        if (args[1].equals("flood")) {
            flood(directory);
        } else {
            count(directory);
        }
    }

    /** Batch after batch, until somebody kills it. Half of the sessions of a batch have failed. */
    private static void count(Path directory) throws InterruptedException {
        TlsReportCollector collector = open(directory, CollectorLimits.defaults());
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        for (int batch = 1; ; batch++) {
            say("begun " + batch + ".");
            int number = batch;
            Callable<Boolean> quarter = () -> {
                for (int i = 0; i < SESSIONS_EACH; i++) {
                    DomainName domain = DomainName.of("d" + i % DOMAINS + ".example");
                    record(collector, session(domain, true, SessionFacts.NONE));
                    record(collector, session(domain, false, SessionFacts.NONE.withHelo("helo" + number % 150)));
                }
                return true;
            };
            threads.invokeAll(Collections.nCopies(THREADS, quarter));
            collector.flush();
            say("done " + batch + ".");
        }
    }

    /** Everything that a stranger can make up is new each time, and long. */
    private static void flood(Path directory) {
        try (TlsReportCollector collector = open(directory, new CollectorLimits(1_000_000, 12 << 20, 3))) {
            for (int i = 0; i < STRANGERS; i++) {
                DomainName domain = DomainName.of("d" + (i % 2 == 0 ? i : i % 50) + ".example");
                SessionFacts facts = SessionFacts.NONE
                        .withHelo((STRANGERS - i) + "h".repeat(300))
                        .withTlsa(domain, List.of("3 1 1 " + (STRANGERS - i) + "a".repeat(900)));
                record(collector, session(domain, false, facts));
                if (i % 10_000 == 0) {
                    collector.flush();
                }
            }
            say("done " + collector.losses().noRoom() + ".");
        }
    }

    private static TlsReportCollector open(Path directory, CollectorLimits limits) {
        return TlsReportCollector.builder(US)
                .clock(InstantSource.fixed(NOON))
                .limits(limits)
                .journal(directory)
                .build();
    }

    private static void record(TlsReportCollector collector, DeliveryDecision decision) {
        collector.sessionJudged(NOON, decision, SessionResult.of(decision));
    }

    private static DeliveryDecision session(DomainName domain, boolean good, SessionFacts facts) {
        DomainName mx = DomainName.of("mx." + domain);
        PolicyResolution policy = new PolicyResolution.Absent(new PolicyDomain.Named(domain));
        TlsOutcome tls =
                good ? new TlsOutcome.Verified(VerifiedPeer.assertedBy("test", mx)) : new TlsOutcome.NotOffered();
        DaneOutcome dane = facts.tlsa().isPresent() ? DaneOutcome.FAILED : DaneOutcome.NOT_APPLICABLE;
        return new DeliveryJudge(DanePrecedence.BOTH_MUST_HOLD)
                .decide(new MxAttempt(policy, mx, tls, dane).withSession(facts));
    }

    /** One write a line and no buffer: what stands there has happened. */
    private static void say(String line) {
        try {
            new FileOutputStream(FileDescriptor.out).write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
