// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.metrics;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * How often each word of a fixed vocabulary was met. Registries read it when they publish; who counts knows of none.
 *
 * @param <W> the vocabulary
 */
final class Counts<W extends Enum<W>> {

    private final Map<W, LongAdder> counts;

    Counts(Class<W> vocabulary) {
        counts = new EnumMap<>(vocabulary);
        for (W word : vocabulary.getEnumConstants()) {
            counts.put(word, new LongAdder());
        }
    }

    void add(W word) {
        requireNonNull(counts.get(word)).increment();
    }

    void bindTo(MeterRegistry registry, Family family, Function<W, Iterable<Tag>> tags) {
        counts.forEach((word, count) -> FunctionCounter.builder(family.meter(), count, LongAdder::doubleValue)
                .baseUnit(family.unit())
                .description(family.description())
                .tags(tags.apply(word))
                .register(registry));
    }
}
