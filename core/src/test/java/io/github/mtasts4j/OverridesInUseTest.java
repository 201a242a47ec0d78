// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.MxPlan;
import io.github.mtasts4j.discovery.FilePolicyOverrides;
import io.github.mtasts4j.discovery.OverrideEvent;
import io.github.mtasts4j.discovery.PolicyOverride;
import io.github.mtasts4j.discovery.PolicyOverrides;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.ResolverListener;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.tls.TlsOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The operator's say at the front door: overrides for one domain, the switch for all. */
@Timeout(60)
final class OverridesInUseTest {

    private static final PolicyDomain DOMAIN = PolicyDomain.ofRecipient("alice@example.com");
    private static final DomainName EVIL = DomainName.of("mx.evil.example");

    private final Script script = new Script();
    private final List<OverrideEvent.Kind> events = new ArrayList<>();
    private final Instant until = script.now.plus(Duration.ofDays(2));

    // ---- overrides ----

    @Test
    void everyWayToAskIsOverriddenAndThePublishedPolicyStaysWhereItIs() throws Exception {
        try (MtaSts sts = with(new PolicyOverride.Ignore())) {
            for (PolicyResolution answer : List.of(
                    sts.resolve(DOMAIN), sts.resolveAsync(DOMAIN, Runnable::run).get(), sts.recheck(DOMAIN))) {
                assertThat(answer).isInstanceOf(PolicyResolution.Overridden.class);
                assertThat(answer.mode()).isEqualTo(Mode.NONE);
                assertThat(sts.plan(answer, EVIL)).isInstanceOf(MxPlan.Connect.class);
            }
            assertThat(sts.peek(DOMAIN).orElseThrow().policy().mode()).isEqualTo(Mode.ENFORCE);
            assertThat(events).containsExactly(OverrideEvent.Kind.APPLIED);

            script.now = until;
            assertThat(sts.resolve(DOMAIN).mode()).isEqualTo(Mode.ENFORCE);
            assertThat(events).containsExactly(OverrideEvent.Kind.APPLIED, OverrideEvent.Kind.EXPIRED);
        }
    }

    @Test
    void aKnownDomainIsAnsweredAtOnceUnderAnOverrideToo() throws InterruptedException {
        try (MtaSts sts = with(new PolicyOverride.Testing())) {
            sts.resolve(DOMAIN);
            CompletableFuture<PolicyResolution> answer = sts.resolveAsync(DOMAIN, task -> {
                throw new AssertionError("nobody needs to wait");
            });
            assertThat(answer).isCompletedWithValueMatching(policy -> policy.mode() == Mode.TESTING);
        }
    }

    @Test
    void aRequiredPolicyHoldsMailBackWhileNoneCanBeHadAndLetsItGoAfterwards() throws InterruptedException {
        script.https = Script.response(404, "");
        try (MtaSts sts = with(new PolicyOverride.Require())) {
            MxPlan.Skip skip = (MxPlan.Skip) sts.plan(sts.resolve(DOMAIN), DomainName.of("mx.example.com"));
            assertThat(skip.decision().explain()).contains("http-404");

            script.https = Script.policy("enforce", "mx.example.com");
            script.now = script.now.plus(Duration.ofHours(2));
            assertThat(sts.plan(sts.recheck(DOMAIN), DomainName.of("mx.example.com")))
                    .isInstanceOf(MxPlan.Connect.class);
        }
        assertThat(script.recorded)
                .as("what failed is reported, what the operator made of it is not")
                .containsExactly("discovery -", "session DEFER");
    }

    @Test
    void whatIsReportedIsAboutThePublishedPolicy() throws InterruptedException {
        try (MtaSts ignore = with(new PolicyOverride.Ignore());
                MtaSts testing = with(new PolicyOverride.Testing())) {
            ignore.decide(ignore.resolve(DOMAIN), EVIL, new TlsOutcome.NotOffered());
            testing.decide(testing.resolve(DOMAIN), EVIL, new TlsOutcome.NotOffered());
        }
        assertThat(script.recorded)
                .containsExactly(
                        "session DELIVER",
                        "session REPORT_ONLY [sts validation-failure sts-mx-mismatch"
                                + " starttls-not-supported starttls-not-offered]");
    }

    @Test
    void anAddressLiteralHasNoOverride() throws InterruptedException {
        try (MtaSts sts = with(new PolicyOverride.Require())) {
            assertThat(sts.resolve(PolicyDomain.ofDomain("[192.0.2.1]"))).isInstanceOf(PolicyResolution.Absent.class);
        }
    }

    @Test
    void theExampleInTheGuideWorks(@TempDir Path directory) throws IOException, InterruptedException {
        Path file = directory.resolve("overrides");
        Files.writeString(file, """
                domain: example.com
                action: testing
                until: 2026-01-02
                reason: MX move, announced by phone
                """);
        AtomicBoolean monitorOnly = new AtomicBoolean();
        // [overrides]
        MtaSts sts = script.builder()
                .overrides(FilePolicyOverrides.of(file))
                .monitorOnly(monitorOnly::get)
                .build();
        // [/overrides]
        try (sts) {
            assertThat(sts.resolve(DOMAIN).mode()).isEqualTo(Mode.TESTING);
        }
        String source = Files.readString(Path.of("src/test/java/io/github/mtasts4j/OverridesInUseTest.java"));
        int start = source.indexOf("// [overrides]\n") + "// [overrides]\n".length();
        String region = source.substring(start, source.indexOf("        // [/overrides]"))
                .stripTrailing()
                .stripIndent()
                .replace("script.builder()", "MtaSts.builder(txt, fetcher)")
                .replace("of(file)", "of(Path.of(\"/etc/my-mta/mta-sts-overrides\"))");
        assertThat(Files.readString(Path.of("../docs/overrides.md"))).contains(region);
    }

    private MtaSts with(PolicyOverride.Action action) {
        PolicyOverride override = new PolicyOverride(DomainName.of("example.com"), action, until, "a test");
        ResolverListener listener = new ResolverListener() {
            @Override
            public void overrideEvent(OverrideEvent event) {
                events.add(event.kind());
            }
        };
        return script.builder()
                .overrides(PolicyOverrides.of(List.of(override)))
                .listener(listener)
                .withoutRefresh()
                .build();
    }

    // ---- monitor only ----

    @Test
    void theSwitchIsAskedForEachHost() throws InterruptedException {
        AtomicBoolean on = new AtomicBoolean();
        try (MtaSts sts = script.builder().monitorOnly(on::get).build()) {
            PolicyResolution policy = sts.resolve(DOMAIN);
            for (boolean state : List.of(true, false, true)) {
                on.set(state);
                assertThat(sts.plan(policy, EVIL) instanceof MxPlan.Connect).isEqualTo(state);
                assertThat(sts.decide(policy, EVIL, new TlsOutcome.NotOffered()).mayDeliver())
                        .isEqualTo(state);
            }
        }
    }

    @Test
    void aSwitchThatThrowsIsOff() throws InterruptedException {
        try (MtaSts sts = script.builder()
                .monitorOnly(() -> {
                    throw new IllegalStateException("a bug");
                })
                .build()) {
            assertThat(sts.plan(sts.resolve(DOMAIN), EVIL)).isInstanceOf(MxPlan.Skip.class);
        }
    }

    @Test
    void aMonitoredFailureIsReportedAsAnEnforcedOneAndDaneStillBlocks() throws InterruptedException {
        try (MtaSts sts = script.builder().monitorOnly(() -> true).build()) {
            PolicyResolution policy = sts.resolve(DOMAIN);
            DeliveryDecision decision = sts.decide(policy, EVIL, new TlsOutcome.NotOffered());
            assertThat(decision.explain()).contains("would have been deferred: monitor only");
            assertThat(sts.plan(policy, EVIL, DaneOutcome.FAILED)).isInstanceOf(MxPlan.Skip.class);
            assertThat(sts.decide(policy, EVIL, new TlsOutcome.NotOffered(), DaneOutcome.FAILED)
                            .mayDeliver())
                    .isFalse();
        }
        assertThat(script.recorded.get(0))
                .isEqualTo("session REPORT_ONLY [sts validation-failure sts-mx-mismatch"
                        + " starttls-not-supported starttls-not-offered]");
    }
}
