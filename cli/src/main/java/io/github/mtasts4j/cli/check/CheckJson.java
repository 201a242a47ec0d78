// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.check;

import io.github.mtasts4j.cli.Json;
import io.github.mtasts4j.cli.finding.FindingText;
import io.github.mtasts4j.cli.net.Certificates;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.discovery.AddressLookup;
import io.github.mtasts4j.discovery.FetchRules;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.MxPattern;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.policy.RemoteText;
import io.github.mtasts4j.policy.StsRecord;
import io.github.mtasts4j.tlsreport.ReportUri;
import io.github.mtasts4j.tlsreport.ReportingPolicy;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** A result for programs: one object on one line. The names of its fields are a promise. */
final class CheckJson {

    private static final int LONGEST = 4096;

    private CheckJson() {}

    static String of(CheckResult result, int exitCode) {
        DomainFacts facts = result.facts();
        return Json.object(json -> json.field("domain", facts.name().name())
                .field("typed", facts.name().typed())
                .field("at", facts.at())
                .number("exit", exitCode)
                .field("state", state(result.resolution()))
                .field(
                        "mode",
                        result.resolution()
                                .applicable()
                                .map(cached -> cached.policy().mode().keyword()))
                .field("failure", result.resolution().failure().map(failure -> failure.reason()))
                .object("record", inner -> record(inner, facts))
                .object("policyHost", inner -> host(inner, facts))
                .object("policy", inner -> facts.policy().ifPresent(policy -> policy(inner, policy)))
                .objects("mx", result.verdicts(), (inner, verdict) -> mx(inner, verdict, facts.at()))
                .texts("reports", reports(facts.reporting()))
                .objects("findings", result.findings(), FindingText::write));
    }

    private static String state(PolicyResolution resolution) {
        return resolution.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    private static void record(Json json, DomainFacts facts) {
        List<String> values = facts.txt() instanceof TxtLookup.Records records
                ? records.values().stream().map(CheckJson::text).toList()
                : List.of();
        json.texts("values", values).field("id", facts.record().map(StsRecord::id));
        if (facts.txt() instanceof TxtLookup.Unavailable unavailable) {
            json.field("trouble", unavailable.reason());
        }
        json.objects(
                "elsewhere",
                facts.strays(),
                (inner, stray) -> inner.field("name", stray.at()).field("value", stray.text()));
    }

    private static String text(byte[] octets) {
        return RemoteText.safe(new String(octets, StandardCharsets.ISO_8859_1), LONGEST);
    }

    private static void host(Json json, DomainFacts facts) {
        DomainFacts.PolicyHost host = facts.host();
        json.field("name", host.name()).texts("addresses", addresses(host.addresses()));
        host.certificates().ifPresent(shown -> json.object("tls", inner -> certificates(inner, shown, facts.at())));
        host.response().ifPresent(response -> response(json, response));
        host.verdict()
                .filter(FetchRules.Failed.class::isInstance)
                .map(verdict -> ((FetchRules.Failed) verdict).failure())
                .ifPresent(failure -> json.field("failure", failure.reason()).field("detail", failure.detail()));
    }

    private static void response(Json json, PolicyFetcher.Response response) {
        json.number("status", response.status())
                .texts(
                        "mediaTypes",
                        response.contentTypes().stream().map(RemoteText::safe).toList())
                .number("octets", response.body().length);
    }

    private static List<String> addresses(AddressLookup.Answer answer) {
        return answer instanceof AddressLookup.Addresses found
                ? found.values().stream().map(InetAddress::getHostAddress).toList()
                : List.of();
    }

    private static void certificates(Json json, Certificates shown, Instant now) {
        json.field("protocol", shown.protocol())
                .texts("names", shown.names())
                .field("issuer", shown.issuer())
                .field("notAfter", shown.notAfter())
                .number("daysLeft", shown.daysLeft(now))
                .number("certificates", shown.chain().size());
    }

    private static void policy(Json json, Policy policy) {
        json.field("mode", policy.mode().keyword())
                .number("maxAge", policy.maxAge().toSeconds())
                .texts("mx", policy.mx().stream().map(MxPattern::toString).toList());
    }

    private static void mx(Json json, CheckResult.MxVerdict verdict, Instant now) {
        DomainFacts.Mx mx = verdict.mx();
        json.field("host", mx.host());
        mx.preference().ifPresent(preference -> json.number("preference", preference));
        json.texts("addresses", addresses(mx.addresses()))
                .field("stage", mx.contact().stage().name().toLowerCase(Locale.ROOT))
                .field("detail", mx.contact().detail());
        mx.contact().certificates().ifPresent(shown -> json.object("tls", inner -> certificates(inner, shown, now)));
        json.field("dane", mx.daneOutcome().name().toLowerCase(Locale.ROOT))
                .field("decision", word(verdict.decision()))
                .texts("violations", violations(verdict.decision()))
                .field("underEnforce", verdict.underEnforce().map(CheckJson::word));
    }

    private static String word(DeliveryDecision decision) {
        return decision.verdict().name().toLowerCase(Locale.ROOT);
    }

    private static List<String> violations(DeliveryDecision decision) {
        return decision.violations().stream()
                .map(violation -> violation.kind().name())
                .toList();
    }

    private static List<String> reports(ReportingPolicy reporting) {
        return reporting instanceof ReportingPolicy.Published published
                ? published.uris().stream().map(ReportUri::published).toList()
                : List.of();
    }
}
