// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

/**
 * How many sessions complied with a policy and how many did not (RFC 8460 §4.2). A session counts once, whatever number of
 * failure details it has.
 *
 * @param successful how many complied
 * @param failed how many did not
 */
public record SessionCounts(long successful, long failed) {

    /** The largest count that a JSON number carries unharmed (RFC 7493 §2.2): 2^53 − 1. Sums stop there. */
    public static final long MAX = (1L << 53) - 1;

    /** No session yet. */
    public static final SessionCounts NONE = new SessionCounts(0, 0);

    /**
     * Checks both.
     *
     * @param successful 0 to {@link #MAX}
     * @param failed 0 to {@link #MAX}
     * @throws IllegalArgumentException if either is out of range
     */
    public SessionCounts {
        if (successful < 0 || failed < 0 || successful > MAX || failed > MAX) {
            throw new IllegalArgumentException("not counts: " + successful + ", " + failed);
        }
    }

    /**
     * Both sums.
     *
     * @param other more sessions
     * @return the sums, at most {@link #MAX}
     */
    public SessionCounts plus(SessionCounts other) {
        return new SessionCounts(sum(successful, other.successful), sum(failed, other.failed));
    }

    static long sum(long a, long b) {
        return Math.min(MAX, a + b);
    }
}
