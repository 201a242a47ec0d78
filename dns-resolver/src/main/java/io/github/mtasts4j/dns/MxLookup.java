// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.dns;

import io.github.mtasts4j.policy.DomainName;
import java.time.Duration;
import java.util.List;

/** Asks the DNS which hosts take a domain's mail (RFC 5321 §5.1). Called by many threads at once. */
@FunctionalInterface
public interface MxLookup {

    /**
     * Asks for the mail exchangers of a domain. Waits for the network.
     *
     * @param domain the domain of a recipient, or the one that a smart host is configured as
     * @return what the DNS said; trouble is an {@link Answer} too
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    Answer lookup(DomainName domain) throws InterruptedException;

    /** What the DNS said. "There is none" and "I could not find out" are never merged. */
    sealed interface Answer {

        /**
         * The hosts to try, in this order.
         *
         * @return the mail exchangers, or the domain itself where it has none; empty for any other answer, which says why
         */
        default List<DomainName> candidates() {
            if (this instanceof Hosts hosts) {
                return hosts.hosts().stream().map(MxHost::host).toList();
            }
            return this instanceof ImplicitMx implicit ? List.of(implicit.domain()) : List.of();
        }

        /**
         * Whether the DNS vouches for the candidates (RFC 7672 §2.2.1); {@link DaneLookup} needs it.
         *
         * @return {@link DnsSecurity#SECURE} if the answer was, with all CNAMEs on the way to it, by the word of a resolver
         *     that may be trusted; always insecure where there are no candidates
         */
        default DnsSecurity security() {
            return DnsSecurity.INSECURE;
        }
    }

    /**
     * There are mail exchangers.
     *
     * @param hosts at least one, in the order to try them: by preference, at random among equals
     * @param dropped the targets that are no host names, each as one printable line; none as a rule
     * @param ttl for how long the answer may be kept
     * @param security whether the DNS vouches for the hosts
     */
    record Hosts(List<MxHost> hosts, List<String> dropped, Duration ttl, DnsSecurity security) implements Answer {

        /**
         * Copies the lists.
         *
         * @param hosts at least one, in the order to try them
         * @param dropped the targets that are no host names
         * @param ttl for how long the answer may be kept
         * @param security whether the DNS vouches for the hosts
         */
        public Hosts {
            hosts = List.copyOf(hosts);
            dropped = List.copyOf(dropped);
        }

        /**
         * Hosts that the DNS does not vouch for.
         *
         * @param hosts at least one, in the order to try them
         * @param dropped the targets that are no host names
         * @param ttl for how long the answer may be kept
         */
        public Hosts(List<MxHost> hosts, List<String> dropped, Duration ttl) {
            this(hosts, dropped, ttl, DnsSecurity.INSECURE);
        }
    }

    /**
     * There are MX records, but no target is a host name. To be treated as an error of the domain's: mail does not go to
     * the domain itself where it has MX records (RFC 5321 §5.1).
     *
     * @param dropped the targets, each as one printable line; at least one
     * @param ttl for how long the answer may be kept
     */
    record NoUsableHost(List<String> dropped, Duration ttl) implements Answer {

        /**
         * Copies the list.
         *
         * @param dropped the targets
         * @param ttl for how long the answer may be kept
         */
        public NoUsableHost {
            dropped = List.copyOf(dropped);
        }
    }

    /**
     * The domain exists and has no MX record: it is its own mail exchanger, if it has an address.
     *
     * @param domain the domain that was asked for, even where it is a CNAME: nobody who forges that may choose the name
     *     that a policy has to list
     * @param ttl for how long the answer may be kept; zero where the DNS does not say
     * @param security whether the DNS vouches for there being no MX record
     */
    record ImplicitMx(DomainName domain, Duration ttl, DnsSecurity security) implements Answer {

        /**
         * A domain of which the DNS does not vouch that it has no MX record.
         *
         * @param domain the domain that was asked for
         * @param ttl for how long the answer may be kept
         */
        public ImplicitMx(DomainName domain, Duration ttl) {
            this(domain, ttl, DnsSecurity.INSECURE);
        }
    }

    /**
     * The domain takes no mail at all (RFC 7505): a permanent error that has nothing to do with MTA-STS.
     *
     * @param ttl for how long the answer may be kept
     */
    record NullMx(Duration ttl) implements Answer {}

    /**
     * There is no such domain.
     *
     * @param ttl for how long that may be kept; zero where the DNS does not say
     */
    record NoSuchDomain(Duration ttl) implements Answer {}

    /**
     * No usable answer; to be tried again later.
     *
     * @param reason one word for a report, such as {@code dns-servfail} or {@code dns-timeout}
     * @param detail one printable line for a person
     */
    record Unavailable(String reason, String detail) implements Answer {}
}
