// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.smtp;

import io.github.mtasts4j.dns.MxLookup;
import io.github.mtasts4j.testkit.contract.StartTlsContract;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The smallest sender at the sixteen traps. */
final class DeliverOverSmtpStartTlsTest extends StartTlsContract {

    @Override
    protected boolean send(Errand errand) throws InterruptedException {
        MxLookup mxs = domain -> new MxLookup.ImplicitMx(errand.mx(), Duration.ofHours(1));
        return new DeliverOverSmtp(
                        errand.sts(),
                        errand.tls(),
                        mxs,
                        mx -> errand.address(),
                        errand.patience(),
                        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8))
                .deliver(errand.sender(), errand.recipient(), errand.message());
    }
}
