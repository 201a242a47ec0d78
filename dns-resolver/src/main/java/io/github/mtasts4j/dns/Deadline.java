// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.dns;

import java.net.SocketTimeoutException;
import java.time.Duration;

/** A moment after which nobody waits any more, on the clock that cannot be set. */
record Deadline(long nanoTime) {

    static Deadline in(Duration duration) {
        return new Deadline(System.nanoTime() + duration.toNanos());
    }

    /** This, or the end of a span that begins now, whichever is earlier. */
    Deadline noLaterThanIn(Duration duration) {
        Deadline other = in(duration);
        return other.nanoTime - nanoTime < 0 ? other : this;
    }

    boolean isOver() {
        return nanoTime - System.nanoTime() <= 0;
    }

    /** What a socket may wait, at least one millisecond, because zero means for ever there. */
    int millisLeft() throws SocketTimeoutException {
        long left = nanoTime - System.nanoTime();
        if (left <= 0) {
            throw new SocketTimeoutException("no reply in time");
        }
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, left / 1_000_000));
    }
}
