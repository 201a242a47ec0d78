// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * One organization's report on the sessions it had with the hosts of one domain (RFC 8460 §4).
 *
 * @param organizationName who reports
 * @param range about which time
 * @param contactInfo whom to ask; its domain is the one that submits the report
 * @param reportId by which the receiver tells a repeated report
 * @param policies what happened, by policy
 */
public record TlsReport(
        String organizationName,
        DateRange range,
        MailAddress contactInfo,
        String reportId,
        List<PolicyReport> policies) {

    /** So many policies are kept apart by {@link #capped()}. */
    public static final int MAX_POLICIES = 32;

    /**
     * Makes the texts safe, at most 255 characters each, and copies the list.
     *
     * @param organizationName who reports
     * @param range about which time
     * @param contactInfo whom to ask
     * @param reportId by which the receiver tells a repeated report
     * @param policies what happened, by policy
     * @throws IllegalArgumentException if the organization or the id is empty
     */
    public TlsReport {
        organizationName = ReportText.clean(organizationName, ReportText.WORD);
        reportId = ReportText.ascii(reportId, ReportText.WORD);
        policies = List.copyOf(policies);
        if (organizationName.isEmpty() || reportId.isEmpty()) {
            throw new IllegalArgumentException("a report has a name of an organization and an id");
        }
    }

    /**
     * An id that no other report has: 128 random bits.
     *
     * @param random where they come from
     * @return 32 hexadecimal digits, which fit into a subject and a file name as they are
     */
    public static String newReportId(RandomGenerator random) {
        return String.format(Locale.ROOT, "%016x%016x", random.nextLong(), random.nextLong());
    }

    /**
     * What two parts of an organization saw, as one report: sums, bounded as by {@link #capped()}. The smaller id stays, and the range
     * covers both. Neither order nor grouping of the parts matters.
     *
     * @param other the other part
     * @return both
     * @throws IllegalArgumentException if the organizations or their contacts differ
     */
    public TlsReport merge(TlsReport other) {
        if (!organizationName.equals(other.organizationName) || !contactInfo.equals(other.contactInfo)) {
            throw new IllegalArgumentException(
                    "reports of two organizations: " + contactInfo + ", " + other.contactInfo);
        }
        return new TlsReport(
                organizationName,
                range.span(other.range),
                contactInfo,
                reportId.compareTo(other.reportId) <= 0 ? reportId : other.reportId,
                Merging.policies(Stream.concat(policies.stream(), other.policies.stream())));
    }

    /**
     * With at most {@link #MAX_POLICIES} policies of at most {@link PolicyReport#MAX_FAILURES} failures each, so that no server can make
     * a report grow. The smallest keys stay, in order; the rest is added up under {@code other}: one more policy of type
     * {@code no-policy-found}, one more failure of each policy.
     *
     * @return the same sessions
     */
    public TlsReport capped() {
        return new TlsReport(organizationName, range, contactInfo, reportId, Merging.policies(policies.stream()));
    }
}
