// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.delivery.Violation;
import io.github.mtasts4j.discovery.FailureCode;
import io.github.mtasts4j.discovery.HealthEvent;
import io.github.mtasts4j.discovery.PolicyEvent;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/metrics.md} names each meter and each value of a tag that there is, and none that there is not. */
final class MetricsPageTest {

    private static final Path PAGE = Path.of("../docs/metrics.md");

    /** The vocabularies that are too long for a cell: the page leads to where each word is explained. */
    private static final List<Class<? extends Enum<?>>> LINKED =
            List.of(FailureCode.class, PolicyEvent.Kind.class, HealthEvent.Kind.class, Violation.Kind.class);

    private final MeterRegistry registry = new SimpleMeterRegistry();

    MetricsPageTest() {
        new MtaStsMetrics().bindTo(registry);
    }

    @Test
    void thePageIsWhatIsRegisteredAndNothingElse() throws IOException {
        List<String> rows = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| `mtasts."))
                .toList();

        assertThat(rows)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(meters(), values()).collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void whatThePageLeadsToIsThere() {
        assertThat(LINKED)
                .allSatisfy(vocabulary ->
                        assertThat(PAGE.resolveSibling(source(vocabulary))).exists());
    }

    private Stream<String> meters() {
        return ids().map(id -> row(
                        id.getName(),
                        id.getType().name().toLowerCase(Locale.ROOT),
                        Optional.ofNullable(id.getBaseUnit()).orElse(""),
                        id.getTags().stream().map(tag -> code(tag.getKey())).collect(Collectors.joining(", ")),
                        String.valueOf(id.getDescription())))
                .distinct();
    }

    private Stream<String> values() {
        return ids().flatMap(id -> id.getTags().stream()
                        .map(Tag::getKey)
                        .map(key -> row(id.getName(), code(key), values(id.getName(), key))))
                .distinct();
    }

    private String values(String meter, String key) {
        Set<String> values = ids().filter(id -> id.getName().equals(meter))
                .map(id -> String.valueOf(id.getTag(key)))
                .collect(Collectors.toCollection(TreeSet::new));
        return LINKED.stream()
                .filter(vocabulary -> keywords(vocabulary).equals(values))
                .map(vocabulary -> "[" + code(nameOf(vocabulary)) + "](" + source(vocabulary) + ")")
                .findFirst()
                .orElseGet(() -> values.stream().map(MetricsPageTest::code).collect(Collectors.joining(", ")));
    }

    private Stream<Meter.Id> ids() {
        return registry.getMeters().stream().map(Meter::getId);
    }

    private static Set<String> keywords(Class<? extends Enum<?>> vocabulary) {
        return Arrays.stream(vocabulary.getEnumConstants())
                .map(word -> word.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** As one writes it in Java: {@code PolicyEvent.Kind}. */
    private static String nameOf(Class<?> type) {
        return type.getName().substring(type.getPackageName().length() + 1).replace('$', '.');
    }

    private static String source(Class<?> type) {
        Class<?> outer = type.getNestHost();
        return "../core/src/main/java/" + outer.getName().replace('.', '/') + ".java";
    }

    private static String row(String meter, String... cells) {
        return Stream.concat(Stream.of(code(meter)), Stream.of(cells)).collect(Collectors.joining(" | ", "| ", " |"));
    }

    private static String code(String text) {
        return "`" + text + "`";
    }
}
