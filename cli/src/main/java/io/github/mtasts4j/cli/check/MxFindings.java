// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.check;

import io.github.mtasts4j.cli.finding.Finding;
import io.github.mtasts4j.cli.finding.FindingKind;
import io.github.mtasts4j.cli.finding.Severity;
import io.github.mtasts4j.cli.net.MxContact;
import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.dns.DaneLookup;
import io.github.mtasts4j.dns.MxLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.MxPattern;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.tls.TlsOutcome;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is the matter with the MX records, and with each host. */
final class MxFindings {

    private final DomainFacts facts;
    private final Optional<Policy> binding;
    private final List<Finding> found = new ArrayList<>();

    private MxFindings(DomainFacts facts) {
        this.facts = facts;
        this.binding = facts.policy().filter(policy -> policy.mode() != Mode.NONE);
    }

    static List<Finding> of(DomainFacts facts) {
        MxFindings findings = new MxFindings(facts);
        findings.records();
        findings.binding.ifPresent(findings::patterns);
        facts.hosts().forEach(findings::host);
        return findings.found;
    }

    private void records() {
        DomainName domain = facts.name().name();
        MxLookup.Answer answer = facts.mx();
        if (answer instanceof MxLookup.Hosts hosts) {
            hosts.dropped().forEach(target -> add(FindingKind.MX_TARGET_INVALID, domain, "no host name: " + target));
        } else if (answer instanceof MxLookup.NoUsableHost none) {
            none.dropped().forEach(target -> add(FindingKind.MX_TARGET_INVALID, domain, "no host name: " + target));
        } else if (answer instanceof MxLookup.ImplicitMx) {
            add(FindingKind.MX_IMPLICIT, domain, "there is no MX record, so mail goes to " + domain + " itself");
        } else if (answer instanceof MxLookup.NullMx) {
            add(FindingKind.MX_NULL, domain, "the domain takes no mail (its MX record is a single dot)");
        } else if (answer instanceof MxLookup.NoSuchDomain) {
            add(FindingKind.DOMAIN_NOT_FOUND, domain, "there is no such domain in the DNS");
        } else if (answer instanceof MxLookup.Unavailable unavailable) {
            add(FindingKind.MX_NO_ANSWER, domain, "no usable answer from the DNS: " + unavailable.detail());
        }
    }

    /** Only where all MX records are known can a pattern be said to match none of them. */
    private void patterns(Policy policy) {
        List<DomainName> all = facts.mx().candidates();
        if (all.isEmpty()) {
            return;
        }
        Set<MxPattern> distinct = new LinkedHashSet<>(policy.mx());
        for (MxPattern pattern : distinct) {
            boolean unused = all.stream().noneMatch(pattern::matches) && !(pattern instanceof MxPattern.Unmatchable);
            if (unused) {
                add(FindingKind.PATTERN_UNUSED, facts.host().name(), "mx: " + pattern + " matches no MX of the domain");
            }
        }
    }

    private void host(DomainFacts.Mx mx) {
        binding.filter(policy -> !policy.lists(mx.host())).ifPresent(policy -> notListed(policy, mx.host()));
        reachable(mx);
        if (mx.contact().stage() == MxContact.Stage.SESSION) {
            tls(mx);
        }
        dane(mx);
    }

    private void notListed(Policy policy, DomainName host) {
        add(FindingKind.MX_NOT_LISTED, host, "no mx line of the policy matches this host");
        for (MxPattern pattern : policy.mx()) {
            if (pattern instanceof MxPattern.AnyLabel any && looksCovered(any.parent(), host)) {
                add(
                        FindingKind.WILDCARD_ONE_LABEL,
                        host,
                        any + " matches one label before " + any.parent() + ", neither none nor two");
                return;
            }
        }
    }

    private static boolean looksCovered(DomainName parent, DomainName host) {
        return host.equals(parent) || host.toString().endsWith("." + parent);
    }

    private void reachable(DomainFacts.Mx mx) {
        MxContact contact = mx.contact();
        if (DomainFacts.PolicyHost.isIpv6Only(mx.addresses())) {
            add(FindingKind.MX_IPV6_ONLY, mx.host(), "the host has no IPv4 address");
        }
        switch (contact.stage()) {
            case ADDRESS_UNKNOWN ->
                add(FindingKind.MX_ADDRESS_NO_ANSWER, mx.host(), "no usable answer from the DNS: " + contact.detail());
            case NO_ADDRESS -> add(FindingKind.MX_NO_ADDRESS, mx.host(), "the host has no address");
            case ADDRESS_FORBIDDEN -> add(FindingKind.MX_PRIVATE, mx.host(), contact.detail());
            case UNREACHABLE -> add(FindingKind.MX_UNREACHABLE, mx.host(), contact.detail());
            case NO_SMTP -> add(FindingKind.MX_NO_SMTP, mx.host(), contact.detail());
            case SESSION -> {}
        }
    }

    private void tls(DomainFacts.Mx mx) {
        TlsOutcome outcome = mx.contact().tls();
        if (outcome instanceof TlsOutcome.NotOffered) {
            addTls(FindingKind.MX_NO_STARTTLS, mx, "the answer to EHLO has no STARTTLS");
        } else if (outcome instanceof TlsOutcome.Refused) {
            addTls(FindingKind.MX_STARTTLS_REFUSED, mx, outcome.toString());
        } else if (outcome instanceof TlsOutcome.HandshakeFailed failed) {
            addTls(FindingKind.MX_TLS_FAILED, mx, "the TLS handshake fails: " + failed.detail());
        } else if (outcome instanceof TlsOutcome.SniNotSendable) {
            addTls(FindingKind.MX_NAME_NO_SNI, mx, outcome.toString());
        } else if (outcome instanceof TlsOutcome.CertificateRejected rejected) {
            found.addAll(CertificateFindings.MX.of(
                    mx.host(), rejected.problems(), mx.contact().certificates(), tlsSeverity()));
        }
        mx.contact()
                .certificates()
                .flatMap(shown -> CertificateFindings.MX.soon(mx.host(), shown, facts.at()))
                .ifPresent(found::add);
    }

    private void dane(DomainFacts.Mx mx) {
        if (mx.dane() instanceof DaneLookup.Unavailable unavailable) {
            add(FindingKind.DANE_NO_ANSWER, mx.host(), "no usable answer from the DNS: " + unavailable.detail());
        } else if (mx.dane() instanceof DaneLookup.Unusable unusable) {
            add(FindingKind.DANE_UNUSABLE, mx.host(), unusable.detail());
        } else if (mx.daneOutcome() == DaneOutcome.FAILED) {
            add(FindingKind.DANE_FAILED, mx.host(), "the certificate matches none of the TLSA records");
        }
    }

    private void add(FindingKind kind, Object subject, String detail) {
        found.add(Finding.of(kind, subject, detail));
    }

    private void addTls(FindingKind kind, DomainFacts.Mx mx, String detail) {
        found.add(Finding.of(kind, mx.host(), detail).as(tlsSeverity()));
    }

    /** Without a policy that asks for it, mail goes all the same. */
    private Severity tlsSeverity() {
        return binding.isPresent() ? Severity.ERROR : Severity.WARNING;
    }
}
