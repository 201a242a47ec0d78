// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.check;

import io.github.mtasts4j.cli.ExitCode;
import io.github.mtasts4j.cli.finding.Finding;
import io.github.mtasts4j.cli.finding.FindingKind;
import io.github.mtasts4j.cli.finding.Severity;
import io.github.mtasts4j.delivery.DanePrecedence;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.DeliveryJudge;
import io.github.mtasts4j.delivery.MxAttempt;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.FailureCode;
import io.github.mtasts4j.discovery.FetchRules;
import io.github.mtasts4j.discovery.Freshness;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.StsFailure;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.dns.MxLookup;
import io.github.mtasts4j.policy.Defect;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.Parsed;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.policy.StsRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a sender who has never heard of the domain makes of the facts. A function of them.
 *
 * @param facts what was seen
 * @param resolution which policy applies
 * @param verdicts what becomes of mail at each MX
 * @param findings what is the matter, the worst first
 */
record CheckResult(DomainFacts facts, PolicyResolution resolution, List<MxVerdict> verdicts, List<Finding> findings) {

    private static final DeliveryJudge JUDGE = new DeliveryJudge(DanePrecedence.BOTH_MUST_HOLD);

    CheckResult {
        verdicts = List.copyOf(verdicts);
        findings = List.copyOf(findings);
    }

    /** What becomes of mail at one MX: now, and if the policy's mode were {@code enforce}. */
    record MxVerdict(DomainFacts.Mx mx, DeliveryDecision decision, Optional<DeliveryDecision> underEnforce) {

        /** Whether it is the policy that would stop mail here. */
        boolean wouldBreak() {
            return underEnforce
                    .filter(decision ->
                            !decision.mayDeliver() && !decision.violations().isEmpty())
                    .isPresent();
        }

        boolean isStopped() {
            return !decision.mayDeliver() && !decision.violations().isEmpty();
        }
    }

    static CheckResult of(DomainFacts facts, Optional<Mode> expected) {
        PolicyResolution resolution = resolutionOf(facts);
        List<MxVerdict> verdicts =
                facts.hosts().stream().map(mx -> verdict(facts, resolution, mx)).toList();
        List<Finding> findings = new ArrayList<>();
        findings.addAll(RecordFindings.of(facts));
        findings.addAll(PolicyHostFindings.of(facts));
        findings.addAll(MxFindings.of(facts));
        findings.addAll(outcome(facts, verdicts));
        expected.flatMap(mode -> unexpected(facts, resolution, mode)).ifPresent(findings::add);
        if (facts.mx() instanceof MxLookup.NoSuchDomain) { // That says it.
            findings.removeIf(finding -> finding.kind() == FindingKind.NO_MTA_STS);
        }
        findings.sort(Comparator.comparing(Finding::severity));
        return new CheckResult(facts, resolution, verdicts, findings);
    }

    private static PolicyResolution resolutionOf(DomainFacts facts) {
        PolicyDomain domain = new PolicyDomain.Named(facts.name().name());
        if (facts.txt() instanceof TxtLookup.Unavailable unavailable) {
            return unusable(domain, FailureCode.DNS_TRANSIENT, unavailable.reason(), unavailable.detail(), facts);
        } else if (!(facts.txt() instanceof TxtLookup.Records records)) {
            return new PolicyResolution.Absent(domain);
        } else if (DomainFacts.parsed(records) instanceof Parsed.Malformed<StsRecord> malformed) {
            return malformed.defect() == Defect.NO_RECORD
                    ? new PolicyResolution.Absent(domain)
                    : unusable(
                            domain,
                            malformed.defect() == Defect.MULTIPLE_RECORDS
                                    ? FailureCode.DNS_MULTIPLE
                                    : FailureCode.DNS_SYNTAX,
                            malformed.defect().code(),
                            malformed.detail(),
                            facts);
        }
        return ofFetch(domain, facts);
    }

    private static PolicyResolution ofFetch(PolicyDomain domain, DomainFacts facts) {
        Optional<FetchRules.Verdict> verdict = facts.host().verdict();
        if (verdict.isEmpty()) {
            return unusable(
                    domain, FailureCode.HTTP_UNREACHABLE, "dns-no-address", "the policy host has no address", facts);
        } else if (verdict.get() instanceof FetchRules.Failed failed) {
            return new PolicyResolution.Unusable(domain, failed.failure());
        }
        CachedPolicy fetched = new CachedPolicy(
                facts.name().name(),
                facts.record().orElseThrow().id(),
                facts.policy().orElseThrow(),
                facts.at());
        return new PolicyResolution.Found(fetched, Freshness.FETCHED, Optional.empty());
    }

    private static PolicyResolution unusable(
            PolicyDomain domain, FailureCode code, String reason, String detail, DomainFacts facts) {
        return new PolicyResolution.Unusable(domain, new StsFailure(code, reason, detail, facts.at()));
    }

    private static MxVerdict verdict(DomainFacts facts, PolicyResolution resolution, DomainFacts.Mx mx) {
        return new MxVerdict(
                mx,
                decide(resolution, mx),
                facts.policy()
                        .filter(policy -> policy.mode() != Mode.NONE)
                        .map(policy -> decide(enforcing(facts, policy), mx)));
    }

    private static DeliveryDecision decide(PolicyResolution resolution, DomainFacts.Mx mx) {
        return JUDGE.decide(new MxAttempt(resolution, mx.host(), mx.contact().tls(), mx.daneOutcome()));
    }

    private static PolicyResolution enforcing(DomainFacts facts, Policy policy) {
        Policy stricter = new Policy(Mode.ENFORCE, policy.mx(), policy.maxAge(), policy.lines());
        String id = facts.record().map(StsRecord::id).orElse("0");
        return new PolicyResolution.Found(
                new CachedPolicy(facts.name().name(), id, stricter, facts.at()), Freshness.FETCHED, Optional.empty());
    }

    private static List<Finding> outcome(DomainFacts facts, List<MxVerdict> verdicts) {
        Optional<Mode> mode = facts.policy().map(Policy::mode);
        List<String> broken = verdicts.stream()
                .filter(MxVerdict::wouldBreak)
                .map(verdict -> verdict.mx().host().toString())
                .toList();
        if (broken.isEmpty()) {
            return List.of();
        } else if (mode.equals(Optional.of(Mode.TESTING))) {
            return List.of(Finding.of(
                    FindingKind.ENFORCE_WOULD_BREAK,
                    facts.name().name(),
                    "under enforce, " + broken.size() + " of " + verdicts.size() + " MX hosts would get no mail: "
                            + String.join(", ", broken)));
        }
        boolean allStopped =
                verdicts.stream().noneMatch(verdict -> verdict.decision().mayDeliver());
        return allStopped && verdicts.stream().anyMatch(MxVerdict::isStopped)
                ? List.of(Finding.of(
                        FindingKind.MAIL_HELD_BACK,
                        facts.name().name(),
                        "no MX may have mail, so senders that honour the policy keep it in their queues"))
                : List.of();
    }

    private static Optional<Finding> unexpected(DomainFacts facts, PolicyResolution resolution, Mode expected) {
        if (resolution.mode() == expected) {
            return Optional.empty();
        }
        String is = resolution.applicable().isPresent()
                ? "the mode is " + resolution.mode().keyword()
                : "no policy can be used";
        return Optional.of(Finding.of(
                FindingKind.MODE_UNEXPECTED, facts.name().name(), is + ", and " + expected.keyword() + " is expected"));
    }

    boolean has(FindingKind kind) {
        return findings.stream().anyMatch(finding -> finding.kind() == kind);
    }

    int exitCode(boolean strict) {
        boolean temporary = findings.stream().anyMatch(finding -> finding.kind().isTemporary());
        boolean undiscovered = has(FindingKind.TXT_NO_ANSWER) || has(FindingKind.POLICY_HOST_NO_ANSWER);
        if (has(FindingKind.MODE_UNEXPECTED)) {
            return undiscovered ? ExitCode.UNKNOWN : ExitCode.UNEXPECTED;
        }
        boolean found = findings.stream()
                .filter(finding -> !finding.kind().isTemporary())
                .anyMatch(finding ->
                        finding.severity() == Severity.ERROR || (strict && finding.severity() == Severity.WARNING));
        if (found) {
            return ExitCode.FOUND;
        }
        return temporary ? ExitCode.UNKNOWN : ExitCode.OK;
    }
}
