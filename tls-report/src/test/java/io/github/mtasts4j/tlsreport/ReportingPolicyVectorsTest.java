// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The grammar of RFC 8460 §3 as rows of data: the array {@code tlsrpt} of {@code vectors/sender.json} and {@code vectors/more.json}.
 * {@code -Dmtasts.vectors=FILE} puts another file of that form in their place; one without the array has no rows for this test.
 */
final class ReportingPolicyVectorsTest {

    @Test
    void thereAreRows() {
        assertThat(Rows.ownRecords()).hasSizeGreaterThan(40);
    }

    @ParameterizedTest(name = "{0}", allowZeroInvocations = true)
    @MethodSource("rows")
    void theRecordIsReadByTheAbnf(Row row) {
        ReportingPolicy policy = ReportingPolicyParser.select(Rows.records(row.json));

        assertThat(error(policy))
                .as(row.toString())
                .isEqualTo(row.json.at("/expect/error").asText());
        assertThat(uris(policy)).as(row.toString()).isEqualTo(strings(row.json.at("/expect/rua")));
        if (row.json.has("refused")) {
            assertThat(refused(policy)).as(row.toString()).isEqualTo(strings(row.json.get("refused")));
        }
    }

    static Stream<Row> rows() {
        return Rows.tlsrpt().map(Row::new);
    }

    private static String error(ReportingPolicy policy) {
        return policy instanceof ReportingPolicy.None none ? none.why().code() : "";
    }

    private static List<String> uris(ReportingPolicy policy) {
        return policy instanceof ReportingPolicy.Published published
                ? published.uris().stream().map(ReportUri::published).toList()
                : List.of();
    }

    private static List<String> refused(ReportingPolicy policy) {
        List<RefusedUri> refused = policy instanceof ReportingPolicy.Published published
                ? published.refused()
                : policy instanceof ReportingPolicy.None none ? none.refused() : List.of();
        return refused.stream().map(uri -> uri.why().code()).toList();
    }

    private static List<String> strings(JsonNode array) {
        return array.valueStream().map(JsonNode::asText).toList();
    }

    record Row(JsonNode json) {
        @Override
        public String toString() {
            return json.get("id").asText() + ": " + json.path("note").asText();
        }
    }
}
