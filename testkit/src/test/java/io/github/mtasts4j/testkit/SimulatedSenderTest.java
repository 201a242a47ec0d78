// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit;

import io.github.mtasts4j.testkit.SimulatedSender.Fate;
import io.github.mtasts4j.testkit.contract.StartTlsContract;
import java.util.List;

/** The sender of this kit, and the {@code SmtpConnection} below it, at the sixteen traps. */
final class SimulatedSenderTest extends StartTlsContract {

    @Override
    protected boolean send(Errand errand) throws InterruptedException {
        return new SimulatedSender(
                                errand.sts(),
                                errand.tls(),
                                domain -> List.of(errand.mx()),
                                mx -> errand.address(),
                                errand.patience())
                        .send(errand.sender(), errand.recipient(), errand.message())
                        .fate()
                == Fate.DELIVERED;
    }
}
