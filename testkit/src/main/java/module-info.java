// SPDX-License-Identifier: Apache-2.0

/** A whole little internet on loopback, for tests of MTA-STS senders: DNS, policy hosts, MX servers, a clock. */
@org.jspecify.annotations.NullMarked
module io.github.mtasts4j.testkit {
    requires static transitive org.jspecify;
    requires static org.assertj.core;
    requires static transitive org.junit.jupiter.api;
    requires transitive io.github.mtasts4j;
    requires org.bouncycastle.pkix;
    requires org.bouncycastle.provider;
    requires org.dnsjava;
    requires org.slf4j;

    exports io.github.mtasts4j.testkit;
    exports io.github.mtasts4j.testkit.contract;
    exports io.github.mtasts4j.testkit.dns;
    exports io.github.mtasts4j.testkit.https;
    exports io.github.mtasts4j.testkit.smtp;
    exports io.github.mtasts4j.testkit.tls;

    opens io.github.mtasts4j.testkit.contract; // JUnit runs what subclasses inherit from it
}
