// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.collect;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tlsreport.AppliedPolicy;
import io.github.mtasts4j.tlsreport.FailureKey;
import io.github.mtasts4j.tlsreport.IpAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** How much heap is taken, by estimates that are never too low. Safe for many threads. */
final class Budget {

    private static final int STRING = 64;

    private final AtomicLong taken = new AtomicLong();

    /** Takes so much, unless that would be more than a ceiling in all. */
    boolean take(long octets, long ceiling) {
        if (taken.addAndGet(octets) > ceiling) {
            taken.addAndGet(-octets);
            return false;
        }
        return true;
    }

    void give(long octets) {
        taken.addAndGet(-octets);
    }

    /** With its entry in the map, its own {@code other} and the first count in it. */
    static long of(DomainName domain) {
        return 900L + domain.toString().length();
    }

    static long of(AppliedPolicy policy) {
        return 400 + of(policy.policyString()) + of(policy.mxHost());
    }

    /** The terms that the text was made of are kept with it. */
    private static long of(List<String> lines) {
        return lines.stream()
                .mapToLong(line -> 2L * STRING + 2L * line.length())
                .sum();
    }

    static long of(FailureKey key) {
        return 256L
                + STRING
                + key.resultType().length()
                + of(key.sendingMtaIp().map(IpAddress::toString))
                + of(key.receivingMxHostname())
                + of(key.receivingMxHelo())
                + of(key.receivingIp().map(IpAddress::toString))
                + of(key.additionalInformation())
                + of(key.failureReasonCode());
    }

    private static long of(Optional<String> text) {
        return text.map(word -> 2L * STRING + word.length()).orElse(0L);
    }
}
