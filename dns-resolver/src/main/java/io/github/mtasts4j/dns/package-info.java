// SPDX-License-Identifier: Apache-2.0

/**
 * Ask the DNS: TXT for discovery (§3.1), MX for the candidates (RFC 5321 §5.1), addresses for the policy host, and TLSA
 * for senders that do DANE (RFC 7672).
 *
 * <p>Build one {@link io.github.mtasts4j.dns.DnsJavaResolver}, and take the look-ups from it. It speaks to recursive
 * resolvers, of which the best is a validating one on the same host: whoever can forge its replies can hide a policy that
 * is not cached yet (§10.2), and only retries and random ports stand in the way.
 *
 * <p>dnsjava does the wire format and knows the system's servers. Its own network client is not used: that one ends a
 * query at the first forged datagram, looks at its timeouts once a second, and starts a thread and a shutdown hook that
 * belong to the whole JVM. Here the thread that asks does the waiting, and nothing has to be closed. Its cache,
 * its search path and its hosts file are not used either. Nor is its DNSSEC validator: what is secure is what a resolver
 * says is, if it may be trusted ({@link io.github.mtasts4j.dns.DnsSecurity}).
 */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.dns;
