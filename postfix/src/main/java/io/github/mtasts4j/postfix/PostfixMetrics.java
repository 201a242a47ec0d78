// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.postfix;

import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.FailureCode;
import io.github.mtasts4j.discovery.Freshness;
import io.github.mtasts4j.discovery.HealthEvent;
import io.github.mtasts4j.discovery.PolicyEvent;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.ResolverListener;
import io.github.mtasts4j.discovery.StsFailure;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a {@link PostfixServer} and the {@code MtaSts} behind it do, in numbers, as Prometheus reads them. Make it first and
 * give it to both: to {@code MtaSts} as a listener, to the server's builder, and to {@link MetricsServer}.
 *
 * <p>The number of series is fixed: labels are words of fixed vocabularies, never a domain or anybody's text. Safe for many
 * threads.
 */
public final class PostfixMetrics implements ResolverListener {

    private static final long[] BOUNDS_MICROS = {100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 60_000_000};

    private final Tally<AnswerKind> answers = new Tally<>(AnswerKind.class, AnswerKind::label);
    private final Tally<Source> sources = new Tally<>(Source.class, Tally::keyword);
    private final Tally<ConnectionEnd> ends = new Tally<>(ConnectionEnd.class, Tally::keyword);
    private final Tally<Mode> fetched = new Tally<>(Mode.class, Mode::keyword);
    private final Tally<FailureCode> failures = new Tally<>(FailureCode.class, Tally::keyword);
    private final Tally<PolicyEvent.Kind> policyEvents = new Tally<>(PolicyEvent.Kind.class, Tally::keyword);
    private final Tally<HealthEvent.Kind> healthEvents = new Tally<>(HealthEvent.Kind.class, Tally::keyword);
    private final LongAdder[] buckets = new LongAdder[BOUNDS_MICROS.length + 1];
    private final LongAdder micros = new LongAdder();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicBoolean serving = new AtomicBoolean();
    private final AtomicBoolean storeFailing = new AtomicBoolean();
    private final AtomicBoolean clockSuspect = new AtomicBoolean();

    /** All begins at zero. */
    public PostfixMetrics() {
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = new LongAdder();
        }
    }

    void serving(boolean value) {
        serving.set(value);
    }

    void connected() {
        connections.incrementAndGet();
    }

    void disconnected(ConnectionEnd end) {
        connections.decrementAndGet();
        ends.add(end);
    }

    void turnedAway() {
        ends.add(ConnectionEnd.TURNED_AWAY);
    }

    void answered(AnswerKind kind, long nanos) {
        answers.add(kind);
        long took = nanos / 1_000;
        micros.add(took);
        int bucket = 0;
        while (bucket < BOUNDS_MICROS.length && took > BOUNDS_MICROS[bucket]) {
            bucket++;
        }
        buckets[bucket].increment();
    }

    void resolved(PolicyResolution policy) {
        sources.add(Source.of(policy));
    }

    /**
     * Whether the server answers Postfix.
     *
     * @return false before it has begun to listen and once it stops
     */
    public boolean isServing() {
        return serving.get();
    }

    /**
     * What is in the way at present, though answers go on.
     *
     * @return some words for a person, or empty
     */
    public Optional<String> trouble() {
        if (storeFailing.get()) {
            return Optional.of("the policy store fails");
        }
        return clockSuspect.get() ? Optional.of("the wall clock is not trusted") : Optional.empty();
    }

    /**
     * All numbers in the text format of Prometheus, version 0.0.4.
     *
     * @return the text
     */
    public String render() {
        Exposition page = new Exposition();
        page.counters("mtasts_postfix_answers_total", "Answers to Postfix", "answer", answers);
        page.histogram("mtasts_postfix_answer_seconds", "Time to an answer", BOUNDS_MICROS, buckets, micros.sum());
        page.counters("mtasts_postfix_resolutions_total", "Where the policy came from", "source", sources);
        page.gauge("mtasts_postfix_connections", "Open connections", connections.get());
        page.counters("mtasts_postfix_connections_ended_total", "Ended connections", "end", ends);
        page.counters("mtasts_policy_fetched_total", "Policies that were fetched and put in force", "mode", fetched);
        page.counters("mtasts_discovery_failures_total", "Failed attempts at a policy", "code", failures);
        page.counters("mtasts_policy_events_total", "What happened to policies", "kind", policyEvents);
        page.counters("mtasts_health_events_total", "What happened to this server's means", "kind", healthEvents);
        page.gauge("mtasts_store_failing", "Whether the policy store fails", storeFailing.get() ? 1 : 0);
        page.gauge("mtasts_clock_suspect", "Whether the wall clock is not trusted", clockSuspect.get() ? 1 : 0);
        return page.toString();
    }

    @Override
    public void policyFetched(CachedPolicy policy, Optional<CachedPolicy> before) {
        fetched.add(policy.policy().mode());
    }

    @Override
    public void discoveryFailed(DomainName domain, StsFailure failure, Optional<CachedPolicy> kept) {
        failures.add(failure.code());
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

    /** Where an answer's policy came from: the share of {@code CACHED} and {@code ABSENT} is the hit rate. */
    private enum Source {
        CACHED,
        CONFIRMED,
        FETCHED,
        KEPT,
        ABSENT,
        UNUSABLE,
        WITHHELD,
        OVERRIDDEN;

        static Source of(PolicyResolution policy) {
            if (policy instanceof PolicyResolution.Found found) {
                return of(found.freshness());
            }
            if (policy instanceof PolicyResolution.Absent) {
                return ABSENT;
            }
            if (policy instanceof PolicyResolution.Overridden) {
                return OVERRIDDEN;
            }
            return policy instanceof PolicyResolution.Withheld ? WITHHELD : UNUSABLE;
        }

        private static Source of(Freshness freshness) {
            return switch (freshness) {
                case CACHED -> CACHED;
                case CONFIRMED -> CONFIRMED;
                case FETCHED -> FETCHED;
                case KEPT -> KEPT;
            };
        }
    }
}
