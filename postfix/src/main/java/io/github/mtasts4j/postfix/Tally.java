// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.postfix;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;

/**
 * How often each word of a fixed vocabulary was met.
 *
 * @param <W> the vocabulary
 */
final class Tally<W extends Enum<W>> {

    private final Map<W, LongAdder> counts;
    private final Function<W, String> label;

    Tally(Class<W> vocabulary, Function<W, String> label) {
        this.counts = new EnumMap<>(vocabulary);
        this.label = label;
        for (W word : vocabulary.getEnumConstants()) {
            counts.put(word, new LongAdder());
        }
    }

    static String keyword(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    void add(W word) {
        requireNonNull(counts.get(word)).increment();
    }

    void forEach(ObjLongConsumer<String> reader) {
        counts.forEach((word, count) -> reader.accept(label.apply(word), count.sum()));
    }
}
