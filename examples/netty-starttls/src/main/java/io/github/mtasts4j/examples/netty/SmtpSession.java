// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.netty;

import static java.util.concurrent.CompletableFuture.completedFuture;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.RemoteText;
import io.github.mtasts4j.tls.MxTls;
import io.github.mtasts4j.tls.TlsOutcome;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/** The commands of one SMTP session, from the greeting to the reply to the message. */
final class SmtpSession {

    private static final String EHLO = "EHLO sender.example";
    private static final String HELO = "HELO sender.example";

    private final Channel channel;
    private final SmtpReplyDecoder decoder;
    private final SmtpDialogue dialogue;
    private final Duration patience;
    private final CompletableFuture<SmtpReply> greeting;

    /** Takes over a channel that has just been made; to be called on its event loop, before anything is read. */
    SmtpSession(Channel channel, Duration patience) {
        this.channel = channel;
        this.patience = patience;
        this.decoder = new SmtpReplyDecoder();
        this.dialogue = new SmtpDialogue(channel, patience);
        channel.pipeline().addLast(decoder, dialogue);
        this.greeting = dialogue.ask("");
    }

    /** What a dialogue in the clear came to. */
    record Introduction(boolean offersStartTls) {}

    /** Reads the greeting and says EHLO, or HELO to who knows no EHLO and so offers nothing. */
    CompletableFuture<Introduction> introduce() {
        return greeting.thenCompose(welcome -> expect(220, welcome))
                .thenCompose(ready -> dialogue.ask(EHLO))
                .thenCompose(ehlo -> ehlo.isPermanentFailure()
                        ? dialogue.ask(HELO)
                                .thenCompose(helo -> expect(250, helo))
                                .thenApply(helo -> new Introduction(false))
                        : expect(250, ehlo).thenApply(good -> new Introduction(good.offers("STARTTLS"))));
    }

    private static CompletableFuture<SmtpReply> expect(int wanted, SmtpReply reply) {
        return reply.code() == wanted
                ? completedFuture(reply)
                : CompletableFuture.failedFuture(
                        new IOException("the server answered " + RemoteText.safe(reply.toString())));
    }

    /**
     * Asks for TLS. Whatever the server does is an outcome and not an exception.
     *
     * @param tls how to do TLS
     * @param mx the name in the MX record
     * @param crypto where to compute, which takes milliseconds that other connections of the loop would miss
     */
    CompletableFuture<TlsOutcome> startTls(MxTls tls, DomainName mx, Executor crypto) {
        return dialogue.ask("STARTTLS")
                // On the event loop nothing can come in between the look at what has arrived and the SslHandler.
                .thenComposeAsync(reply -> afterReply(reply, tls, mx, crypto), channel.eventLoop())
                .exceptionally(failure -> failed(causeOf(failure)));
    }

    private CompletableFuture<TlsOutcome> afterReply(SmtpReply reply, MxTls tls, DomainName mx, Executor crypto) {
        if (reply.code() != 220) {
            return completedFuture(new TlsOutcome.Refused(reply.code()));
        }
        if (decoder.hasMore()) {
            dialogue.fail(new SmtpDialogue.SpokeUnasked());
        }
        IOException trouble = dialogue.trouble();
        return trouble == null ? handshake(tls, mx, crypto) : completedFuture(failed(trouble));
    }

    private TlsOutcome failed(IOException failure) {
        if (failure
                instanceof SmtpDialogue.SpokeUnasked) { // As CVE-2011-0411 has it; nobody has looked at what it was.
            return new TlsOutcome.HandshakeFailed("starttls-injection", "plaintext with the reply to STARTTLS");
        }
        return MxTls.failed(failure);
    }

    private CompletableFuture<TlsOutcome> handshake(MxTls tls, DomainName mx, Executor crypto) {
        CompletableFuture<TlsOutcome> outcome = new CompletableFuture<>();
        SslHandler handler = new SslHandler(tls.engine(mx), crypto);
        handler.setHandshakeTimeoutMillis(patience.toMillis()); // From the first octet to the last.
        handler.handshakeFuture().addListener(handshake -> {
            if (handshake.isSuccess()) {
                // The chain is verified here and not by the engine, which lets every certificate through.
                outcome.completeAsync(() -> tls.outcome(handler.engine().getSession(), mx), crypto);
            } else {
                IOException failure = handshakeFailure(handshake.cause());
                dialogue.fail(failure);
                outcome.complete(MxTls.failed(failure));
            }
        });
        channel.pipeline().addFirst(handler);
        return outcome;
    }

    private static IOException handshakeFailure(Throwable cause) {
        if (cause instanceof SslHandshakeTimeoutException) {
            return new SocketTimeoutException("the handshake takes too long");
        }
        return cause instanceof IOException io ? io : new IOException(cause);
    }

    /** Whether the server has behaved and the connection is still there. */
    boolean isUsable() {
        return dialogue.trouble() == null && channel.isActive();
    }

    private record Step(String command, int wanted) {}

    /** What the server said last, and whether that was about the whole message. */
    record Answer(SmtpReply reply, boolean taken) {}

    /** Sends the envelope and the message. To be called after {@code decide} has said that it may. */
    CompletableFuture<Answer> send(Mail mail) {
        List<Step> envelope = List.of(
                new Step("MAIL FROM:<" + mail.sender() + ">", 250),
                new Step("RCPT TO:<" + mail.recipient() + ">", 250),
                new Step("DATA", 354),
                new Step(mail.data(), 250));
        if (channel.pipeline().get(SslHandler.class) == null) {
            return run(envelope.iterator());
        }
        return dialogue.ask(EHLO) // RFC 3207 §4.2: what was said before TLS does not count.
                .thenCompose(reply -> expect(250, reply))
                .thenCompose(reply -> run(envelope.iterator()));
    }

    private CompletableFuture<Answer> run(Iterator<Step> steps) {
        Step step = steps.next();
        return dialogue.ask(step.command()).thenCompose(reply -> {
            boolean good = reply.code() == step.wanted();
            return good && steps.hasNext() ? run(steps) : completedFuture(new Answer(reply, good));
        });
    }

    /** Ends the session, whatever state it is in. */
    void quit() {
        dialogue.quit();
    }

    static IOException causeOf(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof IOException io ? io : new IOException(cause);
    }
}
