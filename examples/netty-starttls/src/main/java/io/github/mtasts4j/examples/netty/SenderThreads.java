// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.netty;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Three kinds of threads, so that what waits holds up nothing that computes, and neither holds up what moves octets. */
final class SenderThreads implements AutoCloseable {

    private static final int GRACE_SECONDS = 5;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
            0, new DefaultThreadFactory("netty-sender-loop", true), NioIoHandler.newFactory());
    private final ExecutorService crypto = Executors.newFixedThreadPool(
            Runtime.getRuntime().availableProcessors(), new DefaultThreadFactory("netty-sender-crypto", true));
    /** As many as wait: {@code MtaSts} and a mail server's queue bound how many that are. */
    private final ExecutorService waiting =
            Executors.newCachedThreadPool(new DefaultThreadFactory("netty-sender-waiting", true));

    EventLoopGroup loops() {
        return loops;
    }

    Executor crypto() {
        return crypto;
    }

    Executor waiting() {
        return waiting;
    }

    /** The loops first: they hand work to the others, and close the connections. */
    @Override
    public void close() {
        waiting.shutdownNow();
        loops.shutdownGracefully(0, GRACE_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
        crypto.shutdown();
        await(crypto);
        await(waiting);
    }

    private static void await(ExecutorService pool) {
        try {
            if (!pool.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS)) {
                pool.shutdownNow();
            }
        } catch (InterruptedException e) {
            pool.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
