// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.Parsed;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.policy.PolicyParser;
import io.github.mtasts4j.policy.RemoteText;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads overrides as an operator writes them: stanzas of {@code key: value} lines, with blank lines between stanzas. The
 * first defect refuses the whole text, for half of what an operator has written is not what he meant.
 */
final class OverridesText {

    static final int MAX_OCTETS = 1 << 20;

    /** What came of reading a text. */
    sealed interface Content {}

    /**
     * The text was well-formed.
     *
     * @param oddities what was passed over, such as unknown keys
     */
    record Read(Map<DomainName, PolicyOverride> overrides, List<Finding> oddities) implements Content {}

    /** The text was not well-formed, and nothing of it is used. */
    record Refused(Finding finding) implements Content {}

    /**
     * Something about a line.
     *
     * @param line counted from 1; 0 for the text as a whole
     * @param detail one printable line for a person
     */
    record Finding(int line, String detail) {}

    /** A value and where it stands. */
    private record Value(int line, String text) {}

    private final Map<DomainName, PolicyOverride> overrides = new HashMap<>();
    private final List<Finding> oddities = new ArrayList<>();
    private @Nullable Finding defect;

    // The stanza that is being read.
    private final Map<String, Value> fields = new HashMap<>();
    private final List<Value> policy = new ArrayList<>();

    private OverridesText() {}

    static Content parse(byte[] octets) {
        if (octets.length > MAX_OCTETS) {
            return new Refused(new Finding(0, "is larger than " + MAX_OCTETS + " octets"));
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString();
            return new OverridesText().read(text.startsWith("\ufeff") ? text.substring(1) : text);
        } catch (CharacterCodingException e) {
            return new Refused(new Finding(0, "is not UTF-8"));
        }
    }

    private Content read(String text) {
        int line = 0;
        for (int at = 0; at < text.length() && defect == null; line++) {
            int newline = text.indexOf('\n', at);
            int end = newline < 0 ? text.length() : newline;
            line(line + 1, text.substring(at, end).strip());
            at = end + 1;
        }
        endOfStanza();
        return defect == null ? new Read(Map.copyOf(overrides), List.copyOf(oddities)) : new Refused(defect);
    }

    private void line(int number, String line) {
        int colon = line.indexOf(':');
        if (line.isEmpty()) {
            endOfStanza();
        } else if (line.chars().anyMatch(c -> (c < 0x20 && c != '\t') || c == 0x7f)) {
            fail(number, "has a control character: \"" + RemoteText.safe(line) + "\"");
        } else if (colon > 0 && line.charAt(0) != '#') {
            Value value = new Value(number, line.substring(colon + 1).strip());
            field(line.substring(0, colon).strip(), value);
        } else if (line.charAt(0) != '#') {
            fail(number, "is not a \"key: value\" line: \"" + RemoteText.safe(line) + "\"");
        }
    }

    private void field(String key, Value value) {
        switch (key) {
            case "domain", "action", "until", "reason" -> {
                if (fields.putIfAbsent(key, value) != null) {
                    fail(value.line, "a second " + key + " in one stanza; is a blank line missing?");
                }
            }
            case "policy" -> policy.add(value);
            default -> oddities.add(new Finding(value.line, "unknown key \"" + RemoteText.safe(key) + "\""));
        }
    }

    private void endOfStanza() {
        if (defect == null && !(fields.isEmpty() && policy.isEmpty())) {
            stanza();
        }
        fields.clear();
        policy.clear();
    }

    private void stanza() {
        Optional<DomainName> domain = required("domain").flatMap(this::domain);
        Optional<PolicyOverride.Action> action = required("action").flatMap(this::action);
        Optional<Instant> until = required("until").flatMap(this::until);
        Optional<Value> reason = required("reason");
        if (defect != null) {
            return;
        }
        try {
            add(new PolicyOverride(
                    domain.orElseThrow(), action.orElseThrow(), until.orElseThrow(), reason.orElseThrow().text));
        } catch (IllegalArgumentException e) {
            fail(firstLine(), String.valueOf(e.getMessage()));
        }
    }

    private void add(PolicyOverride override) {
        if (overrides.putIfAbsent(override.domain(), override) != null) {
            fail(firstLine(), "a second stanza for " + override.domain());
        }
    }

    private Optional<Value> required(String key) {
        Value value = fields.get(key);
        if (value == null) {
            fail(firstLine(), "the stanza has no " + key);
        }
        return Optional.ofNullable(value);
    }

    private Optional<DomainName> domain(Value value) {
        PolicyDomain domain = PolicyDomain.ofDomain(value.text);
        if (domain instanceof PolicyDomain.None none) {
            fail(value.line, none.detail());
        }
        return domain.asName();
    }

    private Optional<PolicyOverride.Action> action(Value value) {
        if (!value.text.equals("pinned") && !policy.isEmpty()) {
            fail(policy.get(0).line, "policy lines are for the action pinned only");
            return Optional.empty();
        }
        return switch (value.text) {
            case "ignore" -> Optional.of(new PolicyOverride.Ignore());
            case "testing" -> Optional.of(new PolicyOverride.Testing());
            case "require" -> Optional.of(new PolicyOverride.Require());
            case "pinned" -> pinned();
            default -> {
                String known = "it is one of ignore, testing, pinned, require";
                fail(value.line, "action is \"" + RemoteText.safe(value.text) + "\"; " + known);
                yield Optional.empty();
            }
        };
    }

    /** By the grammar of published policies, so that there is one only. */
    private Optional<PolicyOverride.Action> pinned() {
        String body = String.join("\n", policy.stream().map(Value::text).toList());
        Parsed<Policy> parsed = new PolicyParser(Grammar.STRICT).parse(body.getBytes(StandardCharsets.UTF_8));
        if (parsed instanceof Parsed.Malformed<Policy> malformed) {
            int line = malformed.line();
            boolean known = line > 0 && line <= policy.size();
            fail(known ? policy.get(line - 1).line : firstLine(), "the pinned policy: " + malformed.detail());
            return Optional.empty();
        }
        try {
            return Optional.of(new PolicyOverride.Pinned(parsed.orElseThrow()));
        } catch (IllegalArgumentException e) {
            fail(firstLine(), String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** A moment, or a date for the whole day in UTC. */
    private Optional<Instant> until(Value value) {
        try {
            return Optional.of(Instant.parse(value.text));
        } catch (DateTimeParseException e) {
            return endOfDay(value);
        }
    }

    private Optional<Instant> endOfDay(Value value) {
        try {
            LocalDate next = LocalDate.parse(value.text).plusDays(1);
            return Optional.of(next.atStartOfDay(ZoneOffset.UTC).toInstant());
        } catch (DateTimeException e) {
            String example = "it is a date or a moment like 2026-03-01 or 2026-03-01T12:00:00Z";
            fail(value.line, "until is \"" + RemoteText.safe(value.text) + "\"; " + example);
            return Optional.empty();
        }
    }

    private int firstLine() {
        int first = policy.isEmpty() ? Integer.MAX_VALUE : policy.get(0).line;
        for (Value value : fields.values()) {
            first = Math.min(first, value.line);
        }
        return first;
    }

    /** The first one counts. */
    private void fail(int line, String detail) {
        if (defect == null) {
            defect = new Finding(line, detail);
        }
    }
}
