// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.send;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.RemoteText;
import io.github.mtasts4j.tlsreport.ReportEnvelope;
import io.github.mtasts4j.tlsreport.ReportFormat;
import io.github.mtasts4j.tlsreport.ReportUri;
import io.github.mtasts4j.tlsreport.ReportingPolicy;
import io.github.mtasts4j.tlsreport.ReportingPolicyLookup;
import io.github.mtasts4j.tlsreport.TlsReport;
import io.github.mtasts4j.tlsreport.send.Delivery.Result;
import io.github.mtasts4j.tlsreport.send.SendingListener.Attempt;
import io.github.mtasts4j.tlsreport.send.SendingListener.End;
import io.github.mtasts4j.tlsreport.send.SendingListener.Ending;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One report's turn: the record, each destination, and where the report stands afterwards. */
final class Round implements Callable<Void> {

    private static final Logger log = LoggerFactory.getLogger(ReportSender.class);

    /** As much of a URI as the log needs. */
    private static final int SHORT = 120;

    private final Terms terms;
    private final QueuedReport before;
    private final InstantSource clock;
    private final Instant now;

    Round(Terms terms, QueuedReport before, InstantSource clock) {
        this.terms = terms;
        this.before = before;
        this.clock = clock;
        this.now = clock.instant();
    }

    @Override
    public @Nullable Void call() throws InterruptedException {
        QueueFile.Content content;
        QueuedReport state = before.attempted(now, terms.timetable.next(before, now));
        try {
            content = terms.queue.read(before);
            if (content instanceof QueueFile.Intact intact) {
                // First: whatever happens during the attempt, the next one is not before its time.
                terms.queue.update(state, intact.report());
            }
        } catch (IOException e) {
            log.warn("The TLS report on {} is not sent now: the queue cannot be written", before.domain(), e);
            return null;
        }
        if (content instanceof QueueFile.Intact intact) {
            guardedAttempt(state, intact.report());
        } else if (content instanceof QueueFile.Broken broken) {
            terms.queue.putAside(before, broken.why(), now);
            tell(Ending.DAMAGED, broken.why());
        }
        return null;
    }

    private void guardedAttempt(QueuedReport state, TlsReport report) throws InterruptedException {
        try {
            attempt(state, report);
        } catch (RuntimeException e) {
            log.warn("Sending the TLS report on {} ended in a defect", state.domain(), e);
            keepOrDrop(state, report, e.getClass().getSimpleName());
        }
    }

    private void attempt(QueuedReport state, TlsReport report) throws InterruptedException {
        if (terms.limits.isSuppressed(state.domain())) {
            end(state, Ending.SUPPRESSED, "by configuration");
            return;
        }
        ReportingPolicy policy = terms.lookup.lookup(state.domain());
        if (policy instanceof ReportingPolicy.None none) {
            end(state, Ending.NOT_WANTED, none.detail());
        } else if (policy instanceof ReportingPolicy.Unavailable unavailable) {
            keepOrDrop(state, report, unavailable.reason() + ": " + unavailable.detail());
        } else {
            deliver(state, report, destinations(((ReportingPolicy.Published) policy).uris()));
        }
    }

    /** Each once, whatever it was called in the record; and whether the record itself has named it. */
    private Map<String, Destination> destinations(List<ReportUri> uris) {
        Map<String, Destination> all = new LinkedHashMap<>();
        for (ReportUri uri : uris) {
            ReportUri target = terms.rewrite.apply(uri);
            all.putIfAbsent(name(target), new Destination(target, target.equals(uri)));
        }
        return all;
    }

    private static String name(ReportUri uri) {
        if (uri instanceof ReportUri.Mailto mailto) {
            return "mailto:" + mailto.address();
        }
        ReportUri.Https https = (ReportUri.Https) uri;
        return "https://" + https.host() + https.target();
    }

    private void deliver(QueuedReport state, TlsReport report, Map<String, Destination> destinations)
            throws InterruptedException {
        List<String> refused = new ArrayList<>();
        List<String> details = new ArrayList<>();
        boolean accepted = false;
        boolean hope = false;
        for (Map.Entry<String, Destination> each : destinations.entrySet()) {
            if (state.refusedBy().contains(each.getKey())) {
                continue;
            }
            Result result = tell(each.getValue(), deliver(state, report, each.getValue()));
            accepted |= result.outcome() == DeliveryOutcome.ACCEPTED;
            hope |= result.outcome().isRetried();
            details.add(RemoteText.safe(each.getKey(), SHORT) + ": "
                    + result.outcome().code() + " (" + result.detail() + ")");
            if (!result.outcome().isRetried()) {
                refused.add(each.getKey());
            }
        }
        if (accepted) {
            end(state, Ending.DELIVERED, String.join("; ", details));
        } else if (hope) {
            keepOrDrop(state.refusedAlsoBy(refused), report, String.join("; ", details));
        } else {
            end(state, Ending.REFUSED, details.isEmpty() ? "all have refused it before" : String.join("; ", details));
        }
    }

    private Result deliver(QueuedReport state, TlsReport report, Destination destination) throws InterruptedException {
        DomainName host = destination.host();
        if (terms.limits.isSuppressed(host)) {
            return new Result(DeliveryOutcome.SUPPRESSED, "by configuration");
        }
        if (destination.asPublished && !terms.limits.admits(state.domain(), host, state.key(), now)) {
            return new Result(DeliveryOutcome.OVER_LIMIT, "the limit of reports to " + host + " today");
        }
        ReportEnvelope envelope = new ReportEnvelope(report, state.domain(), terms.format);
        try {
            return destination.uri instanceof ReportUri.Https https
                    ? terms.delivery.byHttps(envelope, host, https.target(), clock.instant())
                    : terms.delivery.byMail(envelope, ((ReportUri.Mailto) destination.uri).address(), clock.instant());
        } catch (RuntimeException e) {
            log.warn("Sending the TLS report on {} to {} ended in a defect", state.domain(), name(destination.uri), e);
            return new Result(DeliveryOutcome.FAILED_HERE, e.getClass().getSimpleName());
        }
    }

    private void keepOrDrop(QueuedReport state, TlsReport report, String why) {
        if (terms.timetable.isOver(state, now)) {
            end(state, Ending.EXPIRED, why);
            return;
        }
        log.debug("TLS report on {} is tried again at {}: {}", state.domain(), state.due(), why);
        try {
            terms.queue.update(state, report);
        } catch (IOException e) {
            log.warn("Who has refused the TLS report on {} cannot be written down", state.domain(), e);
        }
    }

    private void end(QueuedReport state, Ending ending, String detail) {
        terms.queue.end(state, now);
        if (ending == Ending.EXPIRED || ending == Ending.REFUSED) {
            log.info(
                    "TLS report {} on {} is dropped, {}, attempts: {}: {}",
                    state.reportId(),
                    state.domain(),
                    ending.code(),
                    state.attempts(),
                    detail);
        } else {
            log.debug("TLS report {} on {}: {}, {}", state.reportId(), state.domain(), ending.code(), detail);
        }
        tell(ending, detail);
    }

    // ---- who is told ----

    private Result tell(Destination destination, Result result) {
        Attempt attempt =
                new Attempt(before.domain(), before.reportId(), destination.uri, result.outcome(), result.detail());
        guarded(() -> terms.listener.attempted(attempt));
        return result;
    }

    private void tell(Ending ending, String detail) {
        End end = new End(before.domain(), before.reportId(), ending, detail);
        guarded(() -> terms.listener.ended(end));
    }

    private void guarded(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException e) {
            log.error("{} threw; ignored", terms.listener.getClass().getName(), e);
        }
    }

    /** Where a report goes, and whether that is what the record says. */
    private record Destination(ReportUri uri, boolean asPublished) {

        DomainName host() {
            return uri instanceof ReportUri.Https https
                    ? https.host()
                    : ((ReportUri.Mailto) uri).address().domain();
        }
    }

    /** What all turns have in common. */
    record Terms(
            DiskQueue queue,
            ReportingPolicyLookup lookup,
            Delivery delivery,
            Limits limits,
            Timetable timetable,
            UnaryOperator<ReportUri> rewrite,
            SendingListener listener,
            ReportFormat format) {}
}
