// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.DomainName;
import java.time.Duration;
import java.util.List;

/**
 * Asks the DNS for TXT records. Called by many threads at once.
 *
 * <p>An implementation asks for the name as an absolute one (no search path, no hosts file), follows CNAMEs with a
 * bound, retries over TCP what was truncated, and has a deadline of its own, some 15 seconds at most.
 */
@FunctionalInterface
public interface TxtLookup {

    /**
     * Asks for the TXT records of a name. Waits for the network.
     *
     * @param name the full name, such as {@code _mta-sts.example.com}
     * @return what the DNS said; trouble is an {@link Answer} too
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    Answer lookup(DomainName name) throws InterruptedException;

    /** What the DNS said. "There is none" and "I could not find out" are never merged. */
    sealed interface Answer {}

    /**
     * There are TXT records.
     *
     * @param values each record's character-strings joined, octet by octet, with nothing between them (§3.1); at least
     *     one record
     * @param ttl for how long the answer may be kept
     */
    record Records(List<byte[]> values, Duration ttl) implements Answer {

        /**
         * Copies the list.
         *
         * @param values each record's character-strings joined, octet by octet, with nothing between them (§3.1)
         * @param ttl for how long the answer may be kept
         */
        public Records {
            values = List.copyOf(values);
        }
    }

    /**
     * There is no TXT record of that name: NXDOMAIN or NODATA.
     *
     * @param ttl for how long that may be kept: the SOA minimum (RFC 2308 §5), or zero where there was no SOA
     */
    record None(Duration ttl) implements Answer {}

    /**
     * No usable answer: SERVFAIL, REFUSED, a timeout, a bogus signature, a CNAME loop.
     *
     * @param reason one word for a report, such as {@code dns-servfail} or {@code dns-timeout}
     * @param detail one printable line for a person
     */
    record Unavailable(String reason, String detail) implements Answer {}
}
