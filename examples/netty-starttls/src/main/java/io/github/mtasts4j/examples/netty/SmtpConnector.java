// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Opens connections, and closes those that are left. An event loop that is shut down at once may end without having closed
 * its channels, so that is not left to it.
 */
final class SmtpConnector implements AutoCloseable {

    /** So that a flood is noticed early: Netty reads as much at a time, and the decoder looks at it before the next. */
    private static final int READ_AT_A_TIME = 8 * 1024;

    private final EventLoopGroup loops;
    private final Duration patience;
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

    SmtpConnector(EventLoopGroup loops, Duration patience) {
        this.loops = loops;
        this.patience = patience;
    }

    /** Connects; the session has read nothing yet. */
    CompletableFuture<SmtpSession> connect(SocketAddress address) {
        CompletableFuture<SmtpSession> session = new CompletableFuture<>();
        CompletableFuture<SmtpSession> connected = new CompletableFuture<>();
        new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(patience.toMillis()))
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(READ_AT_A_TIME));
                        open.add(channel);
                        session.complete(new SmtpSession(channel, patience));
                    }
                })
                .connect(address)
                .addListener(attempt -> {
                    if (attempt.isSuccess()) {
                        connected.complete(session.join());
                    } else {
                        connected.completeExceptionally(attempt.cause());
                    }
                });
        return connected;
    }

    /** Closes all connections, and each that is opened from now on; waits for the former. */
    @Override
    public void close() {
        open.close().awaitUninterruptibly();
    }
}
