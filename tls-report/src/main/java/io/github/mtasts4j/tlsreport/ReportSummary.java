// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** A report for a person: the first part of the mail that carries one (RFC 8460 §5.3), or a line or two on one that arrived. */
public final class ReportSummary {

    /** The most lines. */
    public static final int MAX_LINES = 16;

    private static final int HEAD = 3;
    private static final int WIDTH = 100;

    private static final Comparator<PolicyReport> WORST_POLICY = Comparator.<PolicyReport>comparingLong(
                    policy -> policy.sessions().failed())
            .reversed()
            .thenComparing(PolicyReport::policy);
    private static final Comparator<FailureCount> WORST_FAILURE =
            Comparator.comparingLong(FailureCount::sessions).reversed().thenComparing(FailureCount::key);

    private ReportSummary() {}

    /**
     * Says what the report says, the worst first: the sums, then each policy with its failures, as far as there is room.
     *
     * @param report any report
     * @return at most {@link #MAX_LINES} lines, each with a line feed at its end and without controls
     */
    public static String of(TlsReport report) {
        List<String> body = new ArrayList<>();
        report.policies().stream().sorted(WORST_POLICY).forEach(policy -> describe(policy, body));
        List<String> lines = new ArrayList<>(head(report));
        int room = MAX_LINES - HEAD;
        if (body.size() <= room) {
            lines.addAll(body);
        } else {
            lines.addAll(body.subList(0, room - 1));
            lines.add("and " + (body.size() - room + 1) + " more lines, which are in the report");
        }
        return String.join("\n", lines) + "\n";
    }

    private static List<String> head(TlsReport report) {
        SessionCounts all =
                report.policies().stream().map(PolicyReport::sessions).reduce(SessionCounts.NONE, SessionCounts::plus);
        return List.of(
                "TLS report by " + cut(report.organizationName()) + ", id " + cut(report.reportId()),
                "from " + report.range().start() + " to " + report.range().end() + ", questions to "
                        + report.contactInfo(),
                "in all: " + sessions(all));
    }

    private static void describe(PolicyReport report, List<String> lines) {
        AppliedPolicy policy = report.policy();
        lines.add((policy.isOther() ? "all other policies" : policy.type().keyword() + " " + policy.domain()) + ": "
                + sessions(report.sessions()));
        report.failures().stream()
                .sorted(WORST_FAILURE)
                .forEach(failure -> lines.add("  " + failure.sessions() + " " + describe(failure.key())));
    }

    private static String describe(FailureKey key) {
        StringBuilder line = new StringBuilder(cut(key.resultType()));
        key.failureReasonCode()
                .ifPresent(reason -> line.append(" (").append(cut(reason)).append(')'));
        key.receivingMxHostname().ifPresent(host -> line.append(" at ").append(cut(host)));
        key.receivingIp().ifPresent(ip -> line.append(" [").append(ip).append(']'));
        return line.toString();
    }

    private static String sessions(SessionCounts sessions) {
        return String.format(Locale.ROOT, "%d good, %d failed", sessions.successful(), sessions.failed());
    }

    private static String cut(String text) {
        return ReportText.clean(text, WIDTH);
    }
}
