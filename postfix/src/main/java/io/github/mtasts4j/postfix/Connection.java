// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.postfix;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One connection of Postfix's: takes requests and answers them, in order, on a thread of its own. */
final class Connection implements Runnable {

    private static final int OUTPUT = 4096;
    private static final int MOST_TO_DRAIN = 64 * 1024;

    private static final Answer MALFORMED = Answer.of(AnswerKind.REFUSED, "no netstring that Postfix would send");
    private static final Answer TOO_LONG = Answer.of(AnswerKind.NO_DOMAIN);

    private enum State {
        /** Waits for a request. */
        IDLE,
        /** Has begun to read one, and not ended to answer it. */
        BUSY,
        /** Is to end, or has. */
        ENDED
    }

    private final SocketChannel channel;
    private final Responder responder;
    private final PostfixMetrics metrics;
    private final Limits limits;
    private final Connections all;
    private final Netstrings in = new Netstrings();
    private final ByteBuffer out = ByteBuffer.allocate(OUTPUT);
    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
    private final AtomicLong deadline = new AtomicLong();
    private volatile ConnectionEnd end = ConnectionEnd.CLOSED_BY_PEER;
    private @Nullable Thread thread;

    Connection(SocketChannel channel, Responder responder, PostfixMetrics metrics, Limits limits, Connections all) {
        this.channel = channel;
        this.responder = responder;
        this.metrics = metrics;
        this.limits = limits;
        this.all = all;
        this.deadline.set(System.nanoTime() + limits.idle().toNanos());
    }

    /** Whether its time is over. */
    boolean isOverdue(long now) {
        return now - deadline.get() > 0;
    }

    /** By which those that wait for a request are compared: the one that has waited longest has the least. */
    long deadline() {
        return deadline.get();
    }

    boolean isIdle() {
        return state.get() == State.IDLE;
    }

    /** Ends it if it waits for a request. */
    boolean endIfIdle(ConnectionEnd why) {
        boolean idle = state.compareAndSet(State.IDLE, State.ENDED);
        if (idle) {
            end = why;
            abandon();
        }
        return idle;
    }

    /** Ends it, whatever it does. */
    void end(ConnectionEnd why) {
        if (state.getAndSet(State.ENDED) != State.ENDED) {
            end = why;
        }
        abandon();
    }

    /** It may be reading, writing, or waiting for an answer: the interrupt ends all of them, the close only the first two. */
    private synchronized void abandon() {
        if (thread != null) {
            thread.interrupt();
        }
        closeQuietly();
    }

    @Override
    public void run() {
        begin();
        try {
            converse();
        } catch (IOException e) {
            // The peer has gone, or abandon() has closed.
        } catch (InterruptedException e) {
            // Nothing to keep the flag for: the thread is given back without it.
        } finally {
            finish();
        }
    }

    private synchronized void begin() {
        thread = Thread.currentThread();
    }

    private void finish() {
        state.set(State.ENDED);
        synchronized (this) {
            thread = null;
            closeQuietly();
        }
        boolean ignored = Thread.interrupted(); // If there was one, it was ours.
        metrics.disconnected(end);
        all.remove(this);
    }

    private void closeQuietly() {
        try {
            channel.close();
        } catch (IOException e) {
            // It is out of use either way.
        }
    }

    private void converse() throws IOException, InterruptedException {
        while (true) {
            switch (in.next()) {
                case REQUEST -> answer();
                case TOO_LONG -> put(TOO_LONG, 0);
                case INCOMPLETE -> {
                    if (!fill()) {
                        return;
                    }
                }
                case MALFORMED -> {
                    refuse();
                    return;
                }
            }
        }
    }

    private void answer() throws IOException, InterruptedException {
        long start = System.nanoTime();
        deadline.lazySet(start + limits.answer().toNanos());
        Answer answer = responder.answer(in.request());
        put(answer, System.nanoTime() - start);
    }

    private void put(Answer answer, long nanos) throws IOException {
        byte[] reply = answer.netstring();
        metrics.answered(answer.kind(), nanos);
        for (int at = 0; at < reply.length; ) {
            if (!out.hasRemaining()) {
                flush();
            }
            int length = Math.min(reply.length - at, out.remaining());
            out.put(reply, at, length);
            at += length;
        }
        flush(); // The answer to the next request may take a while.
    }

    /** In slices, because the runtime keeps a copy as long as what is written at once, for each thread. */
    private void flush() throws IOException {
        deadline.lazySet(System.nanoTime() + limits.request().toNanos());
        out.flip();
        while (out.hasRemaining()) {
            channel.write(out);
        }
        out.clear();
    }

    /** Reads more; false at the end of all. */
    private boolean fill() throws IOException {
        if (!in.isAmidst() && !await()) {
            return false;
        }
        int read = channel.read(in.room());
        in.filled();
        if (state.get() == State.IDLE) {
            deadline.lazySet(System.nanoTime() + limits.request().toNanos());
            return read >= 0 && state.compareAndSet(State.IDLE, State.BUSY);
        }
        return read >= 0;
    }

    /** Says that there is nothing begun. */
    private boolean await() {
        deadline.lazySet(System.nanoTime() + limits.idle().toNanos());
        if (state.get() == State.BUSY && !state.compareAndSet(State.BUSY, State.IDLE)) {
            return false;
        }
        if (all.isStopping()) {
            end = ConnectionEnd.STOPPED;
            return false;
        }
        return true;
    }

    /** Whoever sends this may still be sending: a close at once would take our reply from him. */
    private void refuse() throws IOException {
        end = ConnectionEnd.MALFORMED;
        put(MALFORMED, 0);
        channel.shutdownOutput();
        ByteBuffer rest = ByteBuffer.allocate(Netstrings.CAPACITY);
        for (int drained = 0; drained < MOST_TO_DRAIN; drained += rest.position()) {
            if (channel.read(rest.clear()) < 0) {
                return;
            }
        }
    }
}
