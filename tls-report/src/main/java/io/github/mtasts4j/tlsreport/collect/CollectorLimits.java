// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.collect;

/**
 * How much is collected. What a day holds in memory is estimated, never too low: at most {@code maxOctets}, of which a single domain
 * has a 64th at most, and domains without a policy three quarters together. So a collector takes {@code maxDays * maxOctets} of heap in the
 * worst case, 384 MiB with the defaults, whatever servers, DNS and senders of junk do; an ordinary domain takes about a kilobyte.
 * Its journal takes up to four times that on disk, for a moment five.
 *
 * @param maxDomains how many domains a day has, at most; three quarters of them may be such as have no policy
 * @param maxOctets how much heap a day takes, at most
 * @param maxDays how many days are kept, today among them: a finished day that nobody takes is dropped after so long
 */
public record CollectorLimits(int maxDomains, long maxOctets, int maxDays) {

    private static final long LEAST_OCTETS = 1 << 20;

    /**
     * Checks them.
     *
     * @param maxDomains at least 1
     * @param maxOctets at least 1 MiB
     * @param maxDays at least 2
     * @throws IllegalArgumentException if one is less
     */
    public CollectorLimits {
        if (maxDomains < 1 || maxOctets < LEAST_OCTETS || maxDays < 2) {
            throw new IllegalArgumentException(
                    "too little to collect anything: " + maxDomains + ", " + maxOctets + ", " + maxDays);
        }
    }

    /**
     * For most servers: 100,000 domains and 128 MiB a day, three days.
     *
     * @return the defaults
     */
    public static CollectorLimits defaults() {
        return new CollectorLimits(100_000, 128L << 20, 3);
    }

    /** What one domain may take: whoever makes up keys does so at his own expense. */
    long octetsOfADomain() {
        return maxOctets / 64;
    }

    /** More than any journal of these limits has. */
    long maxFileOctets() {
        return maxOctets * 8 + (16 << 20);
    }
}
