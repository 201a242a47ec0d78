// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.tls.TlsOutcome;

/** A mail server on a Java runtime that has no {@code jdk.jfr}. */
final class WithoutFlightRecorder {

    private WithoutFlightRecorder() {}

    public static void main(String[] args) throws InterruptedException {
        if (ModuleLayer.boot().findModule("jdk.jfr").isPresent()) {
            throw new IllegalStateException("jdk.jfr is there");
        }
        try (MtaSts sts = new Script().builder().build()) {
            PolicyDomain domain = PolicyDomain.ofRecipient("alice@example.com");
            System.out.print(
                    sts.decide(sts.resolve(domain), DomainName.of("mx.example.com"), new TlsOutcome.NotOffered())
                            .verdict());
        }
    }
}
