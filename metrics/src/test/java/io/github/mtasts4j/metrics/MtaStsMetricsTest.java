// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.delivery.DeliveryDecision.Verdict;
import io.github.mtasts4j.delivery.TlsRequirement;
import io.github.mtasts4j.delivery.Violation;
import io.github.mtasts4j.discovery.FailureCode;
import io.github.mtasts4j.discovery.HealthEvent;
import io.github.mtasts4j.discovery.OverrideEvent;
import io.github.mtasts4j.discovery.PolicyEvent;
import io.github.mtasts4j.discovery.ResolverListener;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is counted under which name, and that nobody outside can make it more names. */
final class MtaStsMetricsTest {

    /** So many and no more: each vocabulary, the failures with and without a policy, and the two gauges. */
    private static final int METERS = Mode.values().length
            + 2 * FailureCode.values().length
            + PolicyEvent.Kind.values().length
            + HealthEvent.Kind.values().length
            + OverrideEvent.Kind.values().length
            + Verdict.values().length * Basis.values().length
            + TlsRequirement.values().length
            + Violation.Kind.values().length
            + 2;

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final MtaStsMetrics metrics = new MtaStsMetrics();
    private final News news = News.to(metrics);

    MtaStsMetricsTest() {
        metrics.bindTo(registry);
    }

    @Test
    void allMetersAreThereAtZeroBeforeAnythingHappens() {
        assertThat(registry.getMeters()).hasSize(METERS);
        assertThat(readings(registry)).isEmpty();
    }

    @Test
    void tenThousandHostileDomainsMakeNoNewMeter() {
        Set<Meter.Id> before = ids();

        for (int i = 0; i < 10_000; i++) {
            DomainName domain = DomainName.of("x".repeat(1 + i % 60) + i % 997 + ".d" + i + ".example");
            new News(metrics, domain, "\"}\n" + i + "\u001b[2J\u202e" + "y".repeat(i % 100)).everything();
        }

        assertThat(ids()).isEqualTo(before).hasSize(METERS);
        assertThat(tagValues()).isSubsetOf(vocabulary());
        assertThat(readings(registry)).containsEntry("mtasts.policy.fetched{mode=enforce}", 10_000.0);
    }

    @ParameterizedTest
    @EnumSource
    void aFetchedPolicyIsCountedByItsMode(Mode mode) {
        news.fetched(mode);

        assertThat(readings(registry))
                .containsExactly(Map.entry("mtasts.policy.fetched{mode=" + mode.keyword() + "}", 1.0));
    }

    @ParameterizedTest
    @EnumSource
    void aFailureIsCountedOnceByItsCodeAndByWhetherAPolicyIsKept(FailureCode code) {
        news.failed(code, Optional.of(news.policy(Mode.TESTING)));
        news.failed(code, Optional.empty());
        news.failed(code, Optional.empty());

        assertThat(readings(registry))
                .containsExactly(
                        Map.entry("mtasts.discovery.failures{code=" + keyword(code) + ",policy=kept}", 1.0),
                        Map.entry("mtasts.discovery.failures{code=" + keyword(code) + ",policy=none}", 2.0));
    }

    @ParameterizedTest
    @EnumSource
    void aPolicyEventIsCountedByItsKind(PolicyEvent.Kind kind) {
        news.event(kind);

        assertThat(readings(registry))
                .containsExactly(Map.entry("mtasts.policy.events{kind=" + keyword(kind) + "}", 1.0));
    }

    @ParameterizedTest
    @EnumSource
    void aHealthEventIsCountedByItsKind(HealthEvent.Kind kind) {
        news.event(kind);

        assertThat(readings(registry)).containsEntry("mtasts.health.events{kind=" + keyword(kind) + "}", 1.0);
    }

    @ParameterizedTest
    @EnumSource
    void anOverrideEventIsCountedByItsKind(OverrideEvent.Kind kind) {
        news.event(kind);

        assertThat(readings(registry))
                .containsExactly(Map.entry("mtasts.override.events{kind=" + keyword(kind) + "}", 1.0));
    }

    @ParameterizedTest
    @EnumSource
    void aDecisionIsCountedByItsVerdictAndWhatItRestsOn(Verdict verdict) {
        news.resolutions().forEach(policy -> news.judged(verdict, policy));

        String prefix = "mtasts.decisions{mode=";
        String suffix = ",verdict=" + keyword(verdict) + "}";
        Map<String, Double> decisions = readings(registry);
        decisions.keySet().removeIf(meter -> !meter.startsWith(prefix));
        assertThat(decisions)
                .containsOnlyKeys(Stream.of(
                                "enforce,policy=found",
                                "enforce,policy=withheld",
                                "none,policy=absent",
                                "none,policy=found",
                                "none,policy=unusable",
                                "testing,policy=found",
                                "testing,policy=overridden")
                        .map(basis -> prefix + basis + suffix)
                        .toList())
                .allSatisfy((meter, count) -> assertThat(count).isEqualTo(1));
    }

    @ParameterizedTest
    @EnumSource
    void whatAMessageAskedOfTlsIsCounted(TlsRequirement requirement) {
        news.judged(requirement);

        assertThat(readings(registry))
                .containsEntry("mtasts.requirements{requirement=" + keyword(requirement) + "}", 1.0);
    }

    @ParameterizedTest
    @EnumSource
    void eachViolationOfAJudgedHostIsCounted(Violation.Kind kind) {
        news.judged(Verdict.REPORT_ONLY, news.found(Mode.TESTING), kind, Violation.Kind.MX_NOT_LISTED);

        assertThat(readings(registry))
                .containsEntry(
                        "mtasts.violations{kind=" + keyword(kind) + "}",
                        kind == Violation.Kind.MX_NOT_LISTED ? 2.0 : 1.0)
                .containsKey("mtasts.violations{kind=mx-not-listed}");
    }

    @Test
    void aGaugeStandsAtOneWhileTheTroubleLasts() {
        news.event(HealthEvent.Kind.STORE_FAILING);
        assertThat(readings(registry))
                .containsEntry("mtasts.store.failing", 1.0)
                .doesNotContainKey("mtasts.clock.suspect");
        news.event(HealthEvent.Kind.CLOCK_SUSPECT);
        news.event(HealthEvent.Kind.STORE_RECOVERED);
        assertThat(readings(registry))
                .containsEntry("mtasts.clock.suspect", 1.0)
                .doesNotContainKey("mtasts.store.failing");
        news.event(HealthEvent.Kind.CLOCK_TRUSTED);
        assertThat(readings(registry)).doesNotContainKeys("mtasts.clock.suspect", "mtasts.store.failing");
    }

    @Test
    void aRegistryThatIsBoundLaterShowsTheSame() {
        news.everything();
        MeterRegistry later = new SimpleMeterRegistry();
        metrics.bindTo(later);

        assertThat(readings(later)).isEqualTo(readings(registry));
    }

    @Test
    void tagsOfTheEmbeddersOwnStandOnEachMeterAndKeepSendersApart() {
        MtaStsMetrics second = new MtaStsMetrics(Tags.of("sender", "second"));
        second.bindTo(registry);
        News.to(second).fetched(Mode.NONE);

        assertThat(registry.getMeters()).hasSize(2 * METERS);
        assertThat(readings(registry))
                .containsExactly(Map.entry("mtasts.policy.fetched{mode=none,sender=second}", 1.0));
    }

    @Test
    void eachCounterHasAUnitAndEachMeterADescription() {
        assertThat(registry.getMeters()).extracting(Meter::getId).allSatisfy(id -> {
            assertThat(id.getName()).startsWith("mtasts.");
            assertThat(id.getDescription()).isNotBlank();
            assertThat(id.getBaseUnit() == null).isEqualTo(id.getType() == Meter.Type.GAUGE);
        });
    }

    @Test
    void whateverAListenerIsToldIsCounted() {
        Stream<Method> told = Arrays.stream(ResolverListener.class.getDeclaredMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.isSynthetic());

        assertThat(told)
                .allSatisfy(method -> assertThat(
                                MtaStsMetrics.class.getMethod(method.getName(), method.getParameterTypes()))
                        .returns(MtaStsMetrics.class, Method::getDeclaringClass));
    }

    private Set<Meter.Id> ids() {
        return registry.getMeters().stream().map(Meter::getId).collect(Collectors.toSet());
    }

    private Set<String> tagValues() {
        return ids().stream()
                .flatMap(id -> id.getTags().stream())
                .map(Tag::getValue)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> vocabulary() {
        Set<String> words =
                new TreeSet<>(List.of("found", "absent", "unusable", "withheld", "overridden", "kept", "none"));
        Stream.of(
                        Mode.values(),
                        FailureCode.values(),
                        PolicyEvent.Kind.values(),
                        HealthEvent.Kind.values(),
                        OverrideEvent.Kind.values(),
                        Verdict.values(),
                        TlsRequirement.values(),
                        Violation.Kind.values())
                .flatMap(Arrays::stream)
                .map(MtaStsMetricsTest::keyword)
                .forEach(words::add);
        return words;
    }

    /** What does not stand at zero, as {@code name{tag=value,...}}. */
    private static Map<String, Double> readings(MeterRegistry registry) {
        Map<String, Double> readings = new TreeMap<>();
        for (Meter meter : registry.getMeters()) {
            double value = meter.measure().iterator().next().getValue();
            if (value != 0) {
                readings.put(line(meter.getId()), value);
            }
        }
        return readings;
    }

    private static String line(Meter.Id id) {
        return id.getTags().isEmpty()
                ? id.getName()
                : id.getTags().stream()
                        .map(tag -> tag.getKey() + "=" + tag.getValue())
                        .collect(Collectors.joining(",", id.getName() + "{", "}"));
    }

    private static String keyword(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
