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
}
