// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

/**
 * How many sessions failed in one way (an entry of {@code failure-details}, RFC 8460 §4.4).
 *
 * @param key the way
 * @param sessions how many
 */
public record FailureCount(FailureKey key, long sessions) {

    /**
     * Checks the count.
     *
     * @param key the way
     * @param sessions 1 to {@link SessionCounts#MAX}
     * @throws IllegalArgumentException if the count is out of range
     */
    public FailureCount {
        if (sessions < 1 || sessions > SessionCounts.MAX) {
            throw new IllegalArgumentException("not a count of failed sessions: " + sessions);
        }
    }
}
