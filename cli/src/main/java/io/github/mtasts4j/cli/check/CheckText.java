// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.check;

import io.github.mtasts4j.cli.Paint;
import io.github.mtasts4j.cli.finding.Finding;
import io.github.mtasts4j.cli.finding.FindingKind;
import io.github.mtasts4j.cli.finding.FindingText;
import io.github.mtasts4j.cli.finding.PolicyLint;
import io.github.mtasts4j.cli.net.Certificates;
import io.github.mtasts4j.cli.net.MxContact;
import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.discovery.AddressLookup;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.MxPattern;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.policy.RemoteText;
import io.github.mtasts4j.tlsreport.ReportingPolicy;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A result for people: what was seen, what is the matter, and what it comes to. */
final class CheckText {

    private static final int MOST = 8;

    private final CheckResult result;
    private final DomainFacts facts;
    private final boolean colours;
    private final boolean brief;
    private final StringBuilder out = new StringBuilder();

    private CheckText(CheckResult result, boolean colours, boolean brief) {
        this.result = result;
        this.facts = result.facts();
        this.colours = colours;
        this.brief = brief;
    }

    /** Several lines, or with {@code brief} the first and the findings. */
    static String of(CheckResult result, boolean colours, boolean brief) {
        return new CheckText(result, colours, brief).text();
    }

    private String text() {
        out.append(Paint.BOLD.on(facts.name().toString(), colours))
                .append(": ")
                .append(headline())
                .append('\n');
        if (!brief) {
            record();
            host();
            facts.policy().ifPresent(this::policy);
            out.append(mxs());
            if (!result.has(FindingKind.DOMAIN_NOT_FOUND)) {
                line("reports", reporting());
            }
        }
        for (Finding finding : result.findings()) {
            out.append(FindingText.of(finding, colours, !brief));
        }
        if (!brief && result.findings().isEmpty()) {
            out.append("  ").append(Paint.GREEN.on("nothing is wrong", colours)).append('\n');
        }
        return out.toString();
    }

    /** What it comes to, in half a line. */
    private String headline() {
        if (result.resolution() instanceof PolicyResolution.Found found) {
            Mode mode = found.mode();
            return switch (mode) {
                case ENFORCE -> paint("protected", "mode enforce, ") + delivered();
                case TESTING -> "testing only, " + delivered();
                case NONE -> "policy withdrawn (mode none); mail goes as without MTA-STS";
            };
        }
        if (result.has(FindingKind.DOMAIN_NOT_FOUND)) {
            return Paint.RED.on("no such domain", colours);
        } else if (facts.txt() instanceof TxtLookup.Unavailable) {
            return Paint.YELLOW.on("unknown", colours) + ", the DNS gave no answer";
        } else if (result.resolution() instanceof PolicyResolution.Unusable) {
            return Paint.RED.on("not protected", colours) + ", the policy cannot be used";
        }
        return facts.hasTrace()
                ? Paint.RED.on("not protected", colours) + ", MTA-STS is set up in part"
                : "not protected, the domain does not use MTA-STS";
    }

    private String paint(String good, String rest) {
        boolean reachable = result.verdicts().stream()
                .anyMatch(verdict -> verdict.decision().mayDeliver());
        if (result.verdicts().stream().anyMatch(CheckResult.MxVerdict::isStopped)) {
            return Paint.RED.on(reachable ? "partly broken" : "broken", colours) + ", " + rest;
        }
        return reachable || result.verdicts().isEmpty()
                ? Paint.GREEN.on(good, colours) + ", " + rest
                : Paint.RED.on("unreachable", colours) + ", " + rest;
    }

    private String delivered() {
        long may = result.verdicts().stream()
                .filter(verdict -> verdict.decision().mayDeliver())
                .count();
        int all = result.verdicts().size();
        return all == 0
                ? "no MX to deliver to"
                : "mail goes to " + may + " of " + all + (all == 1 ? " MX host" : " MX hosts");
    }

    private void record() {
        line(
                "record",
                facts.txt() instanceof TxtLookup.Records records
                        ? records.values().stream()
                                .limit(MOST)
                                .map(value -> "\"" + RemoteText.safe(value) + "\"")
                                .collect(Collectors.joining(" and "))
                        : facts.txt() instanceof TxtLookup.Unavailable unavailable
                                ? "no answer: " + unavailable.detail()
                                : "none at _mta-sts." + facts.name().name());
    }

    private void host() {
        DomainFacts.PolicyHost host = facts.host();
        if (!facts.hasTrace()) {
            return;
        }
        line("host", host.name() + " " + addresses(host.addresses()));
        host.certificates().ifPresent(shown -> line("", shown.protocol() + ", " + certificate(shown)));
        host.fetched().ifPresent(fetched -> line("", answer(fetched)));
    }

    private static String answer(PolicyFetcher.Result fetched) {
        if (fetched instanceof PolicyFetcher.Response response) {
            return "HTTP " + response.status() + ", "
                    + (response.contentTypes().isEmpty()
                            ? "no media type"
                            : RemoteText.safe(String.join(", ", response.contentTypes())))
                    + ", " + response.body().length + " octets";
        } else if (fetched instanceof PolicyFetcher.CertificateRejected) {
            return "not asked for the policy, because of the certificate";
        }
        return "no policy could be fetched";
    }

    private static String addresses(AddressLookup.Answer answer) {
        if (answer instanceof AddressLookup.Addresses addresses) {
            return addresses.values().stream()
                    .limit(MOST)
                    .map(InetAddress::getHostAddress)
                    .collect(Collectors.joining(", "));
        }
        return answer instanceof AddressLookup.Unavailable ? "(no answer for its address)" : "(no address)";
    }

    private String certificate(Certificates shown) {
        if (shown.chain().isEmpty()) {
            return "no certificate";
        }
        List<String> names = shown.names();
        String more = names.size() > 3 ? " and " + (names.size() - 3) + " more" : "";
        long days = shown.daysLeft(facts.at());
        return "certificate for "
                + (names.isEmpty() ? "no DNS name" : names.stream().limit(3).collect(Collectors.joining(", ")) + more)
                + ", " + (days < 0 || facts.at().isAfter(shown.notAfter()) ? "expired" : days + " days left");
    }

    private void policy(Policy policy) {
        String patterns =
                policy.mx().stream().limit(MOST).map(MxPattern::toString).collect(Collectors.joining(", "));
        int more = policy.mx().size() - MOST;
        line(
                "policy",
                "mode " + policy.mode().keyword() + ", kept for "
                        + PolicyLint.inWords(policy.maxAge().toSeconds()) + ", mx "
                        + (patterns.isEmpty() ? "none" : patterns) + (more > 0 ? " and " + more + " more" : ""));
    }

    private String mxs() {
        StringBuilder lines = new StringBuilder();
        for (CheckResult.MxVerdict verdict : result.verdicts()) {
            DomainFacts.Mx mx = verdict.mx();
            lines.append(label("MX"))
                    .append(mx.preference().isPresent() ? mx.preference().getAsInt() + " " : "")
                    .append(mx.host())
                    .append(' ')
                    .append(addresses(mx.addresses()))
                    .append('\n')
                    .append(label(""))
                    .append(contact(mx))
                    .append('\n')
                    .append(label(""))
                    .append("-> ")
                    .append(inWords(verdict))
                    .append('\n');
        }
        return lines.toString();
    }

    private String contact(DomainFacts.Mx mx) {
        MxContact contact = mx.contact();
        String listed = facts.policy()
                .filter(policy -> policy.mode() != Mode.NONE)
                .map(policy -> policy.lists(mx.host()) ? "listed, " : "not listed, ")
                .orElse("");
        String tls = contact.certificates()
                .map(shown -> "STARTTLS " + shown.protocol() + ", " + certificate(shown))
                .orElse(contact.detail());
        return listed + tls + dane(mx.daneOutcome());
    }

    private static String dane(DaneOutcome outcome) {
        return outcome == DaneOutcome.NOT_APPLICABLE
                ? ""
                : ", DANE " + outcome.name().toLowerCase(Locale.ROOT);
    }

    private String inWords(CheckResult.MxVerdict verdict) {
        DeliveryDecision decision = verdict.decision();
        return switch (decision.verdict()) {
            case DELIVER ->
                Paint.GREEN.on("mail is delivered", colours)
                        + (result.resolution().mode() == Mode.ENFORCE ? "" : ", without protection");
            case REPORT_ONLY ->
                Paint.YELLOW.on("mail is delivered, the failure is reported", colours)
                        + "; under enforce it would wait";
            case DEFER ->
                decision.violations().isEmpty()
                        ? Paint.YELLOW.on("mail waits", colours) + " until the host can be reached"
                        : Paint.RED.on("mail is held back", colours) + " ("
                                + decision.violations().get(0).kind().clause() + ")";
        };
    }

    private String reporting() {
        ReportingPolicy reporting = facts.reporting();
        if (reporting instanceof ReportingPolicy.Published published) {
            return "to "
                    + published.uris().stream()
                            .map(uri -> RemoteText.safe(uri.published(), 200))
                            .collect(Collectors.joining(", "));
        }
        return reporting instanceof ReportingPolicy.Unavailable
                ? "no answer"
                : "to nobody; " + ((ReportingPolicy.None) reporting).detail();
    }

    private void line(String label, String text) {
        out.append(label(label)).append(text).append('\n');
    }

    private String label(String label) {
        return "  " + Paint.DIM.on(String.format(Locale.ROOT, "%-8s", label), colours);
    }
}
