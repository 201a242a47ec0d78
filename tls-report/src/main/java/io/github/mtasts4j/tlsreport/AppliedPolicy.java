// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.MxPattern;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.report.PolicyType;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The policy that sessions were held to (RFC 8460 §4.4). Sessions under equal policies are counted together; a policy that changes
 * during the day is two.
 *
 * @param type of which kind
 * @param domain the policy domain; with {@link PolicyType#TLSA} the TLSA base domain, which is the MX (decision D29)
 * @param policyString the policy as published, line by line, or the TLSA records; empty where there was none or none could be had
 * @param mxHost the patterns that the policy lists; empty unless it is one of MTA-STS
 */
public record AppliedPolicy(PolicyType type, DomainName domain, List<String> policyString, List<String> mxHost)
        implements Comparable<AppliedPolicy> {

    /** So many lines, and so many patterns, are kept of a policy. */
    public static final int MAX_LINES = 512;

    private static final List<String> OTHER = List.of("other");

    private static final Comparator<AppliedPolicy> ORDER = Comparator.comparing(AppliedPolicy::type)
            .thenComparing(AppliedPolicy::domain)
            .thenComparing(AppliedPolicy::policyString, AppliedPolicy::compareLines)
            .thenComparing(AppliedPolicy::mxHost, AppliedPolicy::compareLines);

    /**
     * Makes the texts safe: what a person cannot see is written as an escape such as {@code \u2028}, a line of more than 1024
     * characters is cut, and so is what has more than {@link #MAX_LINES} lines.
     *
     * @param type of which kind
     * @param domain the policy domain, or the TLSA base domain
     * @param policyString the policy
     * @param mxHost the patterns
     */
    public AppliedPolicy {
        policyString = safe(policyString, line -> ReportText.clean(line, ReportText.LINE));
        mxHost = safe(mxHost, host -> ReportText.ascii(host, ReportText.WORD));
    }

    private static List<String> safe(List<String> lines, UnaryOperator<String> safe) {
        return lines.stream().limit(MAX_LINES).map(safe).toList();
    }

    /**
     * A policy of MTA-STS.
     *
     * @param domain the policy domain
     * @param policy what was fetched from it
     * @return its lines as they were served, and its patterns
     */
    public static AppliedPolicy sts(DomainName domain, Policy policy) {
        return new AppliedPolicy(
                PolicyType.STS,
                domain,
                policy.lines(),
                policy.mx().stream().map(MxPattern::toString).toList());
    }

    /**
     * A policy of MTA-STS that a record promised and that could not be had (decision D30).
     *
     * @param domain the policy domain
     * @return a policy without lines
     */
    public static AppliedPolicy stsNotAvailable(DomainName domain) {
        return new AppliedPolicy(PolicyType.STS, domain, List.of(), List.of());
    }

    /**
     * DANE.
     *
     * @param base the TLSA base domain
     * @param records the TLSA records in presentation form, without spaces inside the data; their order does not matter
     * @return the records, sorted, each once
     */
    public static AppliedPolicy tlsa(DomainName base, Collection<String> records) {
        return new AppliedPolicy(
                PolicyType.TLSA, base, records.stream().sorted().distinct().toList(), List.of());
    }

    /**
     * No policy at all.
     *
     * @param domain the policy domain that had none
     * @return the absence of a policy
     */
    public static AppliedPolicy none(DomainName domain) {
        return new AppliedPolicy(PolicyType.NO_POLICY_FOUND, domain, List.of(), List.of());
    }

    /**
     * What stands for the policies beyond the bound of a report ({@link TlsReport#capped()}).
     *
     * @param domain the first of their domains
     * @return no policy, with the string {@code other}
     */
    static AppliedPolicy other(DomainName domain) {
        return new AppliedPolicy(PolicyType.NO_POLICY_FOUND, domain, OTHER, List.of());
    }

    /** Nobody's policy can look like it: without a policy there is no string. */
    boolean isOther() {
        return type == PolicyType.NO_POLICY_FOUND && policyString.equals(OTHER) && mxHost.isEmpty();
    }

    @Override
    public int compareTo(AppliedPolicy that) {
        return ORDER.compare(this, that);
    }

    private static int compareLines(List<String> a, List<String> b) {
        Iterator<String> other = b.iterator();
        for (String line : a) {
            int order = other.hasNext() ? line.compareTo(other.next()) : 1;
            if (order != 0) {
                return order;
            }
        }
        return other.hasNext() ? -1 : 0;
    }
}
