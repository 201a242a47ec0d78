// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.send;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tlsreport.TlsReport;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a report in the queue stands. The report itself is in its file.
 *
 * @param domain the domain it is about
 * @param reportId its id
 * @param due when to try next
 * @param firstAttempt when it was tried first
 * @param attempts how many times it was tried
 * @param refusedBy the destinations that will never take it
 */
record QueuedReport(
        DomainName domain,
        String reportId,
        Instant due,
        Optional<Instant> firstAttempt,
        int attempts,
        List<String> refusedBy) {

    QueuedReport {
        refusedBy = List.copyOf(refusedBy);
    }

    static QueuedReport of(TlsReport report, DomainName domain, Instant due) {
        return new QueuedReport(domain, report.reportId(), due, Optional.empty(), 0, List.of());
    }

    /** By which it is known on disk: one report on one domain. */
    static String key(String reportId, DomainName domain) {
        return Digests.sha256(Digests.octets(domain + "\n" + reportId)).substring(0, 32);
    }

    String key() {
        return key(reportId, domain);
    }

    /** As of an attempt that begins now. */
    QueuedReport attempted(Instant now, Instant next) {
        return new QueuedReport(domain, reportId, next, Optional.of(firstAttempt.orElse(now)), attempts + 1, refusedBy);
    }

    QueuedReport refusedAlsoBy(List<String> destinations) {
        List<String> all = Stream.concat(refusedBy.stream(), destinations.stream())
                .distinct()
                .toList();
        return new QueuedReport(domain, reportId, due, firstAttempt, attempts, all);
    }
}
