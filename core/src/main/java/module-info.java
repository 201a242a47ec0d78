// SPDX-License-Identifier: Apache-2.0

/** Sender-side MTA-STS (RFC 8461): parse, discover, cache and apply the policy of a recipient domain. */
@org.jspecify.annotations.NullMarked
module io.github.mtasts4j {
    requires static transitive org.jspecify;
    requires com.github.benmanes.caffeine;
    requires org.slf4j;
    requires static jdk.jfr;

    exports io.github.mtasts4j;
    exports io.github.mtasts4j.delivery;
    exports io.github.mtasts4j.discovery;
    exports io.github.mtasts4j.jfr;
    exports io.github.mtasts4j.policy;
    exports io.github.mtasts4j.report;
    exports io.github.mtasts4j.tls;
}
