// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.check;

import io.github.mtasts4j.cli.finding.Finding;
import io.github.mtasts4j.cli.finding.FindingKind;
import io.github.mtasts4j.cli.finding.RecordLint;
import io.github.mtasts4j.cli.finding.Severity;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.tlsreport.ReportingPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is the matter with the records in the DNS: MTA-STS and TLSRPT. */
final class RecordFindings {

    private RecordFindings() {}

    static List<Finding> of(DomainFacts facts) {
        List<Finding> found = new ArrayList<>(sts(facts));
        facts.stored()
                .flatMap(stored -> unchangedId(facts, stored.id(), stored.policy()))
                .ifPresent(found::add);
        found.addAll(reporting(facts));
        return found;
    }

    private static List<Finding> sts(DomainFacts facts) {
        String subject = "_mta-sts." + facts.name().name();
        if (facts.txt() instanceof TxtLookup.Unavailable unavailable) {
            return List.of(Finding.of(
                    FindingKind.TXT_NO_ANSWER, subject, "no usable answer from the DNS: " + unavailable.detail()));
        }
        List<Finding> found = new ArrayList<>();
        facts.strays()
                .forEach(stray -> found.add(Finding.of(
                        FindingKind.TXT_WRONG_NAME,
                        stray.at(),
                        "an MTA-STS record stands here, where nobody looks for it: \"" + stray.text() + "\"")));
        if (facts.txt() instanceof TxtLookup.Records records) {
            found.addAll(RecordLint.ofSts(subject, records.values()));
        } else if (facts.strays().isEmpty()) {
            found.add(missing(facts, subject));
        }
        return found;
    }

    private static Finding missing(DomainFacts facts, String subject) {
        return facts.host().hasAddress()
                ? Finding.of(
                        FindingKind.TXT_MISSING,
                        subject,
                        "there is no TXT record, so nobody asks " + facts.host().name() + " for the policy")
                : Finding.of(
                        FindingKind.NO_MTA_STS,
                        facts.name().name(),
                        "no TXT record at " + subject + " and no policy host: the domain does not use MTA-STS");
    }

    private static Optional<Finding> unchangedId(DomainFacts facts, String storedId, Policy stored) {
        boolean sameId =
                facts.record().filter(record -> record.id().equals(storedId)).isPresent();
        boolean sameText = facts.policy()
                .filter(policy -> !policy.lines().equals(stored.lines()))
                .isEmpty();
        return sameId && !sameText
                ? Optional.of(Finding.of(
                        FindingKind.ID_NOT_CHANGED,
                        "_mta-sts." + facts.name().name(),
                        "the policy is not the one in the store, and its id is still " + storedId))
                : Optional.empty();
    }

    /** A domain without MTA-STS is not told what it lacks besides. */
    private static List<Finding> reporting(DomainFacts facts) {
        String subject = "_smtp._tls." + facts.name().name();
        List<Finding> found = RecordLint.ofReporting(subject, facts.reporting());
        boolean missing =
                facts.reporting() instanceof ReportingPolicy.None none && none.why() == ReportingPolicy.Why.NO_RECORD;
        if (facts.hasTrace() || found.isEmpty()) {
            return found;
        }
        return missing
                ? List.of()
                : found.stream().map(finding -> finding.as(Severity.INFO)).toList();
    }
}
