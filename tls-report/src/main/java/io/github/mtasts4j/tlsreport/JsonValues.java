// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import io.github.mtasts4j.policy.RemoteText;
import io.github.mtasts4j.tlsreport.ReportReading.Deviation;
import io.github.mtasts4j.tlsreport.ReportReading.Fault;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object as maps, lists, strings, longs and {@link #NULL}, within bounds. Strict: UTF-8, no name twice, nothing behind it.
 */
final class JsonValues {

    /** A JSON {@code null}, and whatever no report has: fractions, numbers beyond a long, true and false. */
    static final Object NULL = new Object();

    static final int MAX_VALUES = 250_000;
    static final int MAX_DEPTH = 16;

    private static final int MAX_STRING = 1 << 20;
    private static final int MAX_NAME = 1024;
    private static final int MAX_NUMBER = 32;

    // A symbol table that outlives the document would be a stranger's to fill.
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_STRING)
                    .maxNameLength(MAX_NAME)
                    .maxNumberLength(MAX_NUMBER)
                    .build())
            .build();

    private final JsonParser parser;
    private int values;

    private JsonValues(JsonParser parser) {
        this.parser = parser;
    }

    static Map<String, Object> read(InputStream in, Set<Deviation> deviations) throws IOException {
        Reader text = new BufferedReader(new InputStreamReader(
                in,
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT)));
        try {
            skipByteOrderMark(text, deviations);
            try (JsonParser parser = JSON.createParser(text)) {
                return new JsonValues(parser).document();
            }
        } catch (StreamConstraintsException e) {
            throw new UnreadableReport(Fault.LIMIT, "the report nests too deeply or has too long a word");
        } catch (StreamReadException e) {
            throw new UnreadableReport(
                    Fault.JSON, "the report is not JSON: " + RemoteText.safe(e.getOriginalMessage(), 200));
        } catch (CharacterCodingException e) {
            throw new UnreadableReport(Fault.ENCODING, "the report is not UTF-8");
        }
    }

    private static void skipByteOrderMark(Reader text, Set<Deviation> deviations) throws IOException {
        text.mark(1);
        if (text.read() == '\ufeff') {
            deviations.add(Deviation.BYTE_ORDER_MARK);
        } else {
            text.reset();
        }
    }

    private Map<String, Object> document() throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new UnreadableReport(Fault.JSON, "the report is not a JSON object");
        }
        Map<String, Object> document = object();
        if (parser.nextToken() != null) {
            throw new UnreadableReport(Fault.JSON, "something follows the report");
        }
        return document;
    }

    /** The parser has made sure that the nesting has an end. */
    private Map<String, Object> object() throws IOException {
        Map<String, Object> members = new LinkedHashMap<>();
        while (next() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            if (members.put(name, value(next())) != null) {
                throw new UnreadableReport(
                        Fault.DUPLICATE_NAME, "\"" + RemoteText.safe(name) + "\" occurs twice in one object");
            }
        }
        return members;
    }

    private List<Object> array() throws IOException {
        List<Object> elements = new ArrayList<>();
        for (JsonToken token = next(); token != JsonToken.END_ARRAY; token = next()) {
            elements.add(value(token));
        }
        return elements;
    }

    private Object value(JsonToken token) throws IOException {
        if (++values > MAX_VALUES) {
            throw new UnreadableReport(Fault.LIMIT, "the report has more than " + MAX_VALUES + " values");
        }
        return switch (token) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> integer();
            default -> NULL;
        };
    }

    private Object integer() throws IOException {
        return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER ? NULL : parser.getLongValue();
    }

    private JsonToken next() throws IOException {
        @Nullable JsonToken token = parser.nextToken();
        if (token == null) {
            throw new UnreadableReport(Fault.JSON, "the report ends too early");
        }
        return token;
    }
}
