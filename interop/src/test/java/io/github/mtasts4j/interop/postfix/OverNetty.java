// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.postfix;

import io.github.mtasts4j.examples.netty.DeliveryResult;
import io.github.mtasts4j.examples.netty.NettySender;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/** The example on Netty, with threads for one message. */
final class OverNetty implements Sender {

    private final SendingSide side;

    OverNetty(SendingSide side) {
        this.side = side;
    }

    @Override
    public Report send(String from, String recipient, String message) throws InterruptedException {
        try (NettySender sender =
                new NettySender(side.sts(), side.tls(), side.mxs(), side.dial(), Duration.ofSeconds(30))) {
            DeliveryResult result = sender.deliver(from, recipient, message)
                    .toCompletableFuture()
                    .get();
            return new Report(result instanceof DeliveryResult.Taken, accountOf(result));
        } catch (ExecutionException e) {
            return new Report(false, e.toString());
        }
    }

    private static String accountOf(DeliveryResult result) {
        if (result instanceof DeliveryResult.Queued queued) {
            return queued.reasons().stream()
                    .map(reason -> reason.substring(reason.indexOf(": ") + 2)) // The host stands before it.
                    .collect(Collectors.joining("\n"));
        }
        return result.toString();
    }
}
