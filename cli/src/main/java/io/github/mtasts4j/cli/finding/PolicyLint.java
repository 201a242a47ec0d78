// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.finding;

import io.github.mtasts4j.policy.Defect;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.MxPattern;
import io.github.mtasts4j.policy.Parsed;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.policy.PolicyParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What is the matter with a policy, by its text alone. */
public final class PolicyLint {

    private static final long DAY = 86_400;
    private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

    private final String subject;
    private final byte[] body;
    private final List<PolicyField> fields;
    private final List<Finding> found = new ArrayList<>();

    private PolicyLint(Object subject, byte[] body) {
        this.subject = subject.toString();
        this.body = body;
        this.fields = PolicyField.in(body);
    }

    /**
     * Looks at a policy.
     *
     * @param subject where it is from
     * @param body its octets
     * @return what was found, the worst not first but in the order of looking
     */
    public static List<Finding> of(Object subject, byte[] body) {
        PolicyLint lint = new PolicyLint(subject, body);
        if (lint.isHtml()) {
            return List.of(Finding.of(FindingKind.POLICY_HTML, subject, "the body is a web page")
                    .at(new Place(1, 1)));
        }
        lint.grammar();
        lint.names();
        lint.maxAge();
        new PolicyParser(Grammar.LENIENT).parse(body).asOptional().ifPresent(lint::content);
        return lint.found;
    }

    private boolean isHtml() {
        String begin = new String(body, 0, Math.min(body.length, 1024), StandardCharsets.ISO_8859_1);
        return begin.replace(BYTE_ORDER_MARK, "").stripLeading().startsWith("<");
    }

    private boolean hasByteOrderMark() {
        return new String(body, 0, Math.min(body.length, 3), StandardCharsets.ISO_8859_1).equals(BYTE_ORDER_MARK);
    }

    /** The strict reading, and what the tolerant one still refuses. */
    private void grammar() {
        Parsed<Policy> strict = new PolicyParser(Grammar.STRICT).parse(body);
        if (!(strict instanceof Parsed.Malformed<Policy> malformed)) {
            return;
        }
        if (!hasByteOrderMark() || malformed.line() != 1) {
            found.add(finding(malformed));
            return;
        }
        found.add(Finding.of(FindingKind.POLICY_BOM, subject, "a byte order mark stands in front of the first line")
                .at(new Place(1, 1)));
        if (new PolicyParser(Grammar.LENIENT).parse(body) instanceof Parsed.Malformed<Policy> more) {
            found.add(finding(more));
        }
    }

    private Finding finding(Parsed.Malformed<Policy> malformed) {
        String detail = malformed.detail().replaceFirst("^line \\d+: ", "");
        Finding finding = Finding.of(kindOf(malformed.defect()), subject, detail);
        return malformed.line() == 0 ? finding : finding.at(placeOf(malformed));
    }

    /** The parser says which line; the column is where the value begins, unless the line is no field at all. */
    private Place placeOf(Parsed.Malformed<Policy> malformed) {
        Optional<PolicyField> field = fields.stream()
                .filter(candidate -> candidate.place().line() == malformed.line())
                .findFirst();
        return malformed.defect() == Defect.SYNTAX || field.isEmpty()
                ? new Place(malformed.line(), 1)
                : field.get().place();
    }

    private static FindingKind kindOf(Defect defect) {
        return switch (defect) {
            case ENCODING -> FindingKind.POLICY_ENCODING;
            case MISSING_VERSION, UNSUPPORTED_VERSION -> FindingKind.POLICY_VERSION;
            case MISSING_MODE, INVALID_MODE -> FindingKind.POLICY_MODE;
            case MISSING_MAX_AGE, INVALID_MAX_AGE -> FindingKind.POLICY_MAX_AGE;
            case MISSING_MX -> FindingKind.POLICY_MX_MISSING;
            case INVALID_MX -> FindingKind.POLICY_MX_INVALID;
            case LIMIT -> FindingKind.POLICY_TOO_LARGE;
            default -> FindingKind.POLICY_SYNTAX;
        };
    }

    private void names() {
        Set<String> seen = new HashSet<>();
        for (PolicyField field : fields) {
            if (field.isKnown()) {
                if (!seen.add(field.name()) && !field.name().equals("mx")) {
                    found.add(Finding.of(
                                    FindingKind.POLICY_DUPLICATE_FIELD,
                                    subject,
                                    "\"" + field.name() + "\" stands here again")
                            .at(new Place(field.place().line(), 1)));
                }
            } else if (field.isWellFormed()) {
                found.add(unknown(field));
            }
        }
    }

    private Finding unknown(PolicyField field) {
        Place place = new Place(field.place().line(), 1);
        return field.resembles()
                .map(known -> Finding.of(
                        FindingKind.POLICY_FIELD_TYPO,
                        subject,
                        "\"" + field.name() + "\" means nothing; did you mean \"" + known + "\"?"))
                .orElseGet(() -> Finding.of(
                        FindingKind.POLICY_FIELD_UNKNOWN, subject, "\"" + field.name() + "\" is no known field"))
                .at(place);
    }

    private void maxAge() {
        fields.stream()
                .filter(field -> field.name().equals("max_age") && field.value().matches("\\d{1,10}"))
                .findFirst()
                .ifPresent(field -> maxAge(field, Long.parseLong(field.value())));
    }

    private void maxAge(PolicyField field, long seconds) {
        boolean binds = fields.stream()
                .anyMatch(mode -> mode.name().equals("mode") && mode.value().equals(Mode.ENFORCE.keyword()));
        Severity severity = binds ? Severity.WARNING : Severity.INFO;
        String detail = "max_age is " + seconds + " seconds, " + inWords(seconds);
        if (seconds > Policy.LONGEST_MAX_AGE.toSeconds()) {
            found.add(Finding.of(FindingKind.MAX_AGE_TOO_LARGE, subject, detail).at(field.place()));
        } else if (seconds < DAY) {
            found.add(Finding.of(FindingKind.MAX_AGE_BELOW_DAY, subject, detail)
                    .as(severity)
                    .at(field.place()));
        } else if (seconds < 7 * DAY) {
            found.add(Finding.of(FindingKind.MAX_AGE_BELOW_WEEK, subject, detail)
                    .as(severity)
                    .at(field.place()));
        }
    }

    /**
     * A time in the largest unit that is not silly.
     *
     * @param seconds not negative
     * @return such as {@code 7 days}
     */
    public static String inWords(long seconds) {
        if (seconds >= 2 * DAY) {
            return seconds / DAY + " days";
        }
        return seconds >= 7200 ? seconds / 3600 + " hours" : seconds / 60 + " minutes";
    }

    private void content(Policy policy) {
        if (policy.mode() == Mode.TESTING) {
            found.add(Finding.of(
                    FindingKind.MODE_TESTING,
                    subject,
                    "the mode is testing: failures are reported, nothing is stopped"));
        } else if (policy.mode() == Mode.NONE) {
            String rest = policy.mx().isEmpty() ? "" : ", and its mx lines are left over";
            found.add(Finding.of(
                    FindingKind.MODE_NONE, subject, "the mode is none: the policy is being withdrawn" + rest));
        }
        for (MxPattern pattern : policy.mx()) {
            if (pattern instanceof MxPattern.Unmatchable) {
                found.add(Finding.of(FindingKind.PATTERN_IS_ADDRESS, subject, "mx: " + pattern + " is an address"));
            }
        }
    }

    /** The field names are compared in this form when it comes to slips of the pen. */
    static String letters(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
    }
}
