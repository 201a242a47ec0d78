// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import java.util.List;

/**
 * What happened under one policy (an entry of {@code policies}, RFC 8460 §4.4).
 *
 * @param policy the policy
 * @param sessions how many sessions complied, how many did not
 * @param failures in which ways they failed; the numbers may add up to more than the failed sessions, since one session can fail in
 *     several ways
 */
public record PolicyReport(AppliedPolicy policy, SessionCounts sessions, List<FailureCount> failures) {

    /** So many ways of failing are kept apart by {@link #capped()}. */
    public static final int MAX_FAILURES = 100;

    /**
     * Copies the list.
     *
     * @param policy the policy
     * @param sessions how many sessions complied, how many did not
     * @param failures in which ways they failed
     */
    public PolicyReport {
        failures = List.copyOf(failures);
    }

    /**
     * With the failures counted by their keys, in order, and at most {@link #MAX_FAILURES} of them: the smallest keys stay, the rest
     * is under {@link FailureKey#OTHER}.
     *
     * @return the same sessions
     */
    public PolicyReport capped() {
        return new PolicyReport(policy, sessions, Merging.failures(failures.stream()));
    }
}
