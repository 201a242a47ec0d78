// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.report;

import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.StsFailure;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import java.util.Optional;

/**
 * A failed attempt to find a policy or to bring one up to date (§6).
 *
 * @param domain the policy domain
 * @param failure what went wrong, and when
 * @param kept the live policy that stays in force
 */
public record DiscoveryResult(DomainName domain, StsFailure failure, Optional<CachedPolicy> kept) {

    /**
     * What a report says of it. §6 wants every failure that a cached policy outlives, unless the policy's mode is none;
     * without a cached policy the failure is counted with each session that it leaves unprotected.
     *
     * @return the detail, or empty if it is not to be reported here
     */
    public Optional<FailureDetail> detail() {
        return kept.filter(policy -> policy.policy().mode() != Mode.NONE).flatMap(policy -> detail(failure));
    }

    /** §6: a session counts as unprotected when a valid TXT record promised a policy and none could be had. */
    static Optional<FailureDetail> ofUnprotectedSession(StsFailure failure) {
        return switch (failure.code()) {
            case DNS_TRANSIENT, TXT_GONE, DNS_MULTIPLE, DNS_SYNTAX, DNS_LIMIT -> Optional.empty();
            default -> detail(failure);
        };
    }

    private static Optional<FailureDetail> detail(StsFailure failure) {
        return ResultType.of(failure.code()).map(type -> new FailureDetail(type, failure.reason()));
    }
}
