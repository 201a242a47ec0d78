// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.smtp;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.dns.MxLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tls.MxTls;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Function;

/** What the tests here need of {@link DeliverOverSmtp} and its user on a command line does not. */
public final class Backstage {

    private final DeliverOverSmtp sender;

    /** A sender with the test's own parts. */
    public Backstage(
            MtaSts sts, MxTls tls, MxLookup mxs, Function<DomainName, InetSocketAddress> dial, PrintStream log) {
        this.sender = new DeliverOverSmtp(sts, tls, mxs, dial, Duration.ofSeconds(30), log);
    }

    /** Whether an MX has taken the message. */
    public boolean deliver(String from, String recipient, String message) throws InterruptedException {
        return sender.deliver(from, recipient, message);
    }
}
