// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Writes one JSON object on one line. */
public final class Json {

    private static final JsonFactory FACTORY = new JsonFactory();

    private final StringWriter text = new StringWriter();
    private final JsonGenerator out;

    private Json() throws IOException {
        out = FACTORY.createGenerator(text);
    }

    /** Fills in an object. */
    @FunctionalInterface
    public interface Fields {

        /**
         * Writes the fields.
         *
         * @param json where to
         */
        void writeTo(Json json);
    }

    /**
     * Makes an object.
     *
     * @param fields its fields
     * @return one line without its end
     */
    public static String object(Fields fields) {
        try {
            Json json = new Json();
            json.out.writeStartObject();
            fields.writeTo(json);
            json.out.writeEndObject();
            json.out.close();
            return json.text.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A text.
     *
     * @param name of the field
     * @param value written as its string
     * @return this
     */
    public Json field(String name, Object value) {
        return write(() -> out.writeStringField(name, value.toString()));
    }

    /**
     * A text, or null.
     *
     * @param name of the field
     * @param value written as its string
     * @return this
     */
    public Json field(String name, Optional<?> value) {
        return write(() -> {
            if (value.isPresent()) {
                out.writeStringField(name, value.get().toString());
            } else {
                out.writeNullField(name);
            }
        });
    }

    /**
     * A number.
     *
     * @param name of the field
     * @param value the number
     * @return this
     */
    public Json number(String name, long value) {
        return write(() -> out.writeNumberField(name, value));
    }

    /**
     * Yes or no.
     *
     * @param name of the field
     * @param value which
     * @return this
     */
    public Json flag(String name, boolean value) {
        return write(() -> out.writeBooleanField(name, value));
    }

    /**
     * An object within.
     *
     * @param name of the field
     * @param fields its fields
     * @return this
     */
    public Json object(String name, Fields fields) {
        return write(() -> {
            out.writeObjectFieldStart(name);
            fields.writeTo(this);
            out.writeEndObject();
        });
    }

    /**
     * A list of texts.
     *
     * @param name of the field
     * @param values each written as its string
     * @return this
     */
    public Json texts(String name, Iterable<?> values) {
        return write(() -> {
            out.writeArrayFieldStart(name);
            for (Object value : values) {
                out.writeString(value.toString());
            }
            out.writeEndArray();
        });
    }

    /**
     * A list of objects.
     *
     * @param name of the field
     * @param values what is in it
     * @param fields writes the fields of each
     * @param <T> what is in it
     * @return this
     */
    public <T> Json objects(String name, Iterable<T> values, BiConsumer<Json, ? super T> fields) {
        return write(() -> {
            out.writeArrayFieldStart(name);
            for (T value : values) {
                out.writeStartObject();
                fields.accept(this, value);
                out.writeEndObject();
            }
            out.writeEndArray();
        });
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    private Json write(Step step) {
        try {
            step.run();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
