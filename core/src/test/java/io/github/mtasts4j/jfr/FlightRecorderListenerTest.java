// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jfr;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.delivery.DanePrecedence;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.DeliveryJudge;
import io.github.mtasts4j.delivery.MxAttempt;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.FailureCode;
import io.github.mtasts4j.discovery.Freshness;
import io.github.mtasts4j.discovery.HealthEvent;
import io.github.mtasts4j.discovery.OverrideEvent;
import io.github.mtasts4j.discovery.PolicyEvent;
import io.github.mtasts4j.discovery.PolicyOverride;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.ResolverListener;
import io.github.mtasts4j.discovery.StsFailure;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.MxPattern;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.report.SessionResult;
import io.github.mtasts4j.tls.TlsOutcome;
import io.github.mtasts4j.tls.VerifiedPeer;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.ValueDescriptor;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Events that were written to a recording by the real recorder, and read back from its file. */
final class FlightRecorderListenerTest {

    private static final String OURS = "io.github.mtasts4j.";
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final DomainName DOMAIN = DomainName.of("example.com");
    private static final DomainName MX = DomainName.of("mx.example.com");
    private static final DomainName OTHER_MX = DomainName.of("mx.evil.example");
    private static final String HOSTILE = "404\r\nSet-Cookie: \u001b[2J\u202e" + "x".repeat(10_000);

    private final FlightRecorderListener listener = new FlightRecorderListener();
    private final Path file;

    FlightRecorderListenerTest(@TempDir Path directory) {
        file = directory.resolve("mtasts.jfr");
    }

    @Test
    void aFetchedPolicyIsRecordedWithTheModeOfTheOneItReplaces() throws IOException {
        RecordedEvent event = theEvent("PolicyFetched", () -> {
            listener.policyFetched(policy(Mode.TESTING, "2"), Optional.of(policy(Mode.ENFORCE, "1")));
        });

        assertThat(texts(event))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("domain", "example.com", "id", "2", "mode", "testing", "modeBefore", "enforce"));
        assertThat(event.getInt("mxPatterns")).isEqualTo(1);
        assertThat(event.getDuration("maxAge")).isEqualTo(Duration.ofDays(7));
        assertThat(event.getInstant("expires")).isEqualTo(NOW.plus(Duration.ofDays(7)));
    }

    @Test
    void aFailedDiscoveryIsRecordedWithTheModeThatStays() throws IOException {
        RecordedEvent event = theEvent("DiscoveryFailed", () -> {
            listener.discoveryFailed(DOMAIN, failure("http-404"), Optional.of(policy(Mode.ENFORCE, "1")));
        });

        assertThat(texts(event))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "domain", "example.com",
                        "code", "HTTP_STATUS",
                        "reason", "http-404",
                        "detail", "it says http-404",
                        "modeKept", "enforce"));
    }

    @ParameterizedTest
    @EnumSource
    void eachKindOfPolicyEventIsRecorded(PolicyEvent.Kind kind) throws IOException {
        RecordedEvent event = theEvent("PolicyEvent", () -> {
            listener.policyEvent(new PolicyEvent(
                    kind,
                    policy(Mode.NONE, "2"),
                    Optional.of(policy(Mode.ENFORCE, "1")),
                    Optional.of(failure("http-404")),
                    NOW));
        });

        assertThat(texts(event))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "kind", kind.name(),
                        "domain", "example.com",
                        "id", "2",
                        "mode", "none",
                        "modeBefore", "enforce",
                        "cause", "HTTP_STATUS"));
        assertThat(event.getInstant("expires")).isEqualTo(NOW.plus(Duration.ofDays(7)));
    }

    @ParameterizedTest
    @EnumSource
    void eachKindOfHealthEventIsRecorded(HealthEvent.Kind kind) throws IOException {
        RecordedEvent event = theEvent("HealthEvent", () -> {
            listener.healthEvent(new HealthEvent(kind, Optional.of(DOMAIN), "disk full", NOW));
        });

        assertThat(texts(event))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("kind", kind.name(), "domain", "example.com", "detail", "disk full"));
        assertThat(event.getBoolean("trouble")).isEqualTo(kind.isTrouble());
    }

    @ParameterizedTest
    @EnumSource
    void eachKindOfOverrideEventIsRecorded(OverrideEvent.Kind kind) throws IOException {
        RecordedEvent event =
                theEvent("OverrideEvent", () -> listener.overrideEvent(overrideEvent(kind, "ticket 4711")));

        assertThat(texts(event))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "kind", kind.name(),
                        "domain", "example.com",
                        "action", "testing",
                        "reason", "ticket 4711",
                        "modePublished", "enforce"));
        assertThat(event.getInstant("until")).isEqualTo(NOW.plus(Duration.ofDays(7)));
    }

    private static OverrideEvent overrideEvent(OverrideEvent.Kind kind, String reason) {
        PolicyOverride override =
                new PolicyOverride(DOMAIN, new PolicyOverride.Testing(), NOW.plus(Duration.ofDays(7)), reason);
        return new OverrideEvent(kind, override, found(), NOW);
    }

    @Test
    void anAttemptThatViolatesThePolicyIsRecordedWithTheViolations() throws IOException {
        RecordedEvent event =
                theEvent("AttemptFailed", () -> judge(decision(found(), OTHER_MX, new TlsOutcome.NotOffered())));

        assertThat(texts(event))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "domain", "example.com",
                        "mx", "mx.evil.example",
                        "verdict", "DEFER",
                        "mode", "enforce",
                        "policyId", "1",
                        "requirement", "NONE",
                        "tls", "NotOffered",
                        "dane", "NOT_APPLICABLE",
                        "violations", "MX_NOT_LISTED,STARTTLS_NOT_OFFERED"));
        assertThat(event.getBoolean("bounceAllowed")).isFalse();
    }

    @Test
    void anAttemptWithoutAPolicyIsRecordedAsSuch() throws IOException {
        PolicyResolution absent = new PolicyResolution.Absent(PolicyDomain.of(DOMAIN));
        RecordedEvent event =
                theEvent("AttemptFailed", () -> judge(decision(absent, MX, new TlsOutcome.NotConnected("no answer"))));

        assertThat(texts(event))
                .containsEntry("tls", "NotConnected")
                .containsEntry("violations", "")
                .containsEntry("policyId", null);
        assertThat(event.getBoolean("bounceAllowed")).isTrue();
    }

    @Test
    void anAttemptThatPassedIsRecordedOnlyWhereItIsAskedFor() throws IOException {
        Runnable delivery =
                () -> judge(decision(found(), MX, new TlsOutcome.Verified(VerifiedPeer.assertedBy("test", MX))));

        assertThat(recorded(recording -> {}, delivery)).isEmpty();
        assertThat(recorded(recording -> recording.enable(OURS + "AttemptPassed"), delivery))
                .singleElement()
                .satisfies(event -> assertThat(texts(event))
                        .containsEntry("verdict", "DELIVER")
                        .containsEntry("tls", "Verified")
                        .containsEntry("violations", ""));
    }

    @Test
    void aStrangersTextIsOnePrintableLineInEachEvent() throws IOException {
        CachedPolicy policy = policy(Mode.ENFORCE, HOSTILE);
        StsFailure failure = failure(HOSTILE);
        PolicyResolution nowhere =
                new PolicyResolution.Absent(new PolicyDomain.None(PolicyDomain.Why.INVALID, HOSTILE));

        List<RecordedEvent> events = recorded(recording -> {}, () -> {
            listener.policyFetched(policy, Optional.of(policy));
            listener.discoveryFailed(DOMAIN, failure, Optional.of(policy));
            listener.policyEvent(new PolicyEvent(
                    PolicyEvent.Kind.MODE_LOWERED, policy, Optional.of(policy), Optional.of(failure), NOW));
            listener.healthEvent(new HealthEvent(HealthEvent.Kind.STORE_FAILING, Optional.empty(), HOSTILE, NOW));
            listener.overrideEvent(overrideEvent(OverrideEvent.Kind.APPLIED, "gr\u00fcn ".repeat(40)));
            judge(decision(found(policy), MX, new TlsOutcome.HandshakeFailed(HOSTILE, HOSTILE)));
            judge(decision(nowhere, MX, new TlsOutcome.NotConnected(HOSTILE)));
        });

        assertThat(events).hasSize(7);
        assertThat(events.stream().flatMap(event -> texts(event).values().stream()))
                .allSatisfy(text -> assertThat(text == null ? "" : text).matches("[ -~]{0,203}"));
    }

    @Test
    void eachEventSaysWhatItIsAndHasNoStackTrace() throws IOException {
        List<RecordedEvent> events = recorded(recording -> recording.enable(OURS + "AttemptPassed"), this::oneOfEach);

        assertThat(events).hasSize(7).extracting(RecordedEvent::getStackTrace).containsOnlyNulls();
        assertThat(events).extracting(RecordedEvent::getEventType).allSatisfy(type -> {
            assertThat(type.getCategoryNames()).containsExactly("MTA-STS");
            assertThat(type.getLabel()).isNotBlank();
            assertThat(type.getDescription()).isNotBlank();
            assertThat(type.getFields())
                    .allSatisfy(field -> assertThat(field.getLabel()).isNotBlank());
        });
    }

    @Test
    void nothingHappensWhileNobodyRecords() throws IOException {
        oneOfEach();
        assertThat(recorded(recording -> {}, () -> {})).isEmpty();
    }

    @Test
    void whateverAListenerIsToldIsRecorded() {
        Stream<Method> news = Arrays.stream(ResolverListener.class.getDeclaredMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.isSynthetic());

        assertThat(news)
                .allSatisfy(method -> assertThat(
                                FlightRecorderListener.class.getMethod(method.getName(), method.getParameterTypes()))
                        .returns(FlightRecorderListener.class, Method::getDeclaringClass));
    }

    private void oneOfEach() {
        listener.policyFetched(policy(Mode.ENFORCE, "1"), Optional.empty());
        listener.discoveryFailed(DOMAIN, failure("http-404"), Optional.empty());
        listener.policyEvent(new PolicyEvent(
                PolicyEvent.Kind.EVICTED, policy(Mode.ENFORCE, "1"), Optional.empty(), Optional.empty(), NOW));
        listener.healthEvent(new HealthEvent(HealthEvent.Kind.CLOCK_SUSPECT, Optional.empty(), "set back", NOW));
        listener.overrideEvent(overrideEvent(OverrideEvent.Kind.EXPIRED, "ticket 4711"));
        judge(decision(found(), MX, new TlsOutcome.NotOffered()));
        judge(decision(found(), MX, new TlsOutcome.Verified(VerifiedPeer.assertedBy("test", MX))));
    }

    private RecordedEvent theEvent(String name, Runnable deed) throws IOException {
        List<RecordedEvent> events = recorded(recording -> {}, deed);
        assertThat(events).hasSize(1);
        assertThat(events.get(0).getEventType().getName()).isEqualTo(OURS + name);
        return events.get(0);
    }

    private List<RecordedEvent> recorded(Consumer<Recording> settings, Runnable deed) throws IOException {
        try (Recording recording = new Recording()) {
            settings.accept(recording);
            recording.start();
            deed.run();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith(OURS))
                .toList();
    }

    /** The fields that have text. */
    private static Map<String, String> texts(RecordedEvent event) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (ValueDescriptor field : event.getFields()) {
            if (field.getTypeName().equals("java.lang.String")) {
                texts.put(field.getName(), event.getString(field.getName()));
            }
        }
        return texts;
    }

    private void judge(DeliveryDecision decision) {
        listener.sessionJudged(NOW, decision, SessionResult.of(decision));
    }

    private static DeliveryDecision decision(PolicyResolution policy, DomainName mx, TlsOutcome tls) {
        return new DeliveryJudge(DanePrecedence.BOTH_MUST_HOLD)
                .decide(new MxAttempt(policy, mx, tls, DaneOutcome.NOT_APPLICABLE));
    }

    private static PolicyResolution found() {
        return found(policy(Mode.ENFORCE, "1"));
    }

    private static PolicyResolution found(CachedPolicy policy) {
        return new PolicyResolution.Found(policy, Freshness.CACHED, Optional.empty());
    }

    private static CachedPolicy policy(Mode mode, String id) {
        Policy policy = new Policy(mode, List.of(new MxPattern.Exact(MX)), Duration.ofDays(7), List.of());
        return new CachedPolicy(DOMAIN, id, policy, NOW);
    }

    private static StsFailure failure(String reason) {
        return new StsFailure(FailureCode.HTTP_STATUS, reason, "it says " + reason, NOW);
    }
}
