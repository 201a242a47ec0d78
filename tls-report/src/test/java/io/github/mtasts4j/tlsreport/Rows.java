// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The rows of {@code vectors/*.json}, or of the file that {@code -Dmtasts.vectors=FILE} names instead. */
final class Rows {

    private Rows() {}

    static Stream<JsonNode> tlsrpt() {
        String file = System.getProperty("mtasts.vectors");
        Stream<JsonNode> documents = file == null ? own() : Stream.of(parse(named(Path.of(file))));
        return documents.flatMap(document -> document.path("tlsrpt").valueStream());
    }

    /** What mutations start from, whatever file is named. */
    static List<byte[]> ownRecords() {
        return own().flatMap(document -> document.path("tlsrpt").valueStream())
                .flatMap(row -> records(row).stream())
                .toList();
    }

    static List<byte[]> records(JsonNode row) {
        List<byte[]> records = new ArrayList<>();
        for (JsonNode record : row.required("input")) {
            StringBuilder joined = new StringBuilder();
            record.forEach(string -> joined.append(string.asText()));
            records.add(joined.toString().getBytes(StandardCharsets.ISO_8859_1));
        }
        return records;
    }

    private static Stream<JsonNode> own() {
        return Stream.of("/vectors/sender.json", "/vectors/more.json").map(name -> parse(resource(name)));
    }

    static byte[] resource(String name) {
        try (InputStream in = Objects.requireNonNull(Rows.class.getResourceAsStream(name))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Maven runs the tests in the module's folder; who names a file as it is seen from the root means that one. */
    private static byte[] named(Path file) {
        try {
            return Files.readAllBytes(Files.exists(file) ? file : Path.of("..").resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode parse(byte[] json) {
        try {
            return new ObjectMapper().readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
