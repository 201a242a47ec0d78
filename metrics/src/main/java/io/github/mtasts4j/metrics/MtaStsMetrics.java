// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.metrics;

import static java.util.Objects.requireNonNull;

import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.DeliveryDecision.Verdict;
import io.github.mtasts4j.delivery.TlsRequirement;
import io.github.mtasts4j.delivery.Violation;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.FailureCode;
import io.github.mtasts4j.discovery.HealthEvent;
import io.github.mtasts4j.discovery.OverrideEvent;
import io.github.mtasts4j.discovery.PolicyEvent;
import io.github.mtasts4j.discovery.ResolverListener;
import io.github.mtasts4j.discovery.StsFailure;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.report.SessionResult;
import io.github.mtasts4j.report.TlsReportRecorder;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Counts what it is told. To be given to the builder as listener and as recorder, and to be bound to a registry, before or
 * after. Once it is bound all meters are there, at zero, and there are never more: the value of a tag is a word out of a
 * fixed vocabulary, never a domain, a host, an id or anybody's text.
 *
 * <p>One for each {@code MtaSts}. Where a process has several, give each tags of its own: two with the same tags in one
 * registry would be one set of meters, which shows what the first has counted. A registry does not hold on to what it
 * reads: the meters live for as long as this object, and the {@code MtaSts} that it listens to holds that.
 */
public final class MtaStsMetrics implements MeterBinder, ResolverListener, TlsReportRecorder {

    private final Tags tags;

    private final Counts<Mode> fetched = new Counts<>(Mode.class);
    private final Counts<FailureCode> failuresKept = new Counts<>(FailureCode.class);
    private final Counts<FailureCode> failuresWithout = new Counts<>(FailureCode.class);
    private final Counts<PolicyEvent.Kind> policyEvents = new Counts<>(PolicyEvent.Kind.class);
    private final Counts<HealthEvent.Kind> healthEvents = new Counts<>(HealthEvent.Kind.class);
    private final Counts<OverrideEvent.Kind> overrideEvents = new Counts<>(OverrideEvent.Kind.class);
    private final Map<Verdict, Counts<Basis>> decisions = new EnumMap<>(Verdict.class);
    private final Counts<TlsRequirement> requirements = new Counts<>(TlsRequirement.class);
    private final Counts<Violation.Kind> violations = new Counts<>(Violation.Kind.class);
    private final AtomicBoolean storeFailing = new AtomicBoolean();
    private final AtomicBoolean clockSuspect = new AtomicBoolean();

    /** Makes meters without tags beyond those that they have by themselves. */
    public MtaStsMetrics() {
        this(Tags.empty());
    }

    /**
     * Makes meters that all bear some more tags.
     *
     * @param tags the tags, for instance which of several senders it is
     */
    public MtaStsMetrics(Iterable<Tag> tags) {
        this.tags = Tags.of(tags);
        for (Verdict verdict : Verdict.values()) {
            decisions.put(verdict, new Counts<>(Basis.class));
        }
    }

    /**
     * Registers all meters. A second registry may follow; each shows what was counted since this object was made.
     *
     * @param registry where to
     */
    @Override
    public void bindTo(MeterRegistry registry) {
        fetched.bindTo(registry, Family.POLICY_FETCHED, mode -> tags.and("mode", keyword(mode)));
        failuresKept.bindTo(
                registry, Family.DISCOVERY_FAILURES, code -> tags.and("code", keyword(code), "policy", "kept"));
        failuresWithout.bindTo(
                registry, Family.DISCOVERY_FAILURES, code -> tags.and("code", keyword(code), "policy", "none"));
        policyEvents.bindTo(registry, Family.POLICY_EVENTS, kind -> tags.and("kind", keyword(kind)));
        healthEvents.bindTo(registry, Family.HEALTH_EVENTS, kind -> tags.and("kind", keyword(kind)));
        overrideEvents.bindTo(registry, Family.OVERRIDE_EVENTS, kind -> tags.and("kind", keyword(kind)));
        decisions.forEach((verdict, counts) -> counts.bindTo(
                registry,
                Family.DECISIONS,
                basis -> tags.and(
                        "verdict", keyword(verdict), "mode", keyword(basis.mode()), "policy", basis.policy())));
        requirements.bindTo(registry, Family.REQUIREMENTS, word -> tags.and("requirement", keyword(word)));
        violations.bindTo(registry, Family.VIOLATIONS, kind -> tags.and("kind", keyword(kind)));
        bind(registry, "mtasts.store.failing", "Whether the policy store fails, 1 or 0", storeFailing);
        bind(registry, "mtasts.clock.suspect", "Whether the wall clock is not trusted, 1 or 0", clockSuspect);
    }

    private void bind(MeterRegistry registry, String meter, String description, AtomicBoolean state) {
        Gauge.builder(meter, state, it -> it.get() ? 1 : 0)
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private static String keyword(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public void policyFetched(CachedPolicy policy, Optional<CachedPolicy> before) {
        fetched.add(policy.policy().mode());
    }

    @Override
    public void discoveryFailed(DomainName domain, StsFailure failure, Optional<CachedPolicy> kept) {
        (kept.isPresent() ? failuresKept : failuresWithout).add(failure.code());
    }

    @Override
    public void policyEvent(PolicyEvent event) {
        policyEvents.add(event.kind());
    }

    @Override
    public void healthEvent(HealthEvent event) {
        healthEvents.add(event.kind());
        switch (event.kind()) {
            case STORE_FAILING -> storeFailing.set(true);
            case STORE_RECOVERED -> storeFailing.set(false);
            case CLOCK_SUSPECT -> clockSuspect.set(true);
            case CLOCK_TRUSTED -> clockSuspect.set(false);
            default -> {} // The others have no end that could be told.
        }
    }

    @Override
    public void overrideEvent(OverrideEvent event) {
        overrideEvents.add(event.kind());
    }

    @Override
    public void sessionJudged(Instant at, DeliveryDecision decision, List<SessionResult> results) {
        Basis basis = Basis.of(decision.attempt().resolution());
        requireNonNull(decisions.get(decision.verdict())).add(basis);
        requirements.add(decision.attempt().requirement());
        for (Violation violation : decision.violations()) {
            violations.add(violation.kind());
        }
    }
}
