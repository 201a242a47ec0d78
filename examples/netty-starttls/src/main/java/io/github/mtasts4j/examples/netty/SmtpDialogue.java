// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.netty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One command, one reply. The deadline is for the whole reply, so a server that drips gains nothing. A server that says
 * more than it was asked for ends the dialogue, and so does everything that goes wrong: the channel is closed, and whoever
 * waits for a reply, now or later, gets the exception.
 *
 * <p>Its state belongs to the event loop; {@link #ask} may be called from anywhere.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What fails on a channel comes to exceptionCaught or channelInactive.
final class SmtpDialogue extends SimpleChannelInboundHandler<SmtpReply> {

    /** The server said something that nobody had asked for. */
    static final class SpokeUnasked extends ProtocolException {
        private static final long serialVersionUID = 1;

        SpokeUnasked() {
            super("the server spoke before it was asked");
        }
    }

    private final Channel channel;
    private final Duration patience;
    private @Nullable CompletableFuture<SmtpReply> awaited;
    private @Nullable SmtpReply arrived;
    private @Nullable Future<?> deadline;
    private volatile @Nullable IOException trouble;

    SmtpDialogue(Channel channel, Duration patience) {
        this.channel = channel;
        this.patience = patience;
    }

    /** Sends a line, or several, or for the greeting nothing, and waits for the reply to all of it. */
    CompletableFuture<SmtpReply> ask(String command) {
        CompletableFuture<SmtpReply> reply = new CompletableFuture<>();
        if (channel.eventLoop().inEventLoop()) {
            ask(command, reply);
        } else {
            channel.eventLoop().execute(() -> ask(command, reply));
        }
        return reply;
    }

    private void ask(String command, CompletableFuture<SmtpReply> reply) {
        IOException broken = trouble;
        if (broken != null) {
            reply.completeExceptionally(broken);
            return;
        }
        awaited = reply;
        deadline = channel.eventLoop()
                .schedule(
                        () -> fail(new SocketTimeoutException("the server went silent")),
                        patience.toMillis(),
                        TimeUnit.MILLISECONDS);
        if (!command.isEmpty()) {
            channel.writeAndFlush(Unpooled.copiedBuffer(command + "\r\n", ISO_8859_1))
                    .addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
        }
    }

    /** Says QUIT to who still listens, and closes the connection once that is answered. Does not wait. */
    void quit() {
        ask("QUIT").whenComplete((bye, failure) -> channel.close());
    }

    /** Why there is no dialogue any more; null while there is one. */
    @Nullable IOException trouble() {
        return trouble;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, SmtpReply reply) {
        if (awaited == null || arrived != null) {
            fail(new SpokeUnasked());
        } else {
            arrived = reply;
        }
    }

    /** Only now is it certain that nothing else came with the reply. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        SmtpReply reply = arrived;
        CompletableFuture<SmtpReply> asker = awaited;
        if (reply != null && asker != null) {
            rest();
            asker.complete(reply);
        }
        ctx.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(new EOFException("the connection was closed"));
        ctx.fireChannelInactive();
    }

    /** A channel may outlive its TLS; what came after that would be plaintext. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent) {
            fail(new EOFException("TLS was ended"));
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(cause instanceof IOException io ? io : new IOException(cause.getMessage(), cause));
    }

    void fail(IOException cause) {
        if (trouble != null) {
            return;
        }
        trouble = cause;
        CompletableFuture<SmtpReply> asker = awaited;
        rest();
        channel.close();
        if (asker != null) {
            asker.completeExceptionally(cause);
        }
    }

    private void rest() {
        awaited = null;
        arrived = null;
        if (deadline != null) {
            deadline.cancel(false);
        }
    }
}
