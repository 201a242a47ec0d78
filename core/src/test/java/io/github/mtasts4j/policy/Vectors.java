// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The rows of {@code vectors/*.json}, or of the file that {@code -Dmtasts.vectors=FILE} names instead. */
@SuppressWarnings("exports") // Tests are patched into the module and export nothing to anybody.
public final class Vectors {

    private static final List<String> RESOURCES = List.of("/vectors/sender.json", "/vectors/more.json");

    private Vectors() {}

    /** The rows of one array; none if no file has it. */
    public static Stream<JsonNode> rows(String array) {
        return documents().flatMap(document -> document.path(array).valueStream());
    }

    /** The rows of one array of our own files, whatever file is named: what mutations start from. */
    static Stream<JsonNode> ownRows(String array) {
        return ownDocuments().flatMap(document -> document.path(array).valueStream());
    }

    /** The TXT records of a {@code txt} row, their character-strings joined; each character stands for one octet. */
    public static List<byte[]> records(JsonNode row) {
        List<byte[]> records = new ArrayList<>();
        for (JsonNode record : row.required("input")) {
            StringBuilder joined = new StringBuilder();
            record.forEach(string -> joined.append(string.asText()));
            records.add(joined.toString().getBytes(StandardCharsets.ISO_8859_1));
        }
        return records;
    }

    /** The octets of a {@code policy} row. */
    public static byte[] body(JsonNode row) {
        return row.has("input_b64")
                ? Base64.getDecoder().decode(row.required("input_b64").asText())
                : row.required("input").asText().getBytes(StandardCharsets.UTF_8);
    }

    private static Stream<JsonNode> documents() {
        String file = System.getProperty("mtasts.vectors");
        return file == null ? ownDocuments() : Stream.of(read(url(inBuild(Path.of(file)))));
    }

    /** Maven runs the tests in the module's folder; who names a file as it is seen from the root means that one. */
    private static Path inBuild(Path file) {
        return Files.exists(file) ? file : Path.of("..").resolve(file);
    }

    private static Stream<JsonNode> ownDocuments() {
        return RESOURCES.stream().map(name -> read(Vectors.class.getResource(name)));
    }

    private static URL url(Path file) {
        try {
            return file.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode read(@Nullable URL document) {
        try (InputStream in = Objects.requireNonNull(document).openStream()) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
