// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.netty;

import io.github.mtasts4j.dns.MxLookup;
import io.github.mtasts4j.testkit.contract.StartTlsContract;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;

/** The Netty sender at the sixteen traps. */
final class NettyStartTlsTest extends StartTlsContract {

    @AfterAll
    static void noBufferIsLost() {
        LostBuffers.assertNone();
    }

    @Override
    protected boolean send(Errand errand) throws Exception {
        MxLookup mxs = domain -> new MxLookup.ImplicitMx(errand.mx(), Duration.ofHours(1));
        try (NettySender sender =
                new NettySender(errand.sts(), errand.tls(), mxs, mx -> errand.address(), errand.patience())) {
            return sender.deliver(errand.sender(), errand.recipient(), errand.message())
                            .toCompletableFuture()
                            .get() // Without a limit, so that a missing deadline is seen.
                    instanceof DeliveryResult.Taken;
        }
    }
}
