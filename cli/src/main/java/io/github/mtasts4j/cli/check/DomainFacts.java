// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.check;

import io.github.mtasts4j.cli.TypedName;
import io.github.mtasts4j.cli.net.Certificates;
import io.github.mtasts4j.cli.net.MxContact;
import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.discovery.AddressLookup;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.FetchRules;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.dns.DaneLookup;
import io.github.mtasts4j.dns.MxLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.Parsed;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.policy.PolicyParser;
import io.github.mtasts4j.policy.StsRecord;
import io.github.mtasts4j.policy.StsRecordParser;
import io.github.mtasts4j.tlsreport.ReportingPolicy;
import java.net.Inet6Address;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Everything that was asked about one domain, and the answers; nothing of it is judged.
 *
 * @param name the domain
 * @param at when
 * @param txt the TXT records at {@code _mta-sts}
 * @param strays MTA-STS records at names where they do not belong; looked for only if there is none where it belongs
 * @param host the policy host
 * @param mx the MX records
 * @param hosts the MX hosts, in the order in which senders try them
 * @param reporting the TLSRPT record
 * @param stored the policy that a store has of the domain, if a store was asked
 */
record DomainFacts(
        TypedName name,
        Instant at,
        TxtLookup.Answer txt,
        List<Stray> strays,
        PolicyHost host,
        MxLookup.Answer mx,
        List<Mx> hosts,
        ReportingPolicy reporting,
        Optional<CachedPolicy> stored) {

    DomainFacts {
        strays = List.copyOf(strays);
        hosts = List.copyOf(hosts);
    }

    /** A record that stands at another name. */
    record Stray(DomainName at, String text) {}

    /** The policy host, and what it served. */
    record PolicyHost(
            PolicyFetcher.Request request,
            AddressLookup.Answer addresses,
            Optional<PolicyFetcher.Result> fetched,
            Optional<Certificates> certificates) {

        DomainName name() {
            return request.host();
        }

        boolean hasAddress() {
            return addresses instanceof AddressLookup.Addresses;
        }

        boolean isIpv6Only() {
            return isIpv6Only(addresses);
        }

        static boolean isIpv6Only(AddressLookup.Answer answer) {
            return answer instanceof AddressLookup.Addresses found
                    && found.values().stream().allMatch(Inet6Address.class::isInstance);
        }

        Optional<PolicyFetcher.Response> response() {
            return fetched.filter(PolicyFetcher.Response.class::isInstance).map(PolicyFetcher.Response.class::cast);
        }

        /** What a sender makes of it. */
        Optional<FetchRules.Verdict> verdict() {
            FetchRules rules = new FetchRules(new PolicyParser(Grammar.STRICT));
            return fetched.map(result -> rules.judge(result, request));
        }
    }

    /** One MX. */
    record Mx(
            DomainName host,
            OptionalInt preference,
            AddressLookup.Answer addresses,
            MxContact contact,
            DaneLookup.Answer dane,
            DaneOutcome daneOutcome) {}

    /** The record, if there is exactly one and it is good. */
    Optional<StsRecord> record() {
        return txt instanceof TxtLookup.Records records ? parsed(records).asOptional() : Optional.empty();
    }

    static Parsed<StsRecord> parsed(TxtLookup.Records records) {
        return new StsRecordParser(Grammar.STRICT).select(records.values());
    }

    /** The policy that is served, whether or not a record tells of it. */
    Optional<Policy> policy() {
        return host.verdict()
                .filter(FetchRules.Usable.class::isInstance)
                .map(verdict -> ((FetchRules.Usable) verdict).policy());
    }

    /** Whether there is any trace of MTA-STS. */
    boolean hasTrace() {
        return txt instanceof TxtLookup.Records || !strays.isEmpty() || host.hasAddress();
    }
}
