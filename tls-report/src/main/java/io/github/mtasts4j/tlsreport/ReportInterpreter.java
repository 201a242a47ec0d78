// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.RemoteText;
import io.github.mtasts4j.report.PolicyType;
import io.github.mtasts4j.report.ResultType;
import io.github.mtasts4j.tlsreport.ReportReading.Deviation;
import io.github.mtasts4j.tlsreport.ReportReading.Fault;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes a report of JSON values. What is wrong with one entry costs that entry. */
final class ReportInterpreter {

    static final int MAX_POLICIES = 1_000;
    static final int MAX_FAILURES = 10_000;

    private static final Set<String> RESULT_TYPES =
            Arrays.stream(ResultType.values()).map(ResultType::keyword).collect(Collectors.toUnmodifiableSet());
    private static final Map<String, PolicyType> POLICY_TYPES = Arrays.stream(PolicyType.values())
            .collect(Collectors.toUnmodifiableMap(PolicyType::keyword, Function.identity()));

    private final Set<Deviation> deviations;
    private int failures;

    ReportInterpreter(Set<Deviation> deviations) {
        this.deviations = deviations;
    }

    TlsReport report(Map<String, Object> json) throws UnreadableReport {
        return new TlsReport(
                required(json, "organization-name"),
                range(json.get("date-range")),
                MailAddress.parse(required(json, "contact-info"))
                        .orElseThrow(() -> malformed("contact-info", json.get("contact-info"))),
                required(json, "report-id"),
                policies(json.get("policies")));
    }

    private static String required(Map<String, Object> json, String name) throws UnreadableReport {
        if (json.get(name) instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw malformed(name, json.get(name));
    }

    private static UnreadableReport malformed(String name, @Nullable Object value) {
        return new UnreadableReport(
                Fault.FIELD,
                value instanceof String text
                        ? name + " is malformed: \"" + RemoteText.safe(text) + "\""
                        : name + " is missing or of the wrong type");
    }

    private DateRange range(@Nullable Object value) throws UnreadableReport {
        Map<?, ?> range = asObject(value);
        if (range == null) {
            throw malformed("date-range", value);
        }
        Instant start = time("start-datetime", range.get("start-datetime"));
        Instant end = time("end-datetime", range.get("end-datetime"));
        try {
            return new DateRange(start, end);
        } catch (IllegalArgumentException e) {
            throw malformed("date-range", value);
        }
    }

    /** RFC 3339 §5.6; some senders leave the zone out. */
    private Instant time(String name, @Nullable Object value) throws UnreadableReport {
        if (!(value instanceof String text)) {
            throw malformed(name, value);
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            Instant withoutZone = withoutZone(text).orElseThrow(() -> malformed(name, text));
            deviations.add(Deviation.DATE_WITHOUT_ZONE);
            return withoutZone;
        }
    }

    private static Optional<Instant> withoutZone(String text) {
        try {
            return Optional.of(LocalDateTime.parse(text).toInstant(ZoneOffset.UTC));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private List<PolicyReport> policies(@Nullable Object value) throws UnreadableReport {
        List<PolicyReport> reports = new ArrayList<>();
        List<?> entries = entries("policies", value);
        if (entries.size() > MAX_POLICIES) {
            throw new UnreadableReport(Fault.LIMIT, "the report has " + entries.size() + " policies");
        }
        for (Object entry : entries) {
            policyReport(entry).ifPresent(reports::add);
        }
        return reports;
    }

    private List<?> entries(String name, @Nullable Object value) throws UnreadableReport {
        if (value instanceof Map<?, ?>) {
            deviations.add(Deviation.OBJECT_FOR_ARRAY);
            return List.of(value);
        }
        if (value instanceof List<?> list) {
            return list;
        }
        throw malformed(name, value);
    }

    private Optional<PolicyReport> policyReport(Object entry) throws UnreadableReport {
        Map<?, ?> json = asObject(entry);
        Map<?, ?> policy = json == null ? null : asObject(json.get("policy"));
        Map<?, ?> summary = json == null ? null : asObject(json.get("summary"));
        if (json == null || policy == null || summary == null) {
            deviations.add(Deviation.UNUSABLE_POLICY);
            return Optional.empty();
        }
        Optional<AppliedPolicy> applied = policy(policy);
        Optional<Long> successful = count(summary.get("total-successful-session-count"));
        Optional<Long> failed = count(summary.get("total-failure-session-count"));
        if (applied.isEmpty() || successful.isEmpty() || failed.isEmpty()) {
            deviations.add(Deviation.UNUSABLE_POLICY);
            return Optional.empty();
        }
        return Optional.of(new PolicyReport(
                applied.get(),
                new SessionCounts(successful.get(), failed.get()),
                failures(json.get("failure-details"))));
    }

    private Optional<AppliedPolicy> policy(Map<?, ?> json) {
        if (!(json.get("policy-type") instanceof String keyword)) {
            return Optional.empty();
        }
        PolicyType type = POLICY_TYPES.get(keyword);
        if (type == null) {
            deviations.add(Deviation.UNKNOWN_POLICY_TYPE);
            return Optional.empty();
        }
        Optional<DomainName> domain = text(json, "policy-domain")
                .flatMap(name -> DomainName.parseHost(name).asOptional());
        List<String> lines = lines(json.get("policy-string"));
        List<String> hosts = lines(json.get("mx-host"));
        return domain.map(name -> new AppliedPolicy(type, name, lines, hosts));
    }

    private List<String> lines(@Nullable Object value) {
        if (value instanceof String line) {
            deviations.add(Deviation.STRING_FOR_ARRAY);
            return line.isEmpty() ? List.of() : List.of(line);
        }
        if (!(value instanceof List<?> list)) {
            absent(value, Deviation.UNUSABLE_TEXT);
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        for (Object element : list) {
            if (element instanceof String line) {
                lines.add(line);
            } else {
                absent(element, Deviation.UNUSABLE_TEXT);
            }
        }
        return lines;
    }

    private List<FailureCount> failures(@Nullable Object value) throws UnreadableReport {
        if (value == null || value == JsonValues.NULL) {
            absent(value, Deviation.NULL_VALUE);
            return List.of();
        }
        if (!(value instanceof List<?> list)) {
            deviations.add(Deviation.UNUSABLE_FAILURE);
            return List.of();
        }
        failures += list.size();
        if (failures > MAX_FAILURES) {
            throw new UnreadableReport(Fault.LIMIT, "the report has more than " + MAX_FAILURES + " failures");
        }
        List<FailureCount> counts = new ArrayList<>();
        for (Object entry : list) {
            failure(entry).ifPresentOrElse(counts::add, () -> deviations.add(Deviation.UNUSABLE_FAILURE));
        }
        return counts;
    }

    private Optional<FailureCount> failure(Object entry) {
        Map<?, ?> json = asObject(entry);
        Optional<Long> sessions = json == null
                ? Optional.empty()
                : count(json.get("failed-session-count")).filter(count -> count > 0);
        if (json == null || sessions.isEmpty()) {
            return Optional.empty();
        }
        return text(json, "result-type").map(type -> new FailureCount(key(type, json), sessions.get()));
    }

    private FailureKey key(String type, Map<?, ?> json) {
        if (!RESULT_TYPES.contains(type)) {
            deviations.add(Deviation.UNKNOWN_RESULT_TYPE);
        }
        return new FailureKey(
                type,
                address(json, "sending-mta-ip"),
                text(json, "receiving-mx-hostname"),
                text(json, "receiving-mx-helo"),
                address(json, "receiving-ip"),
                text(json, "additional-information"),
                text(json, "failure-reason-code"));
    }

    private Optional<IpAddress> address(Map<?, ?> json, String name) {
        Optional<String> text = text(json, name);
        Optional<IpAddress> address = text.flatMap(IpAddress::parse);
        if (text.isPresent() && address.isEmpty()) {
            deviations.add(Deviation.UNUSABLE_ADDRESS);
        }
        return address;
    }

    private Optional<String> text(Map<?, ?> json, String name) {
        Object value = json.get(name);
        if (value instanceof String text && !text.isEmpty()) {
            return Optional.of(text);
        }
        absent(value, value instanceof String ? Deviation.NULL_VALUE : Deviation.UNUSABLE_TEXT);
        return Optional.empty();
    }

    private Optional<Long> count(@Nullable Object value) {
        if (value instanceof String text && text.matches("[0-9]{1,16}")) {
            deviations.add(Deviation.STRING_FOR_NUMBER);
            return count(Long.valueOf(text));
        }
        return value instanceof Long count && count >= 0 && count <= SessionCounts.MAX
                ? Optional.of(count)
                : Optional.empty();
    }

    private void absent(@Nullable Object value, Deviation otherwise) {
        if (value == JsonValues.NULL) {
            deviations.add(Deviation.NULL_VALUE);
        } else if (value != null) {
            deviations.add(otherwise);
        }
    }

    private static @Nullable Map<?, ?> asObject(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? map : null;
    }
}
