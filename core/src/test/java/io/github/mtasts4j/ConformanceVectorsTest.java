// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.MxPattern;
import io.github.mtasts4j.policy.Parsed;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.policy.PolicyParser;
import io.github.mtasts4j.policy.StsRecord;
import io.github.mtasts4j.policy.StsRecordParser;
import io.github.mtasts4j.policy.Vectors;
import io.github.mtasts4j.tls.DnsIds;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Grammar and matching as rows of data: {@code vectors/sender.json} and {@code vectors/more.json}, whose form the
 * former's {@code meta} explains. {@code -Dmtasts.vectors=FILE} puts another file of that form in their place; arrays
 * of other names in it are not looked at.
 */
class ConformanceVectorsTest {

    @Test
    void thereAreRows() {
        assertThat(Stream.of("txt", "policy", "mx", "dnsid").flatMap(Vectors::rows))
                .isNotEmpty();
    }

    @ParameterizedTest(name = "{0}", allowZeroInvocations = true)
    @MethodSource("txt")
    void theTxtRecordIsReadByTheAbnf(Row row) {
        row.expects(row.get("expect"), readTxt(row, Grammar.STRICT));
    }

    @ParameterizedTest(name = "{0} (lenient)", allowZeroInvocations = true)
    @MethodSource("txt")
    void theTxtRecordIsReadWithTheTolerances(Row row) {
        row.expects(row.lenient(), readTxt(row, Grammar.LENIENT));
    }

    @ParameterizedTest(name = "{0}", allowZeroInvocations = true)
    @MethodSource("policy")
    void thePolicyIsReadByTheAbnf(Row row) {
        row.expects(row.get("expect"), readPolicy(row, Grammar.STRICT));
    }

    @ParameterizedTest(name = "{0} (lenient)", allowZeroInvocations = true)
    @MethodSource("policy")
    void thePolicyIsReadWithTheTolerances(Row row) {
        row.expects(row.lenient(), readPolicy(row, Grammar.LENIENT));
    }

    @ParameterizedTest(name = "{0}", allowZeroInvocations = true)
    @MethodSource("mx")
    void thePatternsMatchTheMx(Row row) {
        // A pattern that is none makes the policy invalid, so it never gets to match (decision D10).
        List<MxPattern> patterns = row.strings("patterns").stream()
                .flatMap(text -> MxPattern.parse(text, Grammar.STRICT).asOptional().stream())
                .toList();
        boolean match = EdgeNames.host(row.get("host").asText())
                .filter(host -> patterns.stream().anyMatch(pattern -> pattern.matches(host)))
                .isPresent();
        row.expects(match);
    }

    @ParameterizedTest(name = "{0}", allowZeroInvocations = true)
    @MethodSource("dnsid")
    void theCertificateIsForTheHost(Row row) {
        // "cn" is not looked at: there is no way to hand a common name in.
        boolean match = DomainName.parseHost(row.get("host").asText())
                .asOptional()
                .filter(host -> DnsIds.match(row.strings("san"), host))
                .isPresent();
        row.expects(match);
    }

    static Stream<Row> txt() {
        return Vectors.rows("txt").map(Row::new);
    }

    static Stream<Row> policy() {
        return Vectors.rows("policy").map(Row::new);
    }

    static Stream<Row> mx() {
        return Vectors.rows("mx").map(Row::new);
    }

    static Stream<Row> dnsid() {
        return Vectors.rows("dnsid").map(Row::new);
    }

    private static Parsed<JsonNode> readTxt(Row row, Grammar grammar) {
        return new StsRecordParser(grammar)
                .select(Vectors.records(row.json()))
                .then(record -> new Parsed.Ok<>(asJson(record)));
    }

    private static Parsed<JsonNode> readPolicy(Row row, Grammar grammar) {
        return new PolicyParser(grammar)
                .parse(Vectors.body(row.json()))
                .then(policy -> new Parsed.Ok<>(asJson(policy)));
    }

    private static JsonNode asJson(StsRecord record) {
        return JsonNodeFactory.instance.objectNode().put("id", record.id());
    }

    private static JsonNode asJson(Policy policy) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("mode", policy.mode().keyword())
                .put("max_age", Math.toIntExact(policy.maxAge().toSeconds()));
        ArrayNode mx = json.putArray("mx");
        policy.mx().forEach(pattern -> mx.add(pattern.toString()));
        return json;
    }

    /** One row of a file; as text its id and note, so that a failure says what it is about. */
    record Row(JsonNode json) {

        JsonNode get(String field) {
            return json.required(field);
        }

        /** The expectation with the five tolerances; where the row has none of its own they change nothing. */
        JsonNode lenient() {
            return json.has("lenient") ? get("lenient") : get("expect");
        }

        List<String> strings(String field) {
            return get(field).valueStream().map(JsonNode::asText).toList();
        }

        void expects(boolean actual) {
            assertThat(actual).as(toString()).isEqualTo(get("expect").booleanValue());
        }

        void expects(JsonNode expected, Parsed<JsonNode> outcome) {
            String error = outcome instanceof Parsed.Malformed<JsonNode> malformed
                    ? malformed.defect().code()
                    : "";
            assertThat(error).as(toString()).isEqualTo(expected.path("error").asText());
            outcome.asOptional()
                    .ifPresent(value -> assertThat(value).as(toString()).isEqualTo(expected));
        }

        @Override
        public String toString() {
            return get("id").asText() + ": " + json.path("note").asText();
        }
    }
}
