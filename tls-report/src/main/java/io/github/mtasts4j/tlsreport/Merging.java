// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import io.github.mtasts4j.policy.DomainName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Adds up with a bound, such that neither order nor grouping matters. What stays are the smallest keys, not the most frequent ones: a
 * key that is among the smallest of all is so in every part, so no part has dropped a count of it.
 */
final class Merging {

    private Merging() {}

    static List<FailureCount> failures(Stream<FailureCount> counts) {
        TreeMap<FailureKey, Long> sums = new TreeMap<>();
        counts.forEach(count -> sums.merge(count.key(), count.sessions(), SessionCounts::sum));
        long rest = removeOrZero(sums);
        while (sums.size() > PolicyReport.MAX_FAILURES) {
            rest = SessionCounts.sum(rest, sums.pollLastEntry().getValue());
        }
        List<FailureCount> kept = new ArrayList<>();
        sums.forEach((key, sessions) -> kept.add(new FailureCount(key, sessions)));
        if (rest > 0) {
            kept.add(new FailureCount(FailureKey.OTHER, rest));
        }
        return kept;
    }

    private static long removeOrZero(Map<FailureKey, Long> sums) {
        Long other = sums.remove(FailureKey.OTHER);
        return other == null ? 0 : other;
    }

    static List<PolicyReport> policies(Stream<PolicyReport> reports) {
        TreeMap<AppliedPolicy, List<PolicyReport>> kept = new TreeMap<>();
        List<PolicyReport> rest = new ArrayList<>();
        reports.forEach(report -> (report.policy().isOther()
                        ? rest
                        : kept.computeIfAbsent(report.policy(), policy -> new ArrayList<>()))
                .add(report));
        while (kept.size() > TlsReport.MAX_POLICIES) {
            rest.addAll(kept.pollLastEntry().getValue());
        }
        List<PolicyReport> merged = new ArrayList<>();
        kept.forEach((policy, parts) -> merged.add(sum(policy, parts)));
        rest.stream()
                .map(report -> report.policy().domain())
                .min(DomainName::compareTo)
                .ifPresent(domain -> merged.add(sum(AppliedPolicy.other(domain), rest)));
        return merged;
    }

    private static PolicyReport sum(AppliedPolicy policy, Collection<PolicyReport> parts) {
        SessionCounts sessions =
                parts.stream().map(PolicyReport::sessions).reduce(SessionCounts.NONE, SessionCounts::plus);
        return new PolicyReport(policy, sessions, failures(parts.stream().flatMap(part -> part.failures().stream())));
    }
}
